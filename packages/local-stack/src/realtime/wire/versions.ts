import type { Serializer } from './messages.js';
import { v1 } from './v1.js';
import { v2 } from './v2.js';

/** The wire format for a `vsn` parameter (default 1.0.0); `undefined` when the server does not speak it. */
export function serializerFor(vsn: string | null): Serializer | undefined {
  const [, minor] = /^(\d+\.\d+)\.\d+(?:[-+].*)?$/.exec(vsn ?? '1.0.0') ?? [];
  if (minor === '1.0') return v1;
  if (minor === '2.0') return v2;
  return undefined;
}
