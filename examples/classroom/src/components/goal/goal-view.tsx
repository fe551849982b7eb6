import { useMessages, useMessagesByDate } from '@confab/react';
import { useMemo, useState } from 'react';
import { useMarkSeen } from '../../hooks/use-mark-seen';
import type { OpenGoal } from '../../hooks/use-goals';
import { useToday } from '../../hooks/use-today';
import { groupByDay, latestRange, rangeWith, type Day } from '../../lib/days';
import type { Message } from '../../lib/types';
import { Composer } from '../composer/composer';
import { ResponseTargets } from '../composer/response-targets';
import { DayRail } from './day-rail';
import { GoalHeader } from './goal-header';
import { GoalContext } from './goal-context';
import { Journal } from './journal';
import { SelectionBar } from './selection-bar';

/** One goal: how far it is, its days, and what is being written. */
export function GoalView({ open, day }: { readonly open: OpenGoal; readonly day: Day | null }) {
  const { conversation, isLed, partner } = open;
  const { id } = conversation;
  const today = useToday();
  const [latest, setLatest] = useState(() => latestRange(today));
  const range = rangeWith(day ?? today, latest, today);
  if (range !== latest) setLatest(range);
  const { messages, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useMessagesByDate(
    id,
    { ...range },
  );
  const days = useMemo(() => groupByDay(messages), [messages]);
  const all = useMessages(id);
  useMarkSeen(id, all.messages.findLast(({ seq }) => seq !== null)?.seq ?? 0);

  const [selectedIds, setSelectedIds] = useState<ReadonlySet<string>>(new Set());
  const [targetIds, setTargetIds] = useState<readonly string[]>([]);
  const { unreadAfterSeq } = all;
  const context = useMemo(
    () => ({
      conversationId: id,
      isLed,
      partner,
      today,
      unreadAfterSeq,
      selectedIds,
      toggle: (messageId: string) =>
        setSelectedIds((before) => {
          const next = new Set(before);
          if (!next.delete(messageId)) next.add(messageId);
          return next;
        }),
      clear: () => setSelectedIds(new Set()),
      answer: (targets: readonly Message[]) => setTargetIds(targets.map((target) => target.id)),
    }),
    [id, isLed, partner, today, unreadAfterSeq, selectedIds],
  );
  // What went meanwhile is no longer chosen.
  const selected = messages.filter((message) => selectedIds.has(message.id));
  const targets = messages.filter((message) => targetIds.includes(message.id));
  return (
    <GoalContext value={context}>
      <div className="goal">
        <GoalHeader open={open} />
        <DayRail days={days} today={today} shownDay={day} range={range} />
        <Journal
          days={days}
          day={day}
          today={today}
          isPending={isPending}
          error={error}
          {...(hasNextPage && { more: { isFetching: isFetchingNextPage, fetch: fetchNextPage } })}
        />
        <div className="goal-foot">
          {selected.length > 0 ? (
            <SelectionBar selected={selected} />
          ) : (
            <Composer
              key={isLed ? 'response' : 'entry'}
              open={open}
              today={today}
              day={day}
              targets={targets}
            >
              <ResponseTargets targets={targets} onCancel={() => setTargetIds([])} />
            </Composer>
          )}
        </div>
      </div>
    </GoalContext>
  );
}
