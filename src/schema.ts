import { existsSync } from 'node:fs';
import {
  applyViewFiles,
  type Database,
  prepareVisibleRows,
  type RetainedRows,
  type Upkeep,
  type ViewFiles,
  type VisibleTables,
} from './platform/database/index.ts';
import { accessUpkeep } from './features/access/upkeep.ts';
import { deploymentsUpkeep } from './features/deployments/upkeep.ts';
import { imagesUpkeep } from './features/images/upkeep.ts';
import { inboxUpkeep } from './features/inbox/upkeep.ts';
import { ingestionUpkeep } from './features/ingestion/upkeep.ts';
import { insightsUpkeep } from './features/insights/upkeep.ts';
import { operationsUpkeep } from './features/operations/upkeep.ts';
import { reportsUpkeep } from './features/reports/upkeep.ts';
import { repositoriesUpkeep } from './features/repositories/upkeep.ts';
import { satellitesUpkeep } from './features/satellites/upkeep.ts';
import {
  codeQualityGrounds,
  codeQualitySlices,
  codeQualityStations,
  codeQualityVisible,
} from './features/code-quality/visible-tables.ts';
import { integrationGrounds, integrationsVisible } from './features/integrations/visible-tables.ts';
import { ingestionVisible } from './features/ingestion/visible-tables.ts';
import { imageGrounds, imageSlices, imageStations, imagesVisible } from './features/images/visible-tables.ts';
import {
  repositoriesVisible,
  repositoryGrounds,
  repositorySlices,
  repositoryStations,
} from './features/repositories/visible-tables.ts';
import { policyVisible } from './features/policy/visible-tables.ts';
import { reportsVisible } from './features/reports/visible-tables.ts';
import { deploymentPlaces, deploymentStations, deploymentsVisible } from './features/deployments/visible-tables.ts';
import { runningVisible } from './features/running/visible-tables.ts';
import { traceUpkeep } from './features/trace/upkeep.ts';
import { traceVisible } from './features/trace/visible-tables.ts';
import { teamsVisible } from './features/teams/visible-tables.ts';
import { insightsVisible } from './features/insights/visible-tables.ts';
import type { Log } from './platform/telemetry/log.ts';

const path = (relative: string): string => new URL(relative, import.meta.url).pathname;

/** Rooms with tables of their own, in the order data flows; two may use the same number for their migrations. */
const rooms = [
  'access',
  'integrations',
  'inbox',
  'ingestion',
  'satellites',
  'code-quality',
  'images',
  'repositories',
  'deployments',
  'policy',
  'reports',
  'teams',
  'trace',
  'running',
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

/** Views for other rooms (`shared`) and for people (`data`). */
export const viewFiles: ViewFiles = { shared: filesOf('shared-views.sql'), data: filesOf('data-views.sql') };

/** Brings the views up to date; true when they were rebuilt. */
export function applyViews(db: Database, log: Log): Promise<boolean> {
  return applyViewFiles(db, viewFiles, log);
}

/** Which rows of which tables somebody of some teams may see; of a table that is not here, none. */
const visibleTables: VisibleTables = {
  ...codeQualityVisible,
  ...integrationsVisible,
  ...ingestionVisible([codeQualitySlices, imageSlices, repositorySlices]),
  ...imagesVisible,
  ...repositoriesVisible,
  ...policyVisible,
  ...reportsVisible,
  ...deploymentsVisible,
  ...teamsVisible,
  ...insightsVisible,
  ...traceVisible(
    { ...repositoryStations, ...codeQualityStations, ...imageStations, ...deploymentStations },
    { ...repositoryGrounds, ...codeQualityGrounds, ...imageGrounds, place: deploymentPlaces, ...integrationGrounds },
  ),
  ...runningVisible({ place: deploymentPlaces, image: imageStations.image, project: codeQualitySlices.table }),
};

/** Brings what bounds accounts of some teams up to date; after the views, which it is made of. */
export function applyVisibleRows(db: Database, log: Log): Promise<void> {
  return prepareVisibleRows(db, { tables: visibleTables, schemas: ownSchemas }, log);
}

const upkeep: readonly Upkeep[] = [
  inboxUpkeep,
  ingestionUpkeep,
  imagesUpkeep,
  accessUpkeep,
  insightsUpkeep,
  operationsUpkeep,
  reportsUpkeep,
  repositoriesUpkeep,
  deploymentsUpkeep,
  satellitesUpkeep,
  traceUpkeep,
];

/** What may be forgotten after a time. */
export const retention: readonly RetainedRows[] = upkeep.flatMap((room) => room.retention ?? []);

/** Tables that a backup does not hold, with the reason. */
export const leftOutOfBackups: Readonly<Record<string, string>> = {
  'platform.migrations': 'written by migrating',
  'platform.data_views': 'written with the views',
  'platform.kept_views': 'views of schema custom are in a backup themselves',
  ...Object.fromEntries(upkeep.flatMap((room) => Object.entries(room.leftOutOfBackups ?? {}))),
};
