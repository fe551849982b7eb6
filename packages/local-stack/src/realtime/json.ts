/** What JSON text can hold. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** The value of a JSON text, `undefined` when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isParsed(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `JSON.parse` makes nothing but JSON values, however deep one looks. */
function isParsed(value: unknown): value is Json {
  return value !== undefined;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of an object; `undefined` when there is none or `value` is no object. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
  return value[key];
}

/** Equal values give equal text, whatever the order of their keys. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/**
 * The size that limits are measured against: bytes of the value in Erlang's external term format, in which
 * strings cost 5 bytes more than their UTF-8, lists 6, objects 5, and numbers 2, 5 or 9.
 */
export function termSize(value: Json | Buffer): number {
  return 1 + innerSize(value);
}

function innerSize(value: Json | Buffer): number {
  if (value === null) return 5;
  if (Buffer.isBuffer(value)) return 5 + value.length;
  switch (typeof value) {
    case 'boolean':
      return value ? 6 : 7;
    case 'number':
      return numberSize(value);
    case 'string':
      return 5 + Buffer.byteLength(value);
    default:
      break;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return 1;
    return value.reduce<number>((sum, item) => sum + innerSize(item), 6);
  }
  return Object.entries(value).reduce((sum, [key, item]) => sum + innerSize(key) + innerSize(item), 5);
}

function numberSize(value: number): number {
  if (!Number.isInteger(value)) return 9;
  if (value >= 0 && value <= 255) return 2;
  return Math.abs(value) < 2 ** 31 ? 5 : 11;
}

/** A value as the server prints it in its error texts (the syntax of Elixir). */
export function inspectTerm(value: Json): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return inspectString(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(inspectTerm).join(', ')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${inspectString(key)} => ${inspectTerm(value[key] ?? null)}`);
  return `%{${members.join(', ')}}`;
}

export function inspectString(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('#{', '\\#{');
  return `"${escaped}"`;
}

/** A list as the server prints it in its error texts: broken into lines when it is longer than one. */
export function inspectList(items: readonly string[]): string {
  const oneLine = `[${items.join(', ')}]`;
  return oneLine.length <= 80 ? oneLine : `[\n${items.map((item) => `  ${item}`).join(',\n')}\n]`;
}
