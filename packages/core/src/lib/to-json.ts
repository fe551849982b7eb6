/**
 * A value as JSON. Throws for what JSON would leave out without a word (functions, symbols) and for what structured
 * cloning refuses, where the platform has it: storage clones what the network writes as JSON.
 */
export function toJson(value: unknown): string {
  const hasClone = typeof structuredClone !== 'undefined';
  // What has been cloned holds neither, and a function that looks at each part makes this slow.
  const json = (hasClone ? JSON.stringify(structuredClone(value)) : JSON.stringify(value, refuse)) as
    string | undefined;
  if (json === undefined) throw new TypeError('undefined is no JSON');
  return json;
}

function refuse(key: string, part: unknown): unknown {
  if (typeof part === 'function' || typeof part === 'symbol') throw new TypeError(`${key} is no JSON`);
  return part;
}
