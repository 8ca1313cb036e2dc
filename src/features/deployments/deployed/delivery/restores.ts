import type { Queryable } from '../../../../platform/database/index.ts';
import type { RestoreList } from './contract.ts';
import { counted, inRange, type Scope, scopeValues } from './counted.ts';

const pageSize = 50;

/**
 * From the first failed deployment of a place, after a successful one or at its begin, to the next that succeeds there. Each
 * run of deployments ends with a success; failed ones in it are one time without service.
 */
const incidents = `${counted},
  runs as (
    select c.*, count(*) filter (where c.outcome = 'successful') over before as run from counted c
    window before as (partition by c.place_id order by c.at, c.id rows between unbounded preceding and 1 preceding)
  ),
  incidents as (
    select place_id, min(service_name) as service, min(environment_name) as environment, min(infrastructure) as infrastructure,
           min(at) filter (where outcome = 'failed') as failed_at, (array_agg(id order by at, id) filter (where outcome = 'failed'))[1] as failed_id,
           count(*) filter (where outcome = 'failed') as failures, min(at) filter (where outcome = 'successful') as restored_at,
           min(id) filter (where outcome = 'successful') as restored_id
      from runs group by place_id, run having bool_or(outcome = 'failed')
  )`;

/** A time to restore belongs to the day it ended on; one that has not ended, to the day it began on. */
const shown = {
  restored: `restored_at is not null and ${inRange('restored_at')}`,
  open: `restored_at is null and ${inRange('failed_at')}`,
};

export interface Restore {
  day: string;
  seconds: number;
}

export async function readRestores(db: Queryable, scope: Scope): Promise<{ restores: Restore[]; open: number }> {
  const values = scopeValues(scope);
  const restores = await db.query<Restore>(
    `with ${incidents}
     select to_char(restored_at at time zone 'utc', 'YYYY-MM-DD') as day, extract(epoch from restored_at - failed_at)::float8 as seconds
       from incidents where ${shown.restored}`,
    values,
  );
  const { open } = await db.one<{ open: number }>(
    `with ${incidents} select count(*) as open from incidents where ${shown.open}`,
    values,
  );
  return { restores, open };
}

interface Row {
  service: string;
  environment: string;
  infrastructure: string;
  failedId: number;
  failedAt: Date;
  failures: number;
  restoredId: number | null;
  restoredAt: Date | null;
}

export async function listRestores(
  db: Queryable,
  scope: Scope,
  { state, page }: { state: 'restored' | 'open'; page: number },
): Promise<RestoreList> {
  const values = scopeValues(scope);
  const { total } = await db.one<{ total: number }>(
    `with ${incidents} select count(*) as total from incidents where ${shown[state]}`,
    values,
  );
  const rows = await db.query<Row>(
    `with ${incidents}
     select service, environment, infrastructure, failed_id as "failedId", failed_at as "failedAt", failures, restored_id as "restoredId",
            restored_at as "restoredAt"
       from incidents where ${shown[state]} order by coalesce(restored_at, failed_at) desc, failed_id desc limit ${pageSize} offset $9`,
    [...values, (page - 1) * pageSize],
  );
  const restores = rows.map(({ failedAt, restoredAt, infrastructure, ...rest }) => ({
    ...rest,
    infrastructure: infrastructure === '' ? null : infrastructure,
    failedAt: failedAt.toISOString(),
    restoredAt: restoredAt?.toISOString() ?? null,
    seconds: restoredAt === null ? null : (restoredAt.getTime() - failedAt.getTime()) / 1000,
  }));
  return { restores, total, page, pageSize };
}
