interface Request {
  readonly grant: () => void;
  readonly refuse: (error: DOMException) => void;
}

/** Exclusive Web Locks as the specification has them, as far as tabs use them: in order, with `signal` and `steal`. */
export function createFakeLocks(): Pick<LockManager, 'request'> {
  const queues = new Map<string, Request[]>();
  const queueOf = (name: string) => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };
  const stopped = (reason: string) => new DOMException(reason, 'AbortError');

  function request<T>(name: string, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  function request<T>(
    name: string,
    options: LockOptions,
    callback: LockGrantedCallback<T>,
  ): Promise<Awaited<T>>;
  function request<T>(
    name: string,
    given: LockOptions | LockGrantedCallback<T>,
    last?: LockGrantedCallback<T>,
  ): Promise<Awaited<T>> {
    const options = typeof given === 'function' ? {} : given;
    const callback = typeof given === 'function' ? given : last;
    const { signal, steal = false } = options;
    if (signal && steal) throw new DOMException('signal and steal exclude each other', 'NotSupportedError');
    const queue = queueOf(name);
    const leave = (mine: Request) => {
      const wasFirst = queue[0] === mine;
      const index = queue.indexOf(mine);
      if (index >= 0) queue.splice(index, 1);
      if (wasFirst) queue[0]?.grant();
    };
    return new Promise<Awaited<T>>((resolve, reject) => {
      let isHeld = false;
      const mine: Request = {
        grant() {
          queueMicrotask(() => {
            if (queue[0] !== mine) return;
            isHeld = true;
            Promise.resolve(callback?.({ name, mode: 'exclusive' }))
              .then((value) => resolve(value as Awaited<T>), reject)
              .finally(() => leave(mine));
          });
        },
        refuse: reject,
      };
      if (signal?.aborted) return reject(stopped('aborted'));
      signal?.addEventListener('abort', () => {
        // Once it is held, only the end of the callback gives it back.
        if (isHeld) return;
        leave(mine);
        reject(stopped('aborted'));
      });
      if (steal) {
        queue.shift()?.refuse(stopped('stolen'));
        queue.unshift(mine);
      } else {
        queue.push(mine);
      }
      if (queue[0] === mine) mine.grant();
    });
  }
  return { request };
}
