import type { z } from 'zod';
import { containing, type Queryable } from '../../../platform/database/index.ts';
import type { EnvironmentType, Matrix, MatrixQuery, Place } from './contract.ts';
import { readDeriving } from './from-harness/again.ts';
import { readPlaces } from './read.ts';

const pageSize = 25;
const columnsShown = 8;

/** Where nothing was ever tried, as all of it was skipped, there is nothing to show. */
const matching = `p.newest_id is not null and ($1::text is null or p.service_name ilike $1 or p.service ilike $1)
  and ($2::text[] is null or coalesce(p.environment_type, 'none') = any ($2)) and ($3::text[] is null or p.environment_name = any ($3))`;
const from = `deployments.places p left join shared.integrations i on i.id = p.integration_id`;
const doubtful = '(p.doubt is not null or p.running_id is null)';
const service = 'p.integration_id, p.service_scope, p.service';

/** What runs where: services and environments, a page of each. */
export async function readMatrix(db: Queryable, query: z.output<typeof MatrixQuery>): Promise<Matrix> {
  const { page, columns, only } = query;
  const values = [containing(query.search), query.type ?? null, query.environment ?? null];
  const environments = await environmentsOf(db, values);
  const shown = environments.slice((columns - 1) * columnsShown, columns * columnsShown);
  const names = shown.map(({ name }) => name);
  const wanted = `${matching} and p.environment_name = any ($4)`;
  const having = only === undefined ? '' : `having bool_or(${doubtful})`;
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from (select 1 from ${from} where ${wanted} group by ${service} ${having}) services`,
    [...values, names],
  );
  const rows = await db.query<{ places: number[] }>(
    `select jsonb_agg(p.id order by p.environment_name, p.environment_scope, p.infrastructure, p.id) as places
       from ${from} where ${wanted} group by ${service} ${having}
      order by lower(min(p.service_name)), min(p.service_name), ${service} limit ${pageSize} offset $5`,
    [...values, names, (page - 1) * pageSize],
  );
  const places = await readPlaces(
    db,
    rows.flatMap((row) => row.places),
  );
  return {
    deriving: await readDeriving(db),
    environments: shown,
    totalEnvironments: environments.length,
    columns,
    columnsShown,
    services: rows.flatMap((row) => serviceRow(row.places, places, names)),
    total,
    page,
    pageSize,
    places: await countPlaces(db, values),
  };
}

function environmentsOf(
  db: Queryable,
  values: readonly unknown[],
): Promise<{ name: string; type: EnvironmentType | null; places: number }[]> {
  return db.query(
    `select p.environment_name as name, max(p.environment_type) as type, count(*) as places from ${from} where ${matching}
      group by 1 order by max(p.environment_type) desc nulls last, count(*) desc, lower(p.environment_name), 1`,
    values,
  );
}

function countPlaces(db: Queryable, values: readonly unknown[]): Promise<Matrix['places']> {
  return db.one(
    `select count(*) filter (where p.running_id is not null and p.doubt is null) as running,
            count(*) filter (where p.running_id is not null and p.doubt is not null) as doubtful,
            count(*) filter (where p.running_id is null) as nothing
       from ${from} where ${matching}`,
    values,
  );
}

function serviceRow(
  ids: readonly number[],
  places: ReadonlyMap<number, Place>,
  environments: readonly string[],
): Matrix['services'] {
  const known = ids.flatMap((id) => places.get(id) ?? []);
  const [first] = known;
  if (first === undefined) return [];
  const cells = environments.map((name) => known.filter(({ environment }) => environment.name === name));
  return [{ service: first.service, integration: first.integration, cells }];
}
