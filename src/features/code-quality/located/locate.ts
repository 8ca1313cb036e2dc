import type { Database } from '../../../platform/database/index.ts';
import type { Located } from './contract.ts';

const mostFindings = 20;
const mostAnalyses = 20;

/** What is stored under a pasted key or commit, in every integration; by index, whatever the size of the store. */
export async function locateAnywhere(db: Database, text: string): Promise<Located> {
  const [findings, analyses] = await Promise.all([findingsOf(db, text), analysesOf(db, text.toLowerCase())]);
  return { findings, analyses };
}

const looksLikeKey = /^[A-Za-z0-9_-]{10,64}$/;
const looksLikeCommit = /^[0-9a-f]{7,64}$/;

async function findingsOf(db: Database, key: string): Promise<Located['findings']> {
  if (!looksLikeKey.test(key)) return [];
  return db.query(
    `select f.id, f.source_key as key, f.message, b.name as branch, coalesce(f.issue_status, f.status) as status,
            f.deleted_at is not null as gone, jsonb_build_object('id', p.id, 'name', p.name) as project
       from (select distinct integration_id from code_quality.projects) i
       join code_quality.findings f on f.integration_id = i.integration_id and f.source_key = $1
       join code_quality.projects p on p.id = f.project_id
       join code_quality.branches b on b.id = f.branch_id
      order by f.deleted_at is not null, f.id limit ${mostFindings}`,
    [key],
  );
}

async function analysesOf(db: Database, commit: string): Promise<Located['analyses']> {
  if (!looksLikeCommit.test(commit)) return [];
  const rows = await db.query<Omit<Located['analyses'][number], 'analyzedAt'> & { analyzedAt: Date }>(
    `select a.id, a.revision as commit, a.analyzed_at as "analyzedAt", a.gate_status as gate, b.name as branch,
            jsonb_build_object('id', p.id, 'name', p.name) as project
       from code_quality.analyses a
       join code_quality.projects p on p.id = a.project_id
       join code_quality.branches b on b.id = a.branch_id
      where a.revision like $1 || '%' and a.deleted_at is null and p.deleted_at is null
      order by a.analyzed_at desc, a.id desc limit ${mostAnalyses}`,
    [commit],
  );
  return rows.map(({ analyzedAt, ...row }) => ({ ...row, analyzedAt: analyzedAt.toISOString() }));
}
