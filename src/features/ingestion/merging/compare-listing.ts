import type { Difference, PublishContext, ScopeComparison, StreamOutcome } from '../sink.ts';
import { expandedStaged, identityOf, type TableSpec } from './table-listing.ts';

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
export async function compareListing(
  { tx, taskId }: Pick<PublishContext, 'tx' | 'taskId'>,
  { stream, scope }: Pick<StreamOutcome, 'stream' | 'scope'>,
  { spec, ids }: { spec: TableSpec; ids: readonly number[] },
): Promise<Pick<ScopeComparison, 'source' | 'stored' | 'retained' | 'differences'>> {
  const columns = spec.columns.map(([column]) => column);
  const list = (alias: string): string => columns.map((column) => `${alias}.${column}`).join(', ');
  const rows = await tx.query<DifferingRow & { differs: boolean }>(
    `select coalesce(t.source_key, n.staged_key) as source_key, case when t.id is not null then to_jsonb(t) end as stored,
            case when n.staged_key is not null then to_jsonb(n) end as source,
            t.id is null or n.staged_key is null or row(${list('t')}) is distinct from row(${list('n')}) as differs
       from ${expandedStaged(spec)}
       full join (select * from ${spec.table} t where ${identityOf(spec, 4)} and t.deleted_at is null) t on t.source_key = n.staged_key
      order by 1`,
    [taskId, stream, scope, ...ids],
  );
  const { retained } = await tx.one<{ retained: number }>(
    `select count(*) as retained from ${spec.table} t where ${identityOf(spec, 1)} and t.deleted_at is not null`,
    ids,
  );
  const differences = toDifferences(
    { stream, scope },
    columns,
    rows.filter((row) => row.differs),
  );
  return {
    source: rows.filter((row) => row.source !== null).length,
    stored: rows.filter((row) => row.stored !== null).length,
    retained,
    differences,
  };
}
