export type Task = () => void | Promise<void>;

export interface Mailbox {
  /** Runs the task after all earlier ones have ended; at once when there are none. */
  post(task: Task): void;
  /** Drops the tasks that wait, and all that come. */
  close(): void;
}

/**
 * Runs tasks one at a time in the order they came. A task that has nothing to wait for runs within `post`, so
 * the common case costs no turn of the event loop. `onError` gets what a task threw.
 */
export function createMailbox(onError: (thrown: unknown) => void): Mailbox {
  let waiting: Task[] = [];
  let isBusy = false;
  let isClosed = false;

  function drain(): void {
    while (!isBusy) {
      const task = waiting.shift();
      if (task === undefined) return;
      // Also while a task runs that does not wait: what it posts comes after it, not inside it.
      isBusy = true;
      let running: void | Promise<void> = undefined;
      try {
        running = task();
      } catch (thrown) {
        onError(thrown);
      }
      if (running === undefined) {
        isBusy = false;
        continue;
      }
      running.catch(onError).finally(() => {
        isBusy = false;
        drain();
      });
    }
  }

  return {
    post(task) {
      if (isClosed) return;
      waiting.push(task);
      drain();
    },
    close() {
      isClosed = true;
      waiting = [];
    },
  };
}
