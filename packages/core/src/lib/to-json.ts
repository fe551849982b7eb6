/**
 * A value as JSON. Throws for what JSON would leave out without a word (functions, symbols) and for what structured
 * cloning refuses, where the platform has it: storage clones what the network writes as JSON.
 */
export function toJson(value: unknown): string {
  const plain = typeof structuredClone === 'undefined' ? value : structuredClone(value);
  const json = JSON.stringify(plain, (key, part: unknown) => {
    if (typeof part === 'function' || typeof part === 'symbol') throw new TypeError(`${key} is no JSON`);
    return part;
  }) as string | undefined;
  if (json === undefined) throw new TypeError('undefined is no JSON');
  return json;
}
