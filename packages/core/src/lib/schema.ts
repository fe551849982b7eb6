/**
 * A schema of any library that follows Standard Schema, version 1: zod, zod/mini, valibot and others. It has to answer
 * at once, so without checks that wait for something.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

type TypesOf<S extends Schema> = NonNullable<S['~standard']['types']>;
export type SchemaInput<S extends Schema> = TypesOf<S>['input'];
export type SchemaOutput<S extends Schema> = TypesOf<S>['output'];

/** What the schema makes of a value, or why it does not fit. */
export function validate(
  schema: Schema,
  value: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) return { ok: false, reason: 'its schema does not answer at once' };
  if (!result.issues) return { ok: true, value: result.value };
  const issue = result.issues[0];
  const path = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return { ok: false, reason: `${path.join('.')} ${issue?.message ?? 'invalid'}`.trim() };
}
