import type { Tx } from '../../../platform/database/index.ts';
import type { StoredThing } from '../../ingestion/sink.ts';

/** Where an issue or hotspot key, a project key or a commit (7 characters or more) is stored. */
export async function locate(tx: Tx, integrationId: number, text: string): Promise<StoredThing[]> {
  return [
    ...(await locateFindings(tx, integrationId, text)),
    ...(await locateProjects(tx, integrationId, text)),
    ...(await locateCommits(tx, integrationId, text)),
  ];
}

async function locateFindings(tx: Tx, integrationId: number, key: string): Promise<StoredThing[]> {
  return tx.query<StoredThing>(
    `select f.kind, f.id, f.message as label, f.project_id as "projectId", f.run_id as "runId",
            jsonb_build_object('project', p.source_key, 'branch', b.name, 'status', coalesce(f.issue_status, f.status), 'severity', counted.raw_level, 'severityScale', counted.axis, 'countsAs', counted.class,
                               'updatedAt', f.updated_at, 'syncedAt', f.synced_at, 'deletedAt', f.deleted_at) as facts
       from code_quality.findings f join code_quality.projects p on p.id = f.project_id join code_quality.branches b on b.id = f.branch_id
       left join code_quality.current_modes mode on mode.integration_id = f.integration_id
      cross join lateral (
            select f.class, f.axis, f.raw_level where coalesce(mode.mode, 'mqr') = 'mqr'
            union all select f.standard_class, f.standard_axis, f.standard_level where mode.mode = 'standard') counted
      where f.integration_id = $1 and f.source_key = $2`,
    [integrationId, key],
  );
}

async function locateProjects(tx: Tx, integrationId: number, key: string): Promise<StoredThing[]> {
  return tx.query<StoredThing>(
    `select 'project' as kind, p.id, p.name as label, p.id as "projectId", p.run_id as "runId",
            jsonb_build_object('key', p.source_key, 'lastAnalysisAt', p.last_analysis_at, 'syncedAt', p.synced_at, 'deletedAt', p.deleted_at) as facts
       from code_quality.projects p where p.integration_id = $1 and p.source_key = $2`,
    [integrationId, key],
  );
}

async function locateCommits(tx: Tx, integrationId: number, revision: string): Promise<StoredThing[]> {
  if (!/^[0-9a-f]{7,64}$/.test(revision)) return [];
  return tx.query<StoredThing>(
    `select 'commit' as kind, a.id, a.revision as label, a.project_id as "projectId", a.run_id as "runId",
            jsonb_build_object('project', p.source_key, 'branch', b.name, 'analyzedAt', a.analyzed_at, 'gate', a.gate_status, 'syncedAt', a.synced_at) as facts
       from code_quality.analyses a join code_quality.projects p on p.id = a.project_id join code_quality.branches b on b.id = a.branch_id
      where a.integration_id = $1 and a.revision like $2 || '%'
      order by a.analyzed_at desc limit 20`,
    [integrationId, revision],
  );
}
