export { logDecision } from './worker.ts';
export { failureOf, Stopping } from './failure.ts';
export { holdLease } from './lease.ts';
export * from './messages.ts';
export type { WorkPort } from './port.ts';
export type { WorkPoint } from './read-task.ts';
export { untilTold } from './until-told.ts';
export { startWorker, type Worker } from './worker.ts';
