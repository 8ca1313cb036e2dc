import type { MergeSpec } from '../staged.ts';

const runStamp = (parameter: string): NonNullable<MergeSpec['stamp']> => [
  ['synced_at', 'now()'],
  ['run_id', parameter],
];

/** $4 integration, $5 run. */
export const projectMerge: MergeSpec = {
  table: 'code_quality.projects',
  identity: [['integration_id', '$4::bigint']],
  softDelete: true,
  shape:
    'name text, uuid text, organization text, qualifier text, visibility text, "lastAnalysisAt" timestamptz, revision text, tags jsonb',
  columns: [
    ['name', 'r.name'],
    ['source_uuid', 'r.uuid'],
    ['organization', 'r.organization'],
    ['qualifier', 'r.qualifier'],
    ['visibility', 'r.visibility'],
    ['last_analysis_at', 'r."lastAnalysisAt"'],
    ['revision', 'r.revision'],
    ['tags', "(select coalesce(array_agg(tag), '{}') from jsonb_array_elements_text(r.tags) tag)"],
  ],
  stamp: runStamp('$5::bigint'),
};

/** $4 integration, $5 project, $6 run. */
export const branchMerge: MergeSpec = {
  table: 'code_quality.branches',
  identity: [
    ['integration_id', '$4::bigint'],
    ['project_id', '$5::bigint'],
  ],
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
  stamp: runStamp('$6::bigint'),
};
