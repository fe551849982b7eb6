import type { Confab, JsonObject, Message, MessageInput, MessageKinds } from '@confab/core';
import type * as z from 'zod/mini';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  RegisteredConfab,
  RegisteredKinds,
  UseConversationsResult,
  UseMessagesResult,
} from '../src/index';
import type { SendMessage } from '../src/index';
import type { ClientOf, KindsOf } from '../src/register';
import type { Kinds } from './fake-client';

describe('E12 types', () => {
  it('E12 the registered kinds narrow what hooks return', () => {
    expectTypeOf<RegisteredKinds>().toEqualTypeOf<Kinds>();
    expectTypeOf<RegisteredConfab>().toEqualTypeOf<Confab<Kinds>>();
    expectTypeOf<UseMessagesResult['messages']>().toEqualTypeOf<readonly Message<Kinds>[]>();
    const read = (message: UseMessagesResult['messages'][number]) => {
      if (message.kind === 'daily_note') expectTypeOf(message.data).toEqualTypeOf<{ mood: string }>();
      if (message.kind === 'text') expectTypeOf(message.data).toEqualTypeOf<JsonObject>();
    };
    expectTypeOf(read).toBeFunction();
    expectTypeOf<NonNullable<UseConversationsResult['conversations'][number]['lastMessage']>>().toEqualTypeOf<
      Message<Kinds>
    >();
  });

  it('E12 the registered kinds decide what may be sent', () => {
    expectTypeOf<Parameters<SendMessage>[0]>().toEqualTypeOf<MessageInput<Kinds>>();
    expectTypeOf<{ kind: 'daily_note'; data: { mood: string } }>().toExtend<Parameters<SendMessage>[0]>();
    expectTypeOf<{ kind: 'daily_note'; data: { mood: number } }>().not.toExtend<Parameters<SendMessage>[0]>();
    expectTypeOf<{ kind: 'unheard_of'; data: object }>().not.toExtend<Parameters<SendMessage>[0]>();
  });

  it('E12 an app that registers nothing may have any client, and reads foreign kinds as unknown', () => {
    // What an app without declaration merging has.
    type Nothing = Record<never, never>;
    expectTypeOf<KindsOf<Nothing>>().toEqualTypeOf<Nothing>();
    interface Other extends MessageKinds {
      readonly note: z.ZodMiniObject<{ text: z.ZodMiniString }>;
    }
    expectTypeOf<Confab<Other>>().toExtend<ClientOf<Nothing>>();
    expectTypeOf<Confab<Nothing>>().toExtend<ClientOf<Nothing>>();
    const read = (message: Message<KindsOf<Nothing>>) => {
      if (message.kind === 'text') expectTypeOf(message.data).toEqualTypeOf<JsonObject>();
      else if (message.kind !== 'system' && message.kind !== 'unreadable')
        expectTypeOf(message.data).toBeUnknown();
    };
    expectTypeOf(read).toBeFunction();
  });
});
