import { ConfabError } from '../../errors/confab-error';
import type { Mutation } from '../../model/mutation';
import { targetsOf } from '../../outbox/queue';
import type { Clock, Transport } from '../../ports';
import type { PushResultRow } from '../fake-server/push';
import { createFakeRealtime, type FakeChannel } from '../fake-realtime';
import { copyJson } from './copy-json';
import { short } from './run';
import type { Client, Life, Network, Run } from './world';

/** A new one each time: what waits for a shared one would be kept for good. */
const never = () => new Promise<never>(() => undefined);

export function createNetwork(run: Run, client: Client, life: Life): Network {
  const random = run.random(`network ${life.name}`);
  const clock: Clock = client.clock;
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const strikes = (probability: number, kind: string): boolean => {
    if (probability === 0 || !random.chance(probability)) return false;
    run.fault(kind);
    return true;
  };
  const error = (code: ConfabError['code'], retryAfterMs?: number) =>
    new ConfabError({ code, message: `unable to call; ${code}`, retryAfterMs });

  // Both change while something waits.
  const isDead = () => life.isDead;
  const isReachable = () => client.isOnline;
  const isAwake = () => !life.isDead && !life.isFrozen && client.isOnline && !client.clock.isAsleep();
  const transport: Transport = {
    async call(fn, args, userId) {
      if (isDead()) return never();
      const sent = copyJson(args) as Readonly<Record<string, unknown>>;
      const { climate } = run;
      const isSlow = strikes(climate.slow, 'slowCall');
      await pause(random.int(isSlow ? climate.slowMs : climate.latencyMs));
      if (isDead()) return never();
      const mutations = mutationsIn(sent);
      checkHeld(run, life, userId, mutations);
      if (!isReachable() || strikes(climate.failBefore, 'callFailed')) throw error('offline');
      if (!life.auth.isValid(userId)) throw error('unauthenticated');
      if (strikes(climate.unavailable, 'serverUnavailable')) throw error('unavailable');
      if (strikes(climate.rateLimited, 'retryAfter')) throw error('rate_limited', 1 + random.int(8_000));
      const answer = copyJson(run.server.call(fn, sent, userId));
      const refused = refusedIn(answer);
      noteRefusals(run, userId, mutations, refused);
      await pause(random.int(isSlow ? climate.slowMs : climate.latencyMs));
      if (isDead()) return never();
      // The weather may have become calm meanwhile.
      if (!isReachable() || strikes(run.climate.loseAnswer, 'answerLost')) {
        run.note(`${life.name} answer of ${fn} lost`);
        throw error(random.chance(0.5) ? 'timeout' : 'offline');
      }
      for (const id of refused) life.told.add(id);
      return answer;
    },
  };

  /** Those the server sends to: what it says before it knows of a channel does not reach it. */
  const live = new Set<FakeChannel>();
  const comeUp = (channel: FakeChannel) => {
    clock.after(1 + random.int(run.climate.joinMs), () => {
      if (isDead() || !channel.isOpen()) return;
      if (life.isFrozen) return comeUp(channel);
      // It retries by itself for as long as the network is away.
      if (!client.isOnline) return comeUp(channel);
      if (!run.server.mayUseTopic(client.user, channel.topic)) return channel.deny();
      if (strikes(run.climate.denyChannel, 'channelDenied')) return channel.deny();
      live.add(channel);
      if (channel.topic.startsWith('inbox')) life.floor = run.ledger.versions();
      channel.ready();
    });
  };
  const channels = createFakeRealtime({ onOpen: comeUp });

  return {
    transport,
    realtime: channels,
    deliver(topic, payload) {
      if (!isAwake()) return;
      const { climate } = run;
      if (client.isDeaf || strikes(climate.dropEvent, 'eventDropped')) return;
      const targets = [...live].filter((channel) => channel.topic === topic && channel.isOpen());
      const arrive = () => {
        if (!isAwake()) return;
        for (const channel of targets) channel.emit('changes', payload);
      };
      run.clock.after(random.int(climate.delayEventMs), arrive);
      if (strikes(climate.doubleEvent, 'eventDoubled'))
        run.clock.after(random.int(climate.delayEventMs * 2), arrive);
    },
    loseChannels() {
      for (const channel of channels.channels()) {
        if (!channel.isOpen()) continue;
        live.delete(channel);
        channel.lose();
        comeUp(channel);
      }
    },
    endChannel(pick) {
      const open = channels.channels().filter((channel) => channel.isOpen());
      const channel = open[pick % Math.max(1, open.length)];
      if (!channel) return;
      live.delete(channel);
      channel.end();
    },
  };
}

/** The mutations of a push; none of another call. */
function mutationsIn({ mutations }: { readonly mutations?: unknown }): readonly Mutation[] {
  return Array.isArray(mutations) ? (mutations as readonly Mutation[]) : [];
}

/** What the server has refused for good in this answer of a push. */
function refusedIn(answer: unknown): readonly string[] {
  const { results } = answer as { results?: readonly PushResultRow[] };
  return (results ?? []).flatMap(({ id, error }) =>
    error && !error.retryable && typeof id === 'string' ? [id] : [],
  );
}

function noteRefusals(
  { ledger }: Run,
  user: string,
  mutations: readonly Mutation[],
  refused: readonly string[],
) {
  for (const { id, type, conversation_id } of mutations) {
    if (!refused.includes(id)) continue;
    ledger.refused.add(id);
    if (type === 'mark_read') ledger.unsureReads.add(`${user} ${conversation_id}`);
  }
}

/** What is about something that was refused waits with it (rule E3.12). */
function checkHeld(run: Run, { name, told }: Life, user: string, mutations: readonly Mutation[]): void {
  for (const mutation of mutations) {
    const { id, type, conversation_id } = mutation;
    // Sent again, because the user wants it.
    told.delete(id);
    const about = [conversation_id, ...targetsOf(mutation)].find(
      (target) => target !== id && told.has(target),
    );
    // Another tab may have sent it again meanwhile.
    if (about === undefined || run.ledger.stored.has(about) || run.server.member(about, user)) continue;
    run.report('dishonest', `${name} sends ${type} ${short(id)} though ${short(about)} was refused`);
  }
}
