import type { TableSpec } from '../ingestion/index.ts';

/** What is defined in Harness, as its records lie in tables. */

const described = 'name text, description text, tags jsonb, "createdAt" timestamptz, "updatedAt" timestamptz';
const describedColumns: TableSpec['columns'] = [
  ['name', 'r.name'],
  ['description', 'r.description'],
  ['tags', 'r.tags'],
  ['created_at', 'r."createdAt"'],
  ['updated_at', 'r."updatedAt"'],
];

export const organizations: TableSpec = {
  table: 'deployments.organizations',
  identity: ['integration_id'],
  softDelete: true,
  stamped: true,
  shape: `${described}, "builtIn" boolean`,
  columns: [...describedColumns, ['built_in', 'r."builtIn"']],
};

export const projects: TableSpec = {
  table: 'deployments.projects',
  identity: ['integration_id'],
  softDelete: true,
  stamped: true,
  shape: `${described}, organization text, identifier text, modules text[]`,
  columns: [
    ...describedColumns,
    ['organization', 'r.organization'],
    ['identifier', 'r.identifier'],
    ['modules', 'r.modules'],
  ],
};

const ofLevel = { identity: ['integration_id', 'level_id'], softDelete: true, stamped: true } as const;

/** Streams of a slice whose rows are told apart by where they are defined. */
export const definedInLevels: Readonly<Record<string, TableSpec>> = {
  pipelines: {
    ...ofLevel,
    table: 'deployments.pipelines',
    shape: `${described}, modules text[], stages integer, "storeType" text, repository text, link text`,
    columns: [
      ...describedColumns,
      ['modules', 'r.modules'],
      ['stages', 'r.stages'],
      ['store_type', 'r."storeType"'],
      ['repository', 'r.repository'],
      ['link', 'r.link'],
    ],
  },
  services: { ...ofLevel, table: 'deployments.services', shape: described, columns: describedColumns },
  environments: {
    ...ofLevel,
    table: 'deployments.environments',
    shape: `${described}, type text`,
    columns: [...describedColumns, ['type', 'r.type']],
  },
};

/** What only steps tell. A list that does not name one says nothing of it. */
export const stageOutcomes: TableSpec = {
  table: 'deployments.stage_outcomes',
  identity: ['integration_id'],
  softDelete: false,
  stamped: true,
  shape:
    'execution text, node text, "rolledBack" boolean, commit text, branch text, "repositoryUrl" text, images jsonb',
  columns: [
    ['execution', 'r.execution'],
    ['node', 'r.node'],
    ['rolled_back', 'r."rolledBack"'],
    ['commit', 'r.commit'],
    ['branch', 'r.branch'],
    ['repository_url', 'r."repositoryUrl"'],
    ['images', 'r.images'],
  ],
};
