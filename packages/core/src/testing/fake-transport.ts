import { ConfabError } from '../errors/confab-error';
import type { ErrorCode } from '../errors/codes';
import type { Transport } from '../ports';
import { createDeferred } from './deferred';

export type CallArgs = Readonly<Record<string, unknown>>;

/** Answers a call with what the function returns; throws to refuse it. */
export type CallHandler = (args: CallArgs, userId: string) => unknown;

/** A call that reached the transport. */
export interface FakeCall {
  readonly fn: string;
  readonly args: CallArgs;
  readonly userId: string;
}

/** A call whose answer is held back. */
export interface HeldCall extends FakeCall {
  /** Carries it out now, and keeps the answer back until `release` or `lose`. */
  perform(): void;
  /** Lets the answer go; carries the call out first unless that has happened. */
  release(): void;
  /** Lets it fail; it has been carried out only if `perform` was called. */
  fail(error: unknown): void;
}

/** A transport whose functions a test scripts and whose answers it may hold. */
export interface FakeTransport extends Transport {
  /** Every call, in order. */
  readonly calls: readonly FakeCall[];
  /** Answers `fn` with the handler from now on. */
  on(fn: string, handler: CallHandler): void;
  /** Answers the next call of `fn` with the handler, before what {@link on} set; may be given several times. */
  once(fn: string, handler: CallHandler): void;
  /** Calls of `fn` are held back from now on. */
  hold(fn: string): void;
  /** Calls of `fn` go through again; those held stay held. */
  unhold(fn: string): void;
  /** Held calls that wait, oldest first. */
  held(fn?: string): readonly HeldCall[];
  /** The oldest held call; throws when there is none. */
  nextHeld(fn: string): HeldCall;
  count(fn: string): number;
}

export function createFakeTransport(handlers: Readonly<Record<string, CallHandler>> = {}): FakeTransport {
  const calls: FakeCall[] = [];
  const always = new Map<string, CallHandler>(Object.entries(handlers));
  const next = new Map<string, CallHandler[]>();
  const holding = new Set<string>();
  let waiting: HeldCall[] = [];

  const answer = async ({ fn, args, userId }: FakeCall): Promise<unknown> => {
    const handler = next.get(fn)?.shift() ?? always.get(fn);
    if (!handler) throw failure('not_installed', `unable to call ${fn}; no handler is set`);
    // What travels is JSON: neither side sees later changes of the other, nor `undefined`.
    return copy(await handler(args, userId));
  };

  const held = (fn?: string) => waiting.filter((call) => fn === undefined || call.fn === fn);
  const hold = (call: FakeCall): Promise<unknown> => {
    const answered = createDeferred<unknown>();
    let performed: Promise<unknown> | null = null;
    const perform = () => {
      performed ??= answer(call);
      performed.catch(() => undefined);
      return performed;
    };
    const leave = () => {
      waiting = waiting.filter((other) => other !== entry);
    };
    const entry: HeldCall = {
      ...call,
      perform: () => void perform(),
      release() {
        leave();
        perform().then(
          (value) => answered.resolve(value),
          (error: unknown) => answered.reject(error),
        );
      },
      fail(error) {
        leave();
        answered.reject(error);
      },
    };
    waiting.push(entry);
    return answered.promise;
  };

  return {
    calls,
    call(fn, args, userId) {
      const call: FakeCall = { fn, args: copy(args), userId };
      calls.push(call);
      return holding.has(fn) ? hold(call) : answer(call);
    },
    on: (fn, handler) => void always.set(fn, handler),
    once: (fn, handler) => void next.set(fn, [...(next.get(fn) ?? []), handler]),
    hold: (fn) => void holding.add(fn),
    unhold: (fn) => void holding.delete(fn),
    held,
    nextHeld(fn) {
      const first = held(fn)[0];
      if (!first) throw new Error(`unable to find a held call; nothing waits for ${fn}`);
      return first;
    },
    count: (fn) => calls.filter((call) => call.fn === fn).length,
  };
}

/** The error a transport rejects with. */
export function failure(code: ErrorCode, message = `unable to call; ${code}`): ConfabError {
  return new ConfabError({ code, message });
}

function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
