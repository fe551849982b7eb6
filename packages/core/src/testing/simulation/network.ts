import { ConfabError } from '../../errors/confab-error';
import type { Clock, Transport } from '../../ports';
import type { PushResultRow } from '../fake-server/push';
import { createFakeRealtime, type FakeChannel } from '../fake-realtime';
import { copyJson } from './copy-json';
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
      const sent = copyJson(args);
      const { climate } = run;
      const isSlow = strikes(climate.slow, 'slowCall');
      await pause(random.int(isSlow ? climate.slowMs : climate.latencyMs));
      if (isDead()) return never();
      if (!isReachable() || strikes(climate.failBefore, 'callFailed')) throw error('offline');
      if (!life.auth.isValid(userId)) throw error('unauthenticated');
      if (strikes(climate.unavailable, 'serverUnavailable')) throw error('unavailable');
      if (strikes(climate.rateLimited, 'retryAfter')) throw error('rate_limited', 1 + random.int(8_000));
      const answer = copyJson(run.server.call(fn, sent as Readonly<Record<string, unknown>>, userId));
      noteRefusals(run, answer);
      await pause(random.int(isSlow ? climate.slowMs : climate.latencyMs));
      if (isDead()) return never();
      if (!isReachable() || strikes(climate.loseAnswer, 'answerLost')) {
        run.note(`${life.name} answer of ${fn} lost`);
        throw error(random.chance(0.5) ? 'timeout' : 'offline');
      }
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

/** What the server has refused for good in this answer of a push. */
function noteRefusals({ ledger }: Run, answer: unknown): void {
  const { results } = answer as { results?: readonly PushResultRow[] };
  for (const { id, error } of results ?? [])
    if (error && !error.retryable && typeof id === 'string') ledger.refused.add(id);
}
