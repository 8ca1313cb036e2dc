import type { TableSpec } from '../../ingestion/index.ts';

/** Of an integration. */
export const projects: TableSpec = {
  table: 'code_quality.projects',
  identity: ['integration_id'],
  softDelete: true,
  shape:
    'name text, uuid text, organization text, qualifier text, visibility text, "lastAnalysisAt" timestamptz, revision text',
  columns: [
    ['name', 'r.name'],
    ['source_uuid', 'r.uuid'],
    ['organization', 'r.organization'],
    ['qualifier', 'r.qualifier'],
    ['visibility', 'r.visibility'],
    ['last_analysis_at', 'r."lastAnalysisAt"'],
    ['revision', 'r.revision'],
  ],
  stamped: true,
};

/** Of an integration and a project. */
export const branches: TableSpec = {
  table: 'code_quality.branches',
  identity: ['integration_id', 'project_id'],
  softDelete: true,
  shape:
    'kind text, name text, "isMain" boolean, "excludedFromPurge" boolean, "analyzedAt" timestamptz, "gateStatus" text, "qualityGate" text, ' +
    'title text, "sourceBranch" text, base text, target text, url text, "isOrphan" boolean',
  columns: [
    ['kind', 'r.kind'],
    ['name', 'r.name'],
    ['is_main', 'r."isMain"'],
    ['excluded_from_purge', 'r."excludedFromPurge"'],
    ['analyzed_at', 'r."analyzedAt"'],
    ['gate_status', 'r."gateStatus"'],
    ['quality_gate', 'r."qualityGate"'],
    ['title', 'r.title'],
    ['source_branch', 'r."sourceBranch"'],
    ['base', 'r.base'],
    ['target', 'r.target'],
    ['url', 'r.url'],
    ['is_orphan', 'r."isOrphan"'],
  ],
  stamped: true,
};
