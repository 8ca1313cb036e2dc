import type { PublishContext, StreamOutcome } from '../sink.ts';
import type { ListingSpec, Sql, Written } from './merge-listing.ts';
import { newestStagedOfScope } from './staged.ts';

/** How the records of a small stream lie in one table with `source_key` and `row_hash`. */
export interface TableSpec {
  table: string;
  /** Columns of the table and the expression over `r` (the record) that fills them; none where the key says all. */
  columns: readonly (readonly [column: string, expression: string])[];
  /** Column list of `jsonb_to_record`. */
  shape: string;
  /** Columns that restrict a stored row to the scope, beside its source key. */
  identity: readonly string[];
  /** False for tables that keep no trace of what the source dropped: there nothing is ever absent. */
  softDelete: boolean;
  /** Column with the source's own date of a row, for streams that are listed by windows of time. */
  dated?: string;
  /** True for tables that say which run wrote a row, and when. */
  stamped?: boolean;
  /** True where two readings of one row may go on at a time: what was written since this one began is newer, and stays. */
  readingsOverlap?: true;
}

/** `ids` are the values of the identity's columns. */
export function tableListing(spec: TableSpec, ids: readonly number[]): ListingSpec {
  const present = presentRows(spec, ids);
  const countPresent = async ({ tx }: PublishContext): Promise<number> =>
    (await tx.one<{ n: number }>(`select count(*) as n from (${present.text}) present`, present.values)).n;
  return {
    async write(context, outcome) {
      const updated = await updateDiffering(context, outcome, { spec, ids });
      const inserted = await insertNew(context, outcome, { spec, ids });
      return { inserted, ...updated };
    },
    ...(spec.softDelete
      ? {
          absence: {
            present,
            ...(spec.dated === undefined ? {} : { dated: true as const }),
            mark: (context, absent) => markGone(context, absent, { spec, ids }),
          },
        }
      : { stored: countPresent }),
  };
}

interface Rows {
  spec: TableSpec;
  ids: readonly number[];
}

/** The staged records in the columns of the table ($1 task, $2 stream, $3 scope). */
export function expandedStaged(spec: TableSpec): string {
  const columns = spec.columns.map(([column, expression]) => `, ${expression} as ${column}`).join('');
  return `(select s.source_key as staged_key, s.row_hash as staged_hash${columns}
     from (${newestStagedOfScope}) s cross join lateral jsonb_to_record(s.record) as r (${spec.shape})) n`;
}

/** Restricts the stored row `t` to the scope, with the first of its ids in parameter `$first`. */
export const identityOf = (spec: TableSpec, first: number): string =>
  spec.identity.map((column, index) => `t.${column} = $${first + index}::bigint`).join(' and ');

const presentRows = (spec: TableSpec, ids: readonly number[]): Sql => ({
  text: `select t.source_key${spec.dated === undefined ? '' : `, t.${spec.dated} as at`} from ${spec.table} t where ${identityOf(spec, 1)}${spec.softDelete ? ' and t.deleted_at is null' : ''}`,
  values: ids,
});

/** True when `t` and `n` differ: by their hashes, or by every column where hashes are not to be trusted. */
function differs(spec: TableSpec, trustHashes: boolean): string {
  if (trustHashes || spec.columns.length === 0) return 't.row_hash is distinct from n.staged_hash';
  const row = (alias: string): string => `row(${spec.columns.map(([column]) => `${alias}.${column}`).join(', ')})`;
  return `${row('t')} is distinct from ${row('n')}`;
}

/**
 * Each stored row is looked up by its key: as a plain join the planner, which knows nothing of the stage, may compare
 * every staged record with every stored row.
 */
const matched = (spec: TableSpec): string => `${expandedStaged(spec)} left join lateral (
    select * from ${spec.table} t where ${identityOf(spec, 4)} and t.source_key = n.staged_key limit 1 /* any: the key is unique */) t on true`;

/** Columns that say who wrote a row, with the run in parameter `$run`. */
const stamp = (spec: TableSpec, run: number): [column: string, expression: string][] =>
  spec.stamped === true
    ? [
        ['synced_at', 'now()'],
        ['run_id', `$${run}::bigint`],
      ]
    : [];

const valuesOf = (
  { taskId, runId }: PublishContext,
  { stream, scope }: StreamOutcome,
  { spec, ids }: Rows,
): unknown[] => [taskId, stream, scope, ...ids, ...(spec.stamped === true ? [runId] : [])];

async function updateDiffering(
  context: PublishContext,
  outcome: StreamOutcome,
  rows: Rows,
): Promise<Pick<Written, 'updated' | 'returned'>> {
  const { spec, ids } = rows;
  const wasGone = spec.softDelete ? 't.deleted_at is not null' : 'false';
  const isNewer =
    spec.readingsOverlap === true ? ' and t.synced_at <= (select started_at from ingestion.tasks where id = $1)' : '';
  const assignments = [
    'row_hash = n.staged_hash',
    ...(spec.softDelete ? ['deleted_at = null'] : []),
    ...spec.columns.map(([column]) => `${column} = n.${column}`),
    ...stamp(spec, 4 + ids.length).map(([column, expression]) => `${column} = ${expression}`),
  ];
  const { updated, returned } = await context.tx.one<{ updated: number; returned: number }>(
    // Locked in the order of keys: publishes of other slices may be at the same rows.
    `with differing as materialized (
       select t.id as stored_id, ${wasGone} as was_gone, n.* from ${matched(spec)}
        where t.id is not null and (${differs(spec, context.trustHashes)} or ${wasGone})${isNewer}),
     locked as materialized (
       select t.id from ${spec.table} t where t.id in (select stored_id from differing) order by t.source_key for update),
     written as (
       update ${spec.table} t set ${assignments.join(', ')} from differing n
        where t.id = n.stored_id and t.id in (select id from locked)
       returning n.was_gone)
     select count(*) as updated, count(*) filter (where was_gone) as returned from written`,
    valuesOf(context, outcome, rows),
  );
  return { updated, returned };
}

/** Inserts what is not stored yet, and leaves the rest as it is. */
export async function insertNew(context: PublishContext, outcome: StreamOutcome, rows: Rows): Promise<number> {
  const { spec, ids } = rows;
  const columns = [
    ['source_key', 'n.staged_key'],
    ['row_hash', 'n.staged_hash'],
    ...spec.identity.map((column, index) => [column, `$${4 + index}::bigint`]),
    ...spec.columns.map(([column]) => [column, `n.${column}`]),
    ...stamp(spec, 4 + ids.length),
  ];
  return context.tx.execute(
    `insert into ${spec.table} (${columns.map(([column]) => column).join(', ')})
     select ${columns.map(([, expression]) => expression).join(', ')}
       from ${matched(spec)}
      where t.id is null
      order by n.staged_key on conflict do nothing`,
    valuesOf(context, outcome, rows),
  );
}

async function markGone({ tx, runId }: PublishContext, absent: Sql, { spec, ids }: Rows): Promise<void> {
  const first = absent.values.length + 1;
  const assignments = [
    'deleted_at = now()',
    ...stamp(spec, first + ids.length).map(([column, expression]) => `${column} = ${expression}`),
  ];
  await tx.execute(
    `update ${spec.table} t set ${assignments.join(', ')}
      where ${identityOf(spec, first)} and t.source_key in (${absent.text})`,
    [...absent.values, ...ids, ...(spec.stamped === true ? [runId] : [])],
  );
}
