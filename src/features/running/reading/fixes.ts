import type { z } from 'zod';
import { escaped, type Queryable } from '../../../platform/database/index.ts';
import type { FixesList, FixesQuery, FixFigures, FixRow } from '../contract.ts';
import { teamsBelow } from './base.ts';

/** Rows of now as `f`: $1 severities, $2 environments, $3 their types, $4 teams by name or number, $5 teams of a node, $6 part of a service, $7 and $8 when the fix was deployed. */
const chosen = `
  f as (
    select x.* from running.fixes x
     where x.valid_to is null and x.severity = any ($1) and ($2::text[] is null or x.environment = any ($2))
       and ($3::text[] is null or coalesce(x.environment_type, 'none') = any ($3))
       and (($4::text[] is null and $5::bigint[] is null) or exists (
         select from running.verdicts v
          where v.valid_to is null
            and (v.place_id = x.place_id
                 or v.environment_image_id is not null and v.repository_id = x.repository_id and v.environment = x.environment)
            and ($4::text[] is null or v.teams && $4 or v.team_ids::text[] && $4) and ($5::bigint[] is null or v.team_ids && $5)))
       and ($6::text is null or x.service ilike '%' || $6 || '%')
       and (x.deployed_at is null or (x.deployed_at >= coalesce($7::timestamptz, '-infinity') and x.deployed_at < coalesce($8::timestamptz, 'infinity'))))`;

const seconds =
  "extract(epoch from case when f.deployed_at is not null then greatest(f.deployed_at - f.detected_at, interval '0') end)";
const deployed = "filter (where f.state = 'deployed')";

const figures = `
  count(*) ${deployed} as deployed, round(avg(${seconds}) ${deployed}) as "meanSeconds",
  round(percentile_cont(0.5) within group (order by ${seconds}) ${deployed}) as "medianSeconds",
  round(percentile_cont(0.9) within group (order by ${seconds}) ${deployed}) as "p90Seconds",
  count(*) filter (where f.state = 'open') as open, count(*) filter (where f.state = 'waiting') as waiting,
  count(*) filter (where f.state = 'unknown') as unknown,
  min(f.detected_at) filter (where f.state in ('open', 'waiting')) as "oldestAt"`;

interface Figures {
  deployed: number;
  meanSeconds: string | number | null;
  medianSeconds: string | number | null;
  p90Seconds: string | number | null;
  open: number;
  waiting: number;
  unknown: number;
  oldestAt: Date | null;
}

interface Row {
  id: number;
  service: string;
  environment: string;
  environmentType: string | null;
  severity: FixRow['severity'];
  state: FixRow['state'];
  projectId: number;
  project: string;
  findingId: number;
  message: string;
  detectedAt: Date;
  runsSince: Date;
  fixedAt: Date | null;
  deployedAt: Date | null;
  deploymentId: number | null;
  seconds: string | number | null;
}

/** What runs and is fixed comes first, then what runs, then what is not known; of each the oldest first. */
const order = `array_position(array['waiting', 'open', 'unknown', 'deployed', 'accepted', 'gone'], f.state), f.detected_at, f.id`;

/** How long it took from a vulnerability to the deployment of its fix, by environment and service, and what still waits. */
export async function listFixes(db: Queryable, query: z.output<typeof FixesQuery>): Promise<FixesList> {
  const values = [
    query.severity,
    query.environment ?? null,
    query.type ?? null,
    query.team ?? null,
    query.node === undefined ? null : await teamsBelow(db, query.node),
    query.search === undefined || query.search.trim() === '' ? null : escaped(query.search.trim()),
    query.from ?? null,
    query.to ?? null,
  ];
  const all = await db.one<Figures>(`with ${chosen} select ${figures} from f`, values);
  const places = await db.query<Figures & { service: string; environment: string; environmentType: string | null }>(
    `with ${chosen} select f.service, f.environment, max(f.environment_type) as "environmentType", ${figures} from f
      group by 1, 2 order by count(*) filter (where f.state = 'waiting') desc, count(*) filter (where f.state = 'open') desc, 2, 1 limit 500`,
    values,
  );
  const inState = '($9::text[] is null or f.state = any ($9))';
  const { total } = await db.one<{ total: number }>(`with ${chosen} select count(*) as total from f where ${inState}`, [
    ...values,
    query.state ?? null,
  ]);
  const rows = await db.query<Row>(
    `with ${chosen}
     select f.id, f.service, f.environment, f.environment_type as "environmentType", f.severity, f.state, f.project_id as "projectId",
            coalesce(p.name, '') as project, f.finding_id as "findingId", coalesce(v.message, '') as message, f.detected_at as "detectedAt",
            f.runs_since as "runsSince", f.fixed_at as "fixedAt", f.deployed_at as "deployedAt", f.deployment_id as "deploymentId",
            round(${seconds}) as seconds
       from f left join shared.projects p on p.id = f.project_id left join shared.findings v on v.id = f.finding_id
      where ${inState} order by ${order} limit $10 offset $11`,
    [...values, query.state ?? null, query.pageSize, (query.page - 1) * query.pageSize],
  );
  return {
    figures: shown(all),
    places: places.map(({ service, environment, environmentType, ...own }) => ({
      service,
      environment: { name: environment, type: environmentType },
      ...shown(own),
    })),
    rows: rows.map(rowFrom),
    total,
    page: query.page,
    pageSize: query.pageSize,
    images: await howManyAreKnown(db, values[4]),
    since:
      (
        await db.one<{ at: Date | null }>(`with ${chosen} select min(f.runs_since) as at from f`, values)
      ).at?.toISOString() ?? null,
  };
}

/** Of the images that run now those of which it is known what they have; of the others nothing is counted anywhere. */
function howManyAreKnown(db: Queryable, teams: unknown): Promise<FixesList['images']> {
  return db.one(
    `select count(*) filter (where v.critical is not null) as known, count(*) filter (where v.critical is null) as unknown
       from running.verdicts v where v.valid_to is null and ($1::bigint[] is null or v.team_ids && $1)`,
    [teams],
  );
}

const number = (value: string | number | null): number | null => (value === null ? null : Number(value));

const shown = ({ meanSeconds, medianSeconds, p90Seconds, oldestAt, ...counts }: Figures): FixFigures => ({
  ...counts,
  meanSeconds: number(meanSeconds),
  medianSeconds: number(medianSeconds),
  p90Seconds: number(p90Seconds),
  oldestAt: oldestAt?.toISOString() ?? null,
});

const rowFrom = (row: Row): FixRow => ({
  id: row.id,
  service: row.service,
  environment: { name: row.environment, type: row.environmentType },
  severity: row.severity,
  state: row.state,
  project: { id: row.projectId, name: row.project },
  finding: { id: row.findingId, message: row.message },
  detectedAt: row.detectedAt.toISOString(),
  runsSince: row.runsSince.toISOString(),
  fixedAt: row.fixedAt?.toISOString() ?? null,
  deployedAt: row.deployedAt?.toISOString() ?? null,
  deploymentId: row.deploymentId,
  seconds: number(row.seconds),
});
