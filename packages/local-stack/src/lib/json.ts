/** An object read from JSON, its values still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object `value` is, or `undefined` for anything else (arrays too). */
export function asObject(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** The text under `name`, or `undefined`. */
export function textField(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** The object under `name`, or `undefined`. */
export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  return asObject(object[name]);
}
