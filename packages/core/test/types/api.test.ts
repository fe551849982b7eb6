import { expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod/mini';
import { createConfab } from '../../src';
import type {
  Confab,
  Conversation,
  Draft,
  JsonObject,
  Message,
  MessageInput,
  Page,
  Queued,
  Readable,
  SearchResult,
} from '../../src';

const kinds = { daily_note: z.object({ mood: z.enum(['good', 'bad']) }) };
type Kinds = typeof kinds;
type Api = Confab<Kinds>;

it('E12 a client is made for the kinds it is given', () => {
  expectTypeOf(createConfab<typeof kinds>).returns.toEqualTypeOf<Api>();
  expect(kinds.daily_note.parse({ mood: 'good' })).toEqual({ mood: 'good' });
});

it('E12 built-in kinds need no schema, and those of the server cannot be sent', () => {
  expectTypeOf<{ kind: 'image'; data: { width: 1 } }>().toExtend<MessageInput<Kinds>>();
  expectTypeOf<{ kind: 'file'; data: JsonObject; content: 'Invoice' }>().toExtend<MessageInput<Kinds>>();
  expectTypeOf<{ kind: 'image' }>().not.toExtend<MessageInput<Kinds>>();
  expectTypeOf<{ kind: 'system'; data: JsonObject }>().not.toExtend<MessageInput<Kinds>>();
  const read = (message: Message<Kinds>) => {
    if (message.kind === 'image' || message.kind === 'notification')
      expectTypeOf(message.data).toEqualTypeOf<JsonObject>();
    if (message.kind === 'daily_note') expectTypeOf(message.data.mood).toEqualTypeOf<'good' | 'bad'>();
  };
  expectTypeOf(read).returns.toBeVoid();
});

it('E12 every way to a message keeps the kinds of the app', () => {
  type One = Promise<Queued<Message<Kinds>>>;
  expectTypeOf<Api['messages']['pin']>().returns.toEqualTypeOf<One>();
  expectTypeOf<Api['messages']['forward']>().returns.toEqualTypeOf<One>();
  expectTypeOf<Api['reactions']['add']>().returns.toEqualTypeOf<One>();
  expectTypeOf<Api['messages']['pinned']>().returns.toEqualTypeOf<Promise<Page<Message<Kinds>>>>();
  expectTypeOf<Api['threads']['history']>().returns.toEqualTypeOf<Promise<Page<Message<Kinds>>>>();
  expectTypeOf<Api['search']['messages']>().returns.toEqualTypeOf<Promise<Page<SearchResult<Kinds>>>>();
  expectTypeOf<Api['reactions']['toggle']>()
    .parameter(0)
    .toExtend<Pick<Message<Kinds>, 'id' | 'reactions'>>();
});

it('E12 what ends a membership answers with no conversation', () => {
  type Ended = Promise<Queued<Conversation<Kinds> | null>>;
  expectTypeOf<Api['members']['leave']>().returns.toEqualTypeOf<Ended>();
  expectTypeOf<Api['conversations']['setMembership']>().returns.toEqualTypeOf<Ended>();
  expectTypeOf<Api['conversations']['create']>().returns.toEqualTypeOf<
    Promise<Queued<Conversation<Kinds>>>
  >();
});

it('E12 what is kept up to date is a readable, what is read once a promise', () => {
  expectTypeOf<Api['drafts']['get']>().returns.toEqualTypeOf<Readable<Draft | null>>();
  expectTypeOf<Api['conversations']['invites']>().returns.toEqualTypeOf<
    Readable<readonly Conversation<Kinds>[]>
  >();
  expectTypeOf<Api['account']['exportData']>().returns.toEqualTypeOf<AsyncIterable<JsonObject>>();
});
