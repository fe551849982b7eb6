import type { Schema, SchemaInput, SchemaOutput } from '../lib/schema';
import type { JsonObject } from './records';

/** The app's message kinds: for each the schema of its `data`, which is an object (rule E12). */
export type MessageKinds = Readonly<Record<string, Schema>>;

declare const other: unique symbol;
/**
 * A kind the app has not declared: a string, which `String(message.kind)` gives. Its type is not `string & …`, because
 * any literal is comparable to that, and comparing `kind` would no longer narrow `data`.
 */
export interface OtherKind {
  readonly [other]: never;
  toString(): string;
}

/** `kind` and `data` of a message, narrowed by comparing `kind`. */
export type KindAndData<K extends MessageKinds> =
  | { readonly kind: 'text' | 'system'; readonly data: JsonObject }
  | { readonly [N in keyof K & string]: { readonly kind: N; readonly data: SchemaOutput<K[N]> } }[keyof K &
      string]
  /** `data` does not fit the schema declared for the kind it has on the server. */
  | { readonly kind: 'unreadable'; readonly data: { readonly kind: string; readonly data: unknown } }
  | { readonly kind: OtherKind; readonly data: unknown };

interface InputOptions {
  /** The message this one answers. */
  readonly replyToId?: string;
  /** The day an entry belongs to, `YYYY-MM-DD`, for kinds that have one. */
  readonly occursOn?: string;
}

/** What `messages.send` takes: a text, or one of the app's kinds with its data. */
export type MessageInput<K extends MessageKinds> = InputOptions &
  (
    | {
        readonly kind?: 'text';
        /** 1 to 8,000 characters (the project's setting may differ). */
        readonly content: string;
        readonly data?: JsonObject;
      }
    | {
        readonly [N in keyof K & string]: {
          readonly kind: N;
          readonly data: SchemaInput<K[N]>;
          readonly content?: string;
        };
      }[keyof K & string]
  );
