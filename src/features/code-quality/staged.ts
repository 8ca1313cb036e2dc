import type { Tx } from '../../platform/database/index.ts';
import type { Difference, ScopeComparison, StreamPublished } from '../ingestion/sink.ts';

/** The newest staged record of each key of one stream ($1 task, $2 stream, $3 scope). */
export const newestStagedOfScope = `
  select distinct on (source_key) source_key, row_hash, record
    from ingestion.stage where task_id = $1 and stream = $2 and scope = $3 order by source_key, seq desc`;

export interface MergeSpec {
  /** Table with `row_hash` and `source_key`. */
  table: string;
  /** Columns of the table and the expression over `r` (the record) or `$4…` that fills them. */
  columns: readonly (readonly [column: string, expression: string])[];
  /** Column list of `jsonb_to_record`. */
  shape: string;
  /** Joins and restricts the stored row `t` to the scope, beside its source key. */
  identity: readonly (readonly [column: string, parameter: string])[];
  /** False for tables that keep no trace of what the source dropped. */
  softDelete: boolean;
  /** Extra columns set on every written row. */
  stamp?: readonly (readonly [column: string, expression: string])[];
}

export interface MergeInput {
  taskId: number;
  stream: string;
  scope: string;
  /** Ids for $4 and on. */
  parameters: readonly number[];
  /** True when what is not staged is gone. */
  absence: boolean;
  /** False after an audit found differences; true when left out. */
  trustHashes?: boolean;
  /** Rows that are stored stay as they are. */
  newOnly?: boolean;
}

const expandedStaged = (spec: MergeSpec): string =>
  `(select s.source_key as staged_key, s.row_hash as staged_hash, ${spec.columns.map(([column, expression]) => `${expression} as ${column}`).join(', ')}
     from (${newestStagedOfScope}) s cross join lateral jsonb_to_record(s.record) as r (${spec.shape})) n`;

/**
 * Merges a small stream (projects, branches, metrics …): compare first, then update what differs and insert what is
 * new, then mark what is absent. A row that did not change is not written.
 */
export async function mergeStaged(
  tx: Tx,
  spec: MergeSpec,
  input: MergeInput,
): Promise<Omit<StreamPublished, 'stream' | 'scope' | 'held'>> {
  const values = [input.taskId, input.stream, input.scope, ...input.parameters];
  const stamp = spec.stamp ?? [];
  const identity = spec.identity.map(([column, parameter]) => `t.${column} = ${parameter}`).join(' and ');
  const expanded = expandedStaged(spec);
  const changed =
    (input.trustHashes ?? true)
      ? `t.row_hash is distinct from n.staged_hash`
      : `row(${spec.columns.map(([column]) => `t.${column}`).join(', ')}) is distinct from row(${spec.columns.map(([column]) => `n.${column}`).join(', ')})`;
  // Each stored row is looked up by its key: as a plain join the planner, which knows nothing of the stage, may compare
  // every staged record with every stored row.
  const matched = `${expanded} left join lateral (
    select * from ${spec.table} t where ${identity} and t.source_key = n.staged_key limit 1) t on true`;
  const assignments = [
    ...spec.columns.map(([column]) => `${column} = n.${column}`),
    ...stamp.map(([column, expression]) => `${column} = ${expression}`),
  ];
  const updated =
    input.newOnly === true
      ? 0
      : await tx.execute(
          // Locked in the order of keys: publishes of other projects may be at the same rows.
          `with differing as materialized (
             select t.id as stored_id, n.* from ${matched}
              where t.id is not null and (${changed}${spec.softDelete ? ' or t.deleted_at is not null' : ''})),
           locked as materialized (
             select t.id from ${spec.table} t where t.id in (select stored_id from differing) order by t.source_key for update)
           update ${spec.table} t
              set row_hash = n.staged_hash${spec.softDelete ? ', deleted_at = null' : ''}, ${assignments.join(', ')}
             from differing n
            where t.id = n.stored_id and t.id in (select id from locked)`,
          values,
        );
  const inserted = await tx.execute(
    `insert into ${spec.table} (source_key, row_hash, ${[...spec.identity.map(([column]) => column), ...spec.columns.map(([column]) => column), ...stamp.map(([column]) => column)].join(', ')})
     select n.staged_key, n.staged_hash, ${[...spec.identity.map(([, parameter]) => parameter), ...spec.columns.map(([column]) => `n.${column}`), ...stamp.map(([, expression]) => expression)].join(', ')}
       from ${matched}
      where t.id is null
      order by n.staged_key on conflict do nothing`,
    values,
  );
  const alive = spec.softDelete ? 't.deleted_at is null' : 'true';
  let gone = 0;
  if (input.absence && spec.softDelete) {
    gone = await tx.execute(
      `update ${spec.table} t set deleted_at = now()${stamp.map(([column, expression]) => `, ${column} = ${expression}`).join('')}
        where ${identity} and t.source_key in (
          select t.source_key from ${spec.table} t where ${identity} and ${alive}
          except select s.source_key from ingestion.stage s where s.task_id = $1 and s.stream = $2 and s.scope = $3)`,
      values,
    );
  }
  // PostgreSQL wants to know the type of every parameter, used or not.
  const unused = `($1::bigint, $2::text, $3::text) is not null ${input.parameters.map((_, index) => `and $${index + 4}::bigint is not null`).join(' ')}`;
  const { stored } = await tx.one<{ stored: number }>(
    `select count(*) as stored from ${spec.table} t where ${identity} and ${alive} and ${unused}`,
    values,
  );
  return { inserted, updated, gone, stored };
}

