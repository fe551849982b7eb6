import { describe, expect, it } from 'vitest';
import { ConfabError } from '../../../src/errors/confab-error';
import { decodeEntry, encodeEntry, type OutboxEntry } from '../../../src/outbox/entry';
import { createOutboxMachine } from '../../../src/outbox/machine';
import { fullJitter } from '../../../src/outbox/retry-policy';
import type { OutboxEvent } from '../../../src/sync/outbox-events';
import { createReplica } from '../../../src/sync/outbox-replica';
import { createOutcomes } from '../../../src/sync/outcomes';
import { entry, markDelivered, send } from '../support/mutations';
import { CONVERSATION } from '../support/rows';

/** The replica of one tab, with what it does to the world around it. */
function setup(isLeading: boolean) {
  const machine = createOutboxMachine(fullJitter);
  const outcomes = createOutcomes();
  const told: OutboxEvent[] = [];
  const written: string[] = [];
  const confirmed: unknown[] = [];
  const gaps: number[] = [];
  const at = { isLeading, isRestoring: false, hasRead: true };
  const replica = createReplica({
    machine: () => machine,
    outcomes,
    isLeading: () => at.isLeading,
    isRestoring: () => at.isRestoring,
    hasRead: () => at.hasRead,
    onFolded: () => undefined,
    onGap: () => void gaps.push(1),
    onConfirmed: (_, result) => confirmed.push(result),
    write: (id) => written.push(id),
  });
  replica.onEvent((event) => told.push(event));
  return { machine, outcomes, replica, told, written, confirmed, at };
}

const queued = (n: number, given: Partial<OutboxEntry> = {}) => entry(send(n), { order: n, ...given });
const put = (one: OutboxEntry) => ({ type: 'put', entry: encodeEntry(one) });
const snapshot = (...all: readonly OutboxEntry[]) => ({ type: 'snapshot', entries: all.map(encodeEntry) });
const ids = ({ machine }: ReturnType<typeof setup>) =>
  [...machine.entries()].map(({ mutation }) => mutation.id);
const refusal = new ConfabError({ code: 'not_member', message: 'unable to send; not a member' });

