import { describe, expect, it } from 'vitest';
import { assertMutation } from '../../../src/features/input';
import type { Mutation } from '../../../src/model/mutation';
import { create, send } from '../support/mutations';
import { ALICE, CONVERSATION, uuid } from '../support/rows';

const refused = (mutation: Mutation) =>
  expect(() => assertMutation(mutation)).toThrow(/^unable to [a-z ]+; /);

describe('what is checked before it is queued', () => {
  it('E1.10 good ones pass, the app’s own ids too', () => {
    assertMutation(send(1, CONVERSATION, { reply_to_id: uuid(2), mentioned_user_ids: [ALICE] }));
    const creation = create(1, [ALICE]);
    assertMutation({
      ...creation,
      args: { ...creation.args, context_type: 'course', context_id: 'latin-1' },
    });
  });

  it.each([
    ['the conversation', send(1, 'somewhere')],
    ['a message', send(1, CONVERSATION, { reply_to_id: 'x' })],
    ['one of several users', send(1, CONVERSATION, { mentioned_user_ids: [ALICE, 'bob'] })],
    ['a member', create(1, ['bob'])],
  ])('E1.10 a malformed id of %s is refused', (_what, mutation) => refused(mutation));

  it('E1.10 what neither storage nor the network can hold is refused', () => {
    refused(send(1, CONVERSATION, { data: { when: () => 1 } }));
    refused(send(1, CONVERSATION, { content: 'a\u0000b' }));
  });
});
