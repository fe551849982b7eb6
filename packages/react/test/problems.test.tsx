import { ConfabError, type ErrorCode } from '@confab/core';
import { settled } from '@confab/core/testing';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { useConnection, useMessages, useSendMessage } from '../src/index';
import { groupId } from './support/chat';
import { alice, setUp } from './support/server';

/** As in the README. */
function Chat({ conversationId }: { conversationId: string }) {
  const { messages } = useMessages(conversationId);
  const { type, error } = useConnection();
  const sendMessage = useSendMessage(conversationId);
  return (
    <>
      {type === 'idle' && <p>Sign in to chat</p>}
      {error && <p role="alert">{error.message}</p>}
      {messages.map((message) => (
        <p key={message.id}>{message.content}</p>
      ))}
      <button onClick={() => void sendMessage({ content: 'Hello' })}>Say hello</button>
    </>
  );
}

// The test runner fails where a rejection is left unhandled.
afterEach(cleanup);

it('H2.5 a click while nobody is signed in is no unhandled rejection, and the screen says why', async () => {
  const { Provider } = await setUp(undefined, null);
  render(<Chat conversationId={groupId} />, { wrapper: Provider });
  await act(settled);
  fireEvent.click(screen.getByRole('button'));
  await act(settled);
  expect(screen.getByText('Sign in to chat')).toBeDefined();
});

it.each<ErrorCode>(['invalid_key', 'offline', 'not_installed', 'schema_not_exposed', 'unavailable'])(
  'H2.5 %s is shown, and a click is survived',
  async (code) => {
    const { Provider, confab, transport, server } = await setUp((given) => {
      given.addConversation(groupId, [alice]);
    });
    for (const fn of server.functions)
      transport.on(fn, () => {
        throw new ConfabError({ code, message: `unable to call ${fn}; ${code}` });
      });
    render(<Chat conversationId={groupId} />, { wrapper: Provider });
    await act(async () => {
      confab.connection.retry();
      await settled();
    });
    fireEvent.click(screen.getByRole('button'));
    await act(settled);
    expect(screen.getByRole('alert').textContent).toContain(code);
    expect(screen.getByText('Hello')).toBeDefined();
  },
);
