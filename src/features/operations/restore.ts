/** The room's other door: what works on a stopped hub, without the rooms a running one builds. */
export { inspectBackup } from './backup/inspect.ts';
export { requireRestorable, restoreBackup } from './backup/restore.ts';
