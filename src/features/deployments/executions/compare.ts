import { expandedStaged, newestStagedOfScope, shown } from '../../ingestion/index.ts';
import type { Difference, PublishContext, ScopeComparison, StreamOutcome } from '../../ingestion/sink.ts';
import { type ExecutionPart, executionParts } from './parts.ts';
import { executions } from './store.ts';

interface Row {
  source_key: string;
  stored: Record<string, unknown> | null;
  source: Record<string, unknown>;
}

/**
 * Compares the executions of a listing with the store, every column of them and of their parts. What is under way on either
 * side moves by itself, and what began after the last reading is not stored yet: neither says anything of the store. Nor
 * does a list say of what it leaves out that it is not there.
 */
export async function compareExecutions(context: PublishContext, outcome: StreamOutcome): Promise<ScopeComparison> {
  const { stream, scope } = outcome;
  const rows = await differingExecutions(context, outcome);
  const place = { stream, scope };
  const differences = new Map<string, Difference>(
    rows.map(({ source_key: sourceKey, stored, source }) => [
      sourceKey,
      { ...place, sourceKey, kind: stored === null ? 'missing' : 'changed', fields: fieldsOf(stored, source) },
    ]),
  );
  for (const part of executionParts) {
    for (const { key, ...values } of await differingPart(context, outcome, part)) {
      const known = differences.get(key) ?? { ...place, sourceKey: key, kind: 'changed', fields: [] };
      if (known.kind === 'changed') known.fields.push({ name: part.name, ...values });
      differences.set(key, known);
    }
  }
  const missing = rows.filter(({ stored }) => stored === null).length;
  const { source } = await context.tx.one<{ source: number }>(
    `select count(*) as source from (${newestStagedOfScope}) s`,
    [context.taskId, stream, scope],
  );
  return {
    ...place,
    label: scope === '' ? 'under way' : scope,
    source,
    stored: source - missing,
    retained: 0,
    differences: [...differences.values()],
  };
}

const names = executions.columns.map(([column]) => column);

function fieldsOf(stored: Row['stored'], source: Row['source']): Difference['fields'] {
  if (stored === null) return [];
  const differing = names.filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(source[name]));
  return differing.map((name) => ({ name, stored: shown(stored[name]), source: shown(source[name]) }));
}

/** $4 integration, $5 slice. */
const lastReading = `(select m.saved_at from shared.bookmarks m
   where m.integration_id = $4 and m.slice = $5 and m.stream = 'executions' and m.scope = '')`;

async function differingExecutions(
  { tx, taskId, integrationId, slice }: PublishContext,
  { stream, scope }: StreamOutcome,
): Promise<Row[]> {
  const row = (alias: string): string => `row(${names.map((name) => `${alias}.${name}`).join(', ')})`;
  return tx.query<Row>(
    `select n.staged_key as source_key, case when t.id is not null then to_jsonb(t) end as stored, to_jsonb(n) as source
       from ${expandedStaged(executions)}
       left join deployments.executions t on t.integration_id = $4 and t.source_key = n.staged_key and t.deleted_at is null
      where n.settled and (t.settled or t.id is null) and ${row('t')} is distinct from ${row('n')}
        and (t.id is not null or coalesce(n.started_at, n.created_at) < ${lastReading})
      order by 1`,
    [taskId, stream, scope, integrationId, slice],
  );
}

/** So much of a part is shown. */
const longestShown = 500;

async function differingPart(
  { tx, taskId, integrationId }: PublishContext,
  { stream, scope }: StreamOutcome,
  { table, key, columns, rows }: ExecutionPart,
): Promise<{ key: string; stored: string | null; source: string | null }[]> {
  const own = (alias: string): string => [...key, ...columns].map((name) => `${alias}.${name}`).join(', ');
  const keys = key.map((name) => `x.${name}`).join(', ');
  const ordered = key.map((name) => `d.${name}`).join(', ');
  const found = await tx.query<{ key: string; stored: string; source: string }>(
    `select s.source_key as key, stored.rows as stored, source.rows as source
       from (${newestStagedOfScope}) s
       join deployments.executions e on e.integration_id = $4 and e.source_key = s.source_key and e.settled and e.deleted_at is null
      cross join lateral (
        select coalesce(jsonb_agg(to_jsonb(d) order by ${ordered}), '[]')::text as rows
          from (select distinct on (${keys}) ${own('x')} from (${rows('s.record')}) x order by ${keys}, x.ordinal) d) source
      cross join lateral (
        select coalesce(jsonb_agg(to_jsonb(d) order by ${ordered}), '[]')::text as rows
          from (select ${own('t')} from ${table} t where t.execution_id = e.id) d) stored
      where (s.record ->> 'settled')::boolean and stored.rows <> source.rows order by 1`,
    [taskId, stream, scope, integrationId],
  );
  return found.map((one) => ({
    key: one.key,
    stored: one.stored.slice(0, longestShown),
    source: one.source.slice(0, longestShown),
  }));
}
