export { Stopping } from './failure.ts';
export { holdLease } from './lease.ts';
export * from './messages.ts';
export type { WorkPort } from './port.ts';
export type { WorkPoint } from './read-task.ts';
export { untilTold } from './until-told.ts';
export * from './far.ts';
export * from './wire.ts';
export { logDecision, type OwnWork, startWorker, type Worker } from './worker.ts';
