import { existsSync } from 'node:fs';
import { applyViewFiles, type Database } from './platform/database/index.ts';
import type { Log } from './platform/telemetry/log.ts';

const path = (relative: string): string => new URL(relative, import.meta.url).pathname;

/** Rooms with tables of their own, in the order data flows; the number line of migrations runs over all of them. */
const rooms = [
  'access',
  'integrations',
  'inbox',
  'ingestion',
  'code-quality',
  'images',
  'policy',
  'insights',
  'explorer',
  'operations',
] as const;

export const migrationFolders: readonly string[] = [
  path('./platform/vault/migrations'),
  ...rooms.map((room) => path(`./features/${room}/migrations`)),
];

/** PostgreSQL schemas the migrations make: everything of ours but the job queue and the views. */
export const ownSchemas: readonly string[] = ['platform', 'vault', ...rooms.map((room) => room.replaceAll('-', '_'))];

const filesOf = (name: string): string[] =>
  rooms.map((room) => path(`./features/${room}/${name}`)).filter((file) => existsSync(file));

/** Brings the views for other rooms (`shared`) and for people (`data`) up to date; true when they were rebuilt. */
export function applyViews(db: Database, log: Log): Promise<boolean> {
  return applyViewFiles(db, { shared: filesOf('shared-views.sql'), data: filesOf('data-views.sql') }, log);
}
