import type { Tick } from '../../lib/tick';

const LABELS: Record<Tick, string> = {
  pending: 'Waiting to be sent',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
};

const PATHS: Record<Tick, string> = {
  pending: 'M9 5.2V8l1.9 1.3M14.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z',
  sent: 'M4.5 8.3l3 3 6.2-6.6',
  delivered: 'M1.5 8.3l3 3 6.2-6.6M8.4 11l.5.5 6.4-6.8',
  read: 'M1.5 8.3l3 3 6.2-6.6M8.4 11l.5.5 6.4-6.8',
};

/** How far an own message has come. */
export function Ticks({ tick }: { readonly tick: Tick }) {
  return (
    <svg
      className={`ticks ticks-${tick}`}
      viewBox="0 0 17 16"
      width="17"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      role="img"
      aria-label={LABELS[tick]}
    >
      <title>{LABELS[tick]}</title>
      <path d={PATHS[tick]} />
    </svg>
  );
}
