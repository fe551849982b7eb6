export type { Auth } from './auth';
export type { Clock } from './clock';
export type { Environment } from './environment';
export type { Ids } from './ids';
export type { Logger, LogEntry } from './logger';
export type { Channel, ChannelHandlers, ChannelStatus, PresenceMetas, Realtime } from './realtime';
export type { KeyValueStore, Storage, StoreEntry } from './storage';
export type { Candidacy, TabChannel, TabRole, Tabs } from './tabs';
export type { FunctionArgs, FunctionName, Transport } from './transport';
