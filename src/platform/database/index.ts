export { connectionBudget, connectionsNeeded } from './connection-budget.ts';
export { beginningWith, containing, escaped } from './containing.ts';
export { type Cell, copyChunks, copyRows, encodeRows } from './copy.ts';
export {
  type ConnectOptions,
  connect,
  type Database,
  type Queryable,
  type TransactionOptions,
  type Tx,
} from './database.ts';
export { databaseFault } from './fault.ts';
export { advisoryLocks } from './locks.ts';
export { type Migration, type MigrationId, migrate, migrateWithin, readMigrations } from './migrations.ts';
export { openReadDatabase, type ReadDatabase } from './read-database.ts';
export { requireUsableDatabase } from './require-usable.ts';
export { forYears, type RetainedRows, type Upkeep } from './upkeep.ts';
export { isOf, prepareVisibleRows, type VisibleTables } from './prepare-visible-rows.ts';
export { nothingVisible, seeingOnly, visibleNow, visibleRows, type VisibleRows } from './visible-rows.ts';
export { applyViewFiles, applyViewFilesWithin, type ViewFiles } from './views.ts';