describe('what ended', () => {
  it('E10.5 is not taken up again by the leader when word of it comes late: it tells how it ended', () => {
    const tab = setup(true);
    const { id } = send(1);
    tab.replica.end({ type: 'confirmed', id, result: { seq: 1 } });
    tab.told.length = 0;
    tab.replica.apply(put(queued(1)));
    expect(ids(tab)).toEqual([]);
    expect(tab.told).toEqual([{ type: 'confirmed', id, result: { seq: 1 } }]);
    expect(tab.written).toEqual([id]);
  });

  it('E10.5 is told again also while the leader has it on show still', () => {
    const tab = setup(true);
    const { id } = send(1);
    tab.replica.apply(put(queued(1)));
    tab.machine.confirm(id);
    tab.replica.end({ type: 'confirmed', id, result: null });
    tab.told.length = 0;
    tab.replica.apply(put(queued(1)));
    expect(tab.machine.find(id)?.status).toBe('confirmed');
    expect(tab.told).toEqual([{ type: 'confirmed', id, result: null }]);
    expect(tab.written).toEqual([id]);
  });

  it('E10.5 is known to those who heard of it, who tell nobody while they follow', () => {
    const tab = setup(false);
    const { id } = send(1);
    tab.replica.apply({ type: 'ended', id, error: { code: 'discarded', message: 'unable to' } });
    expect(tab.replica.hasEnded(id)).toBe(true);
    expect([tab.told, tab.written]).toEqual([[], []]);
    tab.at.isLeading = true;
    expect(tab.replica.hasEnded(id)).toBe(true);
    expect(tab.told).toEqual([{ type: 'ended', id, error: { code: 'discarded', message: 'unable to' } }]);
    tab.replica.reset();
    expect(tab.replica.hasEnded(id)).toBe(false);
  });

  it('E10.5 is remembered of the last 200', () => {
    const { replica } = setup(false);
    for (let n = 0; n <= 200; n++) replica.end({ type: 'confirmed', id: `${n}`, result: null });
    expect([replica.hasEnded('0'), replica.hasEnded('1'), replica.hasEnded('200')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('E10.3 is what was taken in by another', () => {
    const tab = setup(false);
    tab.replica.apply(put(queued(1)));
    tab.replica.apply({ ...put(queued(2)), absorbs: send(1).id });
    tab.replica.apply(put(queued(1)));
    expect(ids(tab)).toEqual([send(2).id]);
  });
});

describe('the leader', () => {
  it('E10.3 does not let a late word undo what it has folded', () => {
    const tab = setup(true);
    const edited = send(1, CONVERSATION, { content: 'edited' });
    tab.machine.restore([entry(edited)], true);
    tab.replica.apply(put(queued(1)));
    expect(tab.machine.find(edited.id)?.mutation).toEqual(edited);
  });

  it('E10.7 takes in what others change of what was refused', () => {
    const tab = setup(true);
    tab.machine.restore([queued(1, { status: 'failed', error: refusal })], true);
    tab.replica.apply(put(queued(1)));
    expect(tab.machine.find(send(1).id)).toMatchObject({ status: 'queued', error: null });
  });

  it('E10.6 tells all there is to who asks, but not before it knows it', () => {
    const tab = setup(true);
    tab.machine.restore([queued(1), queued(2, { status: 'failed', error: refusal })], true);
    tab.at.isRestoring = true;
    tab.replica.apply({ type: 'hello' });
    expect(tab.told).toEqual([]);
    tab.at.isRestoring = false;
    tab.replica.apply({ type: 'hello' });
    const [event] = tab.told;
    const told = event?.type === 'snapshot' ? event.entries.map(decodeEntry) : [];
    expect(told.map((one) => [one?.mutation.id, one?.status])).toEqual([
      [send(1).id, 'queued'],
      [send(2).id, 'failed'],
    ]);
  });

  it('E10.7 says when it could not read the storage: a follower keeps then what the leader does not know', () => {
    const leader = setup(true);
    const follower = setup(false);
    follower.machine.restore([queued(1, { status: 'failed', error: refusal })], true);
    leader.at.hasRead = false;
    leader.replica.snapshot();
    follower.replica.apply(leader.told[0]);
    expect(ids(follower)).toEqual([send(1).id]);
    leader.at.hasRead = true;
    leader.replica.snapshot();
    follower.replica.apply(leader.told[1]);
    expect(ids(follower)).toEqual([]);
  });

  it('E10.8 ignores what another one takes for all there is', () => {
    const tab = setup(true);
    tab.machine.restore([queued(1)], true);
    tab.replica.apply(snapshot(queued(2)));
    expect(ids(tab)).toEqual([send(1).id]);
    expect(tab.told).toEqual([]);
  });
});

describe('a follower', () => {
  it('E10.10 tells again what the leader lacks, in order, and forgets refusals the leader does not know', () => {
    const tab = setup(false);
    tab.machine.restore([queued(3), queued(1), queued(2, { status: 'failed', error: refusal })], true);
    tab.replica.apply(snapshot(queued(4)));
    expect(tab.told.map((event) => (event.type === 'put' ? decodeEntry(event.entry)?.order : null))).toEqual([
      1, 3,
    ]);
    expect(ids(tab).sort()).toEqual([send(1).id, send(3).id, send(4).id].sort());
  });

  it('E10.12 leaves it to the leader to report what was delivered: neither tells the other', () => {
    const report = entry(markDelivered(1, 3));
    const [leader, follower] = [setup(true), setup(false)];
    leader.machine.restore([report], true);
    follower.machine.restore([entry(markDelivered(2, 4))], true);
    leader.replica.snapshot();
    expect(leader.told).toEqual([snapshot()]);
    follower.replica.apply(leader.told[0]);
    expect([follower.told, ids(follower)]).toEqual([[], []]);
  });

  it('E10.3 a word told twice does not say that it comes after itself', () => {
    const tab = setup(false);
    tab.replica.put(queued(1));
    tab.replica.put(queued(1));
    tab.replica.put(queued(2));
    expect(tab.told.map((event) => (event.type === 'put' ? event.after : null))).toEqual([
      undefined,
      undefined,
      send(1).id,
    ]);
  });

  it('E10.3 tells nothing that comes after what is still being stored', () => {
    const tab = setup(false);
    tab.machine.restore([queued(1), queued(3)], true);
    tab.machine.enqueue(send(2), 2, false);
    tab.replica.apply(snapshot());
    expect(tab.told).toHaveLength(2);
    const other = setup(false);
    other.machine.enqueue(send(1), 1, false);
    other.machine.accept(queued(2), false);
    other.replica.apply(snapshot());
    expect(other.told).toEqual([]);
  });

  it('E10.4 hears the answer, brings it into its cache and tells who waits', async () => {
    const tab = setup(false);
    const { id } = send(1);
    const { outcome } = tab.outcomes.of(id);
    tab.replica.apply(put(queued(1)));
    tab.replica.apply({ type: 'confirmed', id, result: { seq: 7 } });
    expect(await outcome).toEqual({ ok: true, result: { seq: 7 } });
    expect(tab.confirmed).toEqual([{ seq: 7 }]);
    tab.replica.apply({ type: 'confirmed', id, result: { seq: 7 } });
    expect(tab.confirmed).toHaveLength(1);
  });

  it('E10.10 says what it cannot read', () => {
    const { replica } = setup(false);
    for (const event of [null, 7, {}, { type: 'weather' }, { type: 'ended', id: 7, error: null }])
      expect(replica.apply(event)).toBe(false);
    expect(replica.apply({ type: 'hello' })).toBe(true);
  });
});
