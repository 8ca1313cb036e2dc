import type { z } from 'zod';
import { containing, type Queryable } from '../../../platform/database/index.ts';
import type { PullRequestList, PullRequestQuery, PullRequestRow, ReportSummary } from '../contract.ts';
import { reportColumns, type ReportRow, summaryOf } from './answers.ts';

const pageSize = 50;

interface Row {
  id: number;
  number: number;
  title: string;
  state: PullRequestRow['state'];
  draft: boolean;
  author: string | null;
  sourceBranch: string;
  targetBranch: string;
  fromFork: boolean;
  head: string;
  link: string | null;
  updatedAt: Date;
  repositoryId: number;
  project: string;
  slug: string;
  integrationId: number;
  integrationName: string | null;
}

const from = `shared.pull_requests p join shared.code_repositories r on r.id = p.repository_id
  left join shared.integrations i on i.id = p.integration_id`;

const columns = `p.id, p.source_key::bigint as number, p.title, p.state, p.draft, p.author, p.source_branch as "sourceBranch",
  p.target_branch as "targetBranch", p.from_fork as "fromFork", p.head, p.link, p.updated_at as "updatedAt", p.repository_id as "repositoryId",
  r.project, r.slug, p.integration_id as "integrationId", i.name as "integrationName"`;

/** Of its head. */
const ofHead = 't.integration_id = p.integration_id and t.repository_id = p.repository_id and t.commit = p.head';

const matching = `p.deleted_at is null
  and ($1::text is null or p.title ilike $1 or p.source_branch ilike $1 or r.project || '/' || r.slug ilike $1 or p.source_key = $2)
  and ($3::text[] is null or p.state = any ($3)) and ($4::bigint[] is null or p.repository_id = any ($4))
  and ($5::text[] is null or exists (select from reports.reports t where ${ofHead} and t.state = any ($5))
       or 'none' = any ($5) and not exists (select from reports.reports t where ${ofHead}))`;

/** One page of the pull requests with the reports of their heads. */
export async function listPullRequests(
  db: Queryable,
  { search, state, repository, report, page }: z.output<typeof PullRequestQuery>,
): Promise<PullRequestList> {
  const values = [containing(search), search?.trim() ?? null, state ?? null, repository ?? null, report ?? null];
  const { total } = await db.one<{ total: number }>(`select count(*) as total from ${from} where ${matching}`, values);
  const rows = await db.query<Row>(
    `select ${columns} from ${from} where ${matching} order by p.updated_at desc, p.id desc limit ${pageSize} offset $6`,
    [...values, (page - 1) * pageSize],
  );
  const reports = await headReports(
    db,
    rows.map(({ id }) => id),
  );
  return { pullRequests: rows.map((row) => toRow(row, reports.get(row.id) ?? [])), total, page, pageSize };
}

export async function findPullRequest(db: Queryable, id: number): Promise<PullRequestRow | undefined> {
  const row = await db.maybeOne<Row>(`select ${columns} from ${from} where p.id = $1`, [id]);
  if (row === undefined) return undefined;
  return toRow(row, (await headReports(db, [id])).get(id) ?? []);
}

async function headReports(db: Queryable, ids: readonly number[]): Promise<Map<number, ReportSummary[]>> {
  const rows = await db.query<ReportRow & { pullRequest: number }>(
    `select p.id as "pullRequest", ${reportColumns} from shared.pull_requests p join reports.reports t on ${ofHead}
      where p.id = any ($1) order by p.id, "projectName", t.id`,
    [ids],
  );
  const found = new Map<number, ReportSummary[]>();
  for (const row of rows) found.set(row.pullRequest, [...(found.get(row.pullRequest) ?? []), summaryOf(row)]);
  return found;
}

function toRow(row: Row, reports: ReportSummary[]): PullRequestRow {
  const { repositoryId, project, slug, integrationId, integrationName, updatedAt, ...rest } = row;
  return {
    ...rest,
    updatedAt: updatedAt.toISOString(),
    repository: {
      id: repositoryId,
      project,
      slug,
      integration: { id: integrationId, name: integrationName ?? `deleted integration ${integrationId}` },
    },
    reports,
  };
}
