import type { Queryable } from '../../../../platform/database/index.ts';
import { settlePlaces } from '../places.ts';
import { type Derivation, type Derived, derivation } from './derive.ts';
import { readFacts, withRetried } from './facts.ts';

/** Executions are read, and written, a few at a time: one may have thousands of stages. */
const atOnce = 500;

/**
 * Brings the deployments of executions to what is stored of them, and what runs in their places after them. It depends on
 * what is stored alone: any order of readings, and doing it again, ends the same. Returns the executions it looked at.
 */
export async function keepDeployments(
  tx: Queryable,
  executions: Iterable<number>,
  by: Derivation = derivation,
): Promise<number[]> {
  const own = [...executions].toSorted((a, b) => a - b);
  // Before any place is held: whoever waits for one of these rows holds no place.
  if (own.length > 0) await tx.execute(stamp, [own, by.version]);
  const ids = (await withRetried(tx, own)).toSorted((a, b) => a - b);
  const parts: { ids: number[]; wanted: string }[] = [];
  for (let start = 0; start < ids.length; start += atOnce) {
    const some = ids.slice(start, start + atOnce);
    const derived = (await readFacts(tx, some)).flatMap((facts) => by.of(facts));
    parts.push({ ids: some, wanted: JSON.stringify(derived.map((one) => rowOf(one, by.version))) });
  }
  for (const { wanted } of parts) await makePlaces(tx, wanted);
  const held = await holdPlaces(tx, parts);
  for (const { ids: some, wanted } of parts) {
    await tx.execute(drop, [wanted, some]);
    await tx.execute(write, [wanted]);
  }
  for (let start = 0; start < held.length; start += atOnce) await settlePlaces(tx, held.slice(start, start + atOnce));
  return ids;
}

/** An execution that gives no deployment carries the version too: a newer one may make some of it. */
const stamp = `update deployments.executions e set derivation = $2
  from (select x.id from deployments.executions x where x.id = any ($1) and x.derivation <> $2 order by x.id for no key update) own where e.id = own.id`;

async function makePlaces(tx: Queryable, wanted: string): Promise<void> {
  await tx.execute(
    `insert into deployments.places (integration_id, service_scope, service, environment_scope, environment, infrastructure, service_name, environment_name)
     select distinct on (${placeKey('w')}) ${placeKey('w')}, w.service_name, w.environment_name from ${records}
      where not exists (select from deployments.places p where ${isPlace}) order by ${placeKey('w')}, w.key on conflict do nothing`,
    [wanted],
  );
}

/**
 * The places of these executions, those they have left too, held in one order until the end of the transaction: another
 * publish of the same places waits here, and then sees what this one wrote.
 */
async function holdPlaces(tx: Queryable, parts: readonly { ids: number[]; wanted: string }[]): Promise<number[]> {
  const found = new Set<number>();
  for (const { ids, wanted } of parts) {
    const rows = await tx.query<{ id: number }>(
      `select d.place_id as id from deployments.deployments d where d.execution_id = any ($2)
       union select p.id from ${records} join deployments.places p on ${isPlace}`,
      [wanted, ids],
    );
    for (const { id } of rows) found.add(id);
  }
  const held = await tx.query<{ id: number }>(
    'select p.id from deployments.places p where p.id = any ($1) order by p.id for update',
    [[...found]],
  );
  return held.map(({ id }) => id);
}

const placeKey = (alias: string): string =>
  ['integration_id', 'service_scope', 'service', 'environment_scope', 'environment', 'infrastructure']
    .map((name) => `${alias}.${name}`)
    .join(', ');

const isPlace = `p.integration_id = w.integration_id and p.service_scope = w.service_scope and p.service = w.service
  and p.environment_scope = w.environment_scope and p.environment = w.environment and p.infrastructure = w.infrastructure`;

/** Stored columns and their types, beside what names a row. */
const columns = {
  status: 'text',
  raw_status: 'text',
  rolled_back: 'boolean',
  rolled_back_at: 'timestamptz',
  takes_back: 'boolean',
  superseded: 'boolean',
  service_name: 'text',
  environment_name: 'text',
  environment_type: 'text',
  image: 'text',
  image_digest: 'text',
  version: 'text',
  commit: 'text',
  link: 'text',
  started_at: 'timestamptz',
  ended_at: 'timestamptz',
  at: 'timestamptz',
  execution_id: 'bigint',
  derivation: 'integer',
} as const;
const names = Object.keys(columns) as (keyof typeof columns)[];
const listed = (alias: string): string => names.map((name) => `${alias}.${name}`).join(', ');

const records = `jsonb_to_recordset($1::jsonb) as w (integration_id bigint, service_scope text, service text, environment_scope text, environment text,
  infrastructure text, key text, ${names.map((name) => `${name} ${columns[name]}`).join(', ')})`;

/** What an execution does not say any more. */
const drop = `delete from deployments.deployments d
  where d.execution_id = any ($2) and not exists (select from ${records} join deployments.places p on ${isPlace} where p.id = d.place_id and w.key = d.source_key)`;

/** Compared first: what is stored already is not written again. */
const write = `
  with wanted as materialized (select p.id as place_id, w.* from ${records} join deployments.places p on ${isPlace}),
  changed as (
    update deployments.deployments d set ${names.map((name) => `${name} = w.${name}`).join(', ')}, changed_at = now()
      from wanted w
     where d.source = 'harness' and d.integration_id = w.integration_id and d.place_id = w.place_id and d.source_key = w.key
       and (${listed('d')}) is distinct from (${listed('w')}))
  insert into deployments.deployments (source, integration_id, place_id, source_key, ${names.join(', ')})
  select 'harness', w.integration_id, w.place_id, w.key, ${listed('w')} from wanted w
   where not exists (select from deployments.deployments d
                      where d.source = 'harness' and d.integration_id = w.integration_id and d.place_id = w.place_id and d.source_key = w.key)
   order by w.place_id, w.key`;

type Column = keyof typeof columns | 'key' | 'integration_id';

const rowOf = ({ place, ...derived }: Derived, version: number): Record<Column, unknown> & Record<string, unknown> => ({
  service_scope: place.serviceScope,
  service: place.service,
  environment_scope: place.environmentScope,
  environment: place.environment,
  infrastructure: place.infrastructure,
  integration_id: derived.integrationId,
  key: derived.key,
  execution_id: derived.executionId,
  derivation: version,
  status: derived.status,
  raw_status: derived.rawStatus,
  rolled_back: derived.rolledBack,
  rolled_back_at: derived.rolledBackAt,
  takes_back: derived.takesBack,
  superseded: derived.superseded,
  service_name: derived.serviceName,
  environment_name: derived.environmentName,
  environment_type: derived.environmentType,
  image: derived.image,
  image_digest: derived.digest,
  version: derived.version,
  commit: derived.commit,
  link: derived.link,
  started_at: derived.startedAt,
  ended_at: derived.endedAt,
  at: derived.at,
});
