export { lockStateDirectory, type StateLock } from './state-lock.ts';
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './supervisor.ts';
