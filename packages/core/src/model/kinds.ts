import type { InputOf, OutputOf, StandardSchema } from '../lib/standard-schema';
import type { JsonObject, Mention } from './records';

/** The app's message kinds: for each the schema of its `data` (rule E12). Any Standard Schema of an object:
 * zod, zod/mini, Valibot, ArkType, … It must not be asynchronous. */
export type MessageKinds = Readonly<Record<string, StandardSchema>>;

declare const other: unique symbol;
/**
 * A kind the app has not declared: a string, which `String(message.kind)` gives. Its type is not `string & …`, because
 * any literal is comparable to that, and comparing `kind` would no longer narrow `data`.
 */
export interface OtherKind {
  readonly [other]: never;
  toString(): string;
}

/** `image` and `file` are attachments; `system` and `notification` come from the server only. */
export type BuiltInKind = 'text' | 'image' | 'file' | 'system' | 'notification';

/** `kind` and `data` of a message, narrowed by comparing `kind`. */
export type KindAndData<K extends MessageKinds> =
  | { readonly kind: BuiltInKind; readonly data: JsonObject }
  | { readonly [N in keyof K & string]: { readonly kind: N; readonly data: OutputOf<K[N]> } }[keyof K &
      string]
  /** `data` does not fit the schema declared for the kind it has on the server. */
  | { readonly kind: 'unreadable'; readonly data: { readonly kind: string; readonly data: unknown } }
  | { readonly kind: OtherKind; readonly data: unknown };

interface InputOptions {
  /** The message this one answers. */
  readonly replyToId?: string;
  /** The message whose thread it belongs to; it is then no part of the timeline. */
  readonly threadRootId?: string;
  /** At most 100; those who are no members are left out. */
  readonly mentionedUserIds?: readonly string[];
  readonly mentionsEveryone?: boolean;
  /** Where in `content` they are mentioned; places that do not fit it, or are of nobody mentioned, are left out. */
  readonly mentions?: readonly Mention[];
  /** The day an entry belongs to, `YYYY-MM-DD`, for kinds that have one. */
  readonly occursOn?: string;
}

/** What `messages.send` takes: a text, an attachment, or one of the app's kinds with its data. */
export type MessageInput<K extends MessageKinds> = InputOptions &
  (
    | {
        readonly kind?: 'text';
        /** 1 to 8,000 characters (the project's setting may differ). */
        readonly content: string;
        readonly data?: JsonObject;
      }
    | { readonly kind: 'image' | 'file'; readonly data: JsonObject; readonly content?: string }
    | {
        readonly [N in keyof K & string]: {
          readonly kind: N;
          readonly data: InputOf<K[N]>;
          readonly content?: string;
        };
      }[keyof K & string]
  );
