import { randomUUID } from 'node:crypto';

import { inspectString, isJsonObject, type Json, type JsonObject, memberOf } from '../json.js';

/** What a join asked for. */
export interface JoinConfig {
  readonly isPrivate: boolean;
  readonly isAckWanted: boolean;
  readonly isSelfWanted: boolean;
  readonly isReplicationReadyWanted: boolean;
  readonly isPresenceEnabled: boolean;
  readonly presenceKey: string;
  /** The `replay` of the payload, unchecked; undefined when there is none. */
  readonly replay: Json | undefined;
  /** The form without a config: the topic itself names the table. */
  readonly isLegacy: boolean;
  readonly changes: readonly JsonObject[];
}

/** A value of a wrong type counts as left out. */
export function readJoinConfig(payload: JsonObject, topic: string): JoinConfig {
  const isLegacy = !Object.hasOwn(payload, 'config');
  const config = memberOf(payload, 'config');
  const broadcast = memberOf(config, 'broadcast');
  const presence = memberOf(config, 'presence');
  return {
    isPrivate: isTrue(memberOf(config, 'private')),
    isAckWanted: isTrue(memberOf(broadcast, 'ack')),
    isSelfWanted: isTrue(memberOf(broadcast, 'self')),
    // Read without the leniency of the others: any value but null and false asks for it.
    isReplicationReadyWanted: isSet(memberOf(broadcast, 'replication_ready')),
    isPresenceEnabled: isTrue(memberOf(presence, 'enabled')),
    presenceKey: presenceKeyOf(memberOf(presence, 'key')),
    replay: memberOf(broadcast, 'replay'),
    isLegacy,
    changes: isLegacy ? [legacyChange(topic)] : changesOf(memberOf(config, 'postgres_changes')),
  };
}

/**
 * The error of the real server for configs that are no object where one has to be; undefined when all is well.
 * It comes from looking a key up in something that has none.
 */
export function joinConfigError(payload: JsonObject): string | undefined {
  const config = memberOf(payload, 'config');
  const first = accessError(config, 'broadcast');
  if (first !== undefined) return first;
  const second = accessError(memberOf(config, 'broadcast'), 'replication_ready');
  if (second !== undefined) return second;
  const changes = memberOf(config, 'postgres_changes');
  const odd = Array.isArray(changes)
    ? changes.find((entry) => entry !== null && !isJsonObject(entry))
    : undefined;
  return odd === undefined ? undefined : `expected a map, got: ${JSON.stringify(odd)}`;
}

function accessError(container: Json | undefined, key: string): string | undefined {
  if (container === undefined || container === null || isJsonObject(container)) return undefined;
  if (!Array.isArray(container)) return 'no function clause matching in Access.get/3';
  const hint = 'If you want to search lists of tuples, use List.keyfind/3';
  const got = inspectString(key);
  return `the Access module supports only keyword lists (with atom keys), got: ${got}\n\n${hint}\n`;
}

/** Booleans may be spelt as strings. */
function isTrue(value: Json | undefined): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false;
}

function presenceKeyOf(key: Json | undefined): string {
  if (key === undefined || key === null || key === '') return randomUUID();
  return typeof key === 'string' ? key : JSON.stringify(key);
}

function changesOf(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** `schema`, `schema:table` or `schema:table:filter`. */
function legacyChange(topic: string): JsonObject {
  const [schema = '', table, ...filter] = topic.split(':');
  return {
    schema,
    ...(table === undefined ? {} : { table }),
    ...(filter.length === 0 ? {} : { filter: filter.join(':') }),
  };
}

/** The token of a join: `user_token`, else `access_token`, else that of the connection. */
export function joinToken(payload: JsonObject, connectToken: string): string {
  const user = memberOf(payload, 'user_token');
  const access = memberOf(payload, 'access_token');
  const first = isSet(access) ? access : user;
  // An API key of the new kind is no token; the gateway has exchanged it at the connection.
  if (typeof first === 'string' && first.startsWith('sb_')) return connectToken;
  if (typeof user === 'string') return user;
  return typeof access === 'string' ? access : connectToken;
}