/** A row that differs; null: not there. */
export interface DifferingRow {
  source_key: string;
  stored: Record<string, unknown> | null;
  source: Record<string, unknown> | null;
}

/** Names what is missing, invented or changed; `columns` are compared as JSON. */
export function toDifferences(
  place: { stream: string; scope: string },
  columns: readonly string[],
  rows: readonly DifferingRow[],
): Difference[] {
  return rows.map(({ source_key: sourceKey, stored, source }) => {
    if (stored === null) return { ...place, sourceKey, kind: 'missing', fields: [] };
    if (source === null) return { ...place, sourceKey, kind: 'invented', fields: [] };
    const differing = columns.filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(source[name]));
    const fields = differing.map((name) => ({ name, stored: shown(stored[name]), source: shown(source[name]) }));
    return { ...place, sourceKey, kind: 'changed', fields };
  });
}

/** A stored value as an audit shows it. */
export function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Compares a small stream that was listed whole with its stored rows, column by column. */
export async function compareStaged(
  tx: Tx,
  spec: MergeSpec,
  input: Pick<MergeInput, 'taskId' | 'stream' | 'scope' | 'parameters'>,
): Promise<Pick<ScopeComparison, 'source' | 'stored' | 'retained' | 'differences'>> {
  const values = [input.taskId, input.stream, input.scope, ...input.parameters];
  const identity = spec.identity.map(([column, parameter]) => `t.${column} = ${parameter}`).join(' and ');
  const columns = spec.columns.map(([column]) => column);
  const list = (alias: string): string => columns.map((column) => `${alias}.${column}`).join(', ');
  const rows = await tx.query<DifferingRow & { differs: boolean }>(
    `select coalesce(t.source_key, n.staged_key) as source_key, case when t.id is not null then to_jsonb(t) end as stored,
            case when n.staged_key is not null then to_jsonb(n) end as source,
            t.id is null or n.staged_key is null or row(${list('t')}) is distinct from row(${list('n')}) as differs
       from ${expandedStaged(spec)}
       full join (select * from ${spec.table} t where ${identity} and t.deleted_at is null) t on t.source_key = n.staged_key
      order by 1`,
    values,
  );
  const { retained } = await tx.one<{ retained: number }>(
    `select count(*) as retained from ${spec.table} t where ${identity} and t.deleted_at is not null and ($1::bigint, $2::text, $3::text) is not null`,
    values,
  );
  const place = { stream: input.stream, scope: input.scope };
  return {
    source: rows.filter((row) => row.source !== null).length,
    stored: rows.filter((row) => row.stored !== null).length,
    retained,
    differences: toDifferences(
      place,
      columns,
      rows.filter((row) => row.differs),
    ),
  };
}
