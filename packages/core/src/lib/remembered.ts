/** The same result for the same id: it is made once. */
export function remembered<T extends object, A extends readonly unknown[]>(
  make: (id: string, ...args: A) => T,
): (id: string, ...args: A) => T {
  const known = new Map<string, T>();
  return (id, ...args) => {
    const held = known.get(id);
    if (held) return held;
    const made = make(id, ...args);
    known.set(id, made);
    return made;
  };
}
