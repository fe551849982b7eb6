import { actions } from './actions';
import { extras } from './extras';
import { membership } from './membership';
import { mishaps } from './mishaps';
import type { Step } from './plan';
import { short } from './run';
import type { Run } from './world';

/** After these a list shows something else, or less. */
const moving = new Set(['jump', 'older', 'newer']);

const all = { ...actions, ...extras, ...membership, ...mishaps };

export const weights = Object.fromEntries(Object.entries(all).map(([name, { weight }]) => [name, weight]));

/** What people do and see at once, where nothing fails. */
export const calmActions = Object.keys({ ...actions, ...extras }).filter((name) => !moving.has(name));

/** Carries out one step, where there is somebody to do it. */
export function act(run: Run, step: Step): void {
  const client = run.clients[step.client];
  const tab = client?.tabs[step.tab % Math.max(1, client.tabs.length)];
  const action = all[step.action];
  if (!client || !tab || !action) return;
  // Nobody touches a device that sleeps, or a page that stands still.
  if (client.clock.isAsleep() || tab.life.isFrozen) return;
  const rooms = [...tab.lists.keys()];
  const room = rooms[step.a % Math.max(1, rooms.length)];
  if (room === undefined) return;
  run.operations++;
  run.note(`${tab.name} ${step.action} ${short(room)}`);
  try {
    const result = action.act({ run, client, tab, room, step });
    if (result instanceof Promise) result.catch(() => undefined);
  } catch (error) {
    run.report('crashed', `${step.action}: ${String(error)}`);
  }
}
