import type { PublishContext } from '../../ingestion/sink.ts';
import { newestStagedOfScope, type TableSpec } from '../../ingestion/index.ts';

/** Of an integration. */
export const projects: TableSpec = {
  table: 'code_quality.projects',
  identity: ['integration_id'],
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

/**
 * A project whose key changed at the source keeps its row and its history: servers from 2025.6 on tell an id that
 * outlives the key.
 */
export async function followRenamedProjects({ tx, taskId, integrationId }: PublishContext): Promise<void> {
  await tx.execute(
    `update code_quality.projects p set source_key = n.source_key, former_keys = p.former_keys || p.source_key
       from (${newestStagedOfScope}) n
      where p.integration_id = $4 and p.source_uuid = n.record ->> 'uuid' and p.source_key <> n.source_key
        and not exists (select from ingestion.stage s where s.task_id = $1 and s.stream = $2 and s.scope = $3 and s.source_key = p.source_key)
        and not exists (select from code_quality.projects taken where taken.integration_id = $4 and taken.source_key = n.source_key)`,
    [taskId, 'projects', '', integrationId],
  );
}
