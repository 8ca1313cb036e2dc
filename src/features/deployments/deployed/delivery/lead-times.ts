import type { Queryable } from '../../../../platform/database/index.ts';
import type { LeadTimeList } from './contract.ts';
import { counted, inRange, type Scope, scopeValues } from './counted.ts';

const pageSize = 50;

/**
 * The commit that was deployed: as the deployment tells it, else the only whole one that the stored image of its digest
 * names. Of a commit that is deployed again and again only the first success counts, as it was delivered then.
 */
const delivered = `${counted},
  successes as (
    select c.*, coalesce(c.commit, (
             select case when count(distinct k.commit) = 1 then min(k.commit) end
               from shared.images m join shared.image_commits k on k.image_id = m.id
              where m.digest = c.image_digest and length(k.commit) in (40, 64))) as revision
      from counted c where c.outcome = 'successful'
  ),
  firsts as (
    select s.*, row_number() over (partition by integration_id, service_scope, service, coalesce(revision, 'deployment ' || id) order by at, id) as nth
      from successes s
  ),
  delivered as (
    select f.id, f.at, f.service_name as service, f.environment_name as environment, f.infrastructure, f.revision, f.nth,
           (select min(a.analyzed_at) from (
              select x.analyzed_at from shared.analyses x where x.revision = f.revision
              union all
              select x.analyzed_at from shared.pull_requests r
                join shared.bindings b on b.repository_id = r.repository_id
                join shared.analyses x on x.project_id = b.project_id and x.scope = 'pull_request' and x.branch = r.source_key
               where r.merge_commit = f.revision) a) as first_analysed_at
      from firsts f where ${inRange('f.at')}
  )`;

const shown = {
  linked: 'nth = 1 and first_analysed_at <= at',
  no_commit: 'nth = 1 and revision is null',
  not_analysed: 'nth = 1 and revision is not null and first_analysed_at is null',
  analysed_after: 'nth = 1 and first_analysed_at > at',
  repeated: 'nth > 1',
};

export interface LeadTime {
  day: string;
  seconds: number;
}

export interface LeadTimes {
  leadTimes: LeadTime[];
  unlinked: { noCommit: number; notAnalysed: number; analysedAfter: number };
  repeated: number;
}

export async function readLeadTimes(db: Queryable, scope: Scope): Promise<LeadTimes> {
  const all = await db.query<{ day: string; seconds: number | null; hasCommit: boolean; isFirst: boolean }>(
    `with ${delivered}
     select to_char(at at time zone 'utc', 'YYYY-MM-DD') as day, extract(epoch from at - first_analysed_at)::float8 as seconds,
            revision is not null as "hasCommit", nth = 1 as "isFirst"
       from delivered`,
    scopeValues(scope),
  );
  const rows = all.filter(({ isFirst }) => isFirst);
  return {
    repeated: all.length - rows.length,
    leadTimes: rows.flatMap(({ day, seconds }) => (seconds !== null && seconds >= 0 ? [{ day, seconds }] : [])),
    unlinked: {
      noCommit: rows.filter(({ hasCommit }) => !hasCommit).length,
      notAnalysed: rows.filter(({ hasCommit, seconds }) => hasCommit && seconds === null).length,
      analysedAfter: rows.filter(({ seconds }) => seconds !== null && seconds < 0).length,
    },
  };
}

interface Row {
  deploymentId: number;
  service: string;
  environment: string;
  infrastructure: string;
  deployedAt: Date;
  commit: string | null;
  firstAnalysedAt: Date | null;
}

export async function listLeadTimes(
  db: Queryable,
  scope: Scope,
  { state, page }: { state: keyof typeof shown; page: number },
): Promise<LeadTimeList> {
  const values = scopeValues(scope);
  const { total } = await db.one<{ total: number }>(
    `with ${delivered} select count(*) as total from delivered where ${shown[state]}`,
    values,
  );
  const rows = await db.query<Row>(
    `with ${delivered}
     select id as "deploymentId", service, environment, infrastructure, at as "deployedAt", revision as commit, first_analysed_at as "firstAnalysedAt"
       from delivered where ${shown[state]} order by at desc, id desc limit ${pageSize} offset $9`,
    [...values, (page - 1) * pageSize],
  );
  const leadTimes = rows.map(({ deployedAt, firstAnalysedAt, infrastructure, ...rest }) => ({
    ...rest,
    infrastructure: infrastructure === '' ? null : infrastructure,
    deployedAt: deployedAt.toISOString(),
    firstAnalysedAt: firstAnalysedAt?.toISOString() ?? null,
    seconds: firstAnalysedAt === null ? null : (deployedAt.getTime() - firstAnalysedAt.getTime()) / 1000,
  }));
  return { leadTimes, total, page, pageSize };
}
