import type { Queryable } from '../../../platform/database/index.ts';
import { nodeParameters, type Scope } from './scope.ts';

/** Projects whose findings changed since the roll-ups of single findings were made: theirs are looked at one by one. */
export async function pendingProjects(db: Queryable): Promise<number[]> {
  const { ids } = await db.one<{ ids: number[] }>(
    `select coalesce(array_agg(distinct project_id), '{}')::bigint[] as ids from shared.changed_projects`,
    [],
    'insights pending projects',
  );
  return ids.map(Number);
}

interface Source {
  table: string;
  /** Columns of the table beside level and count. */
  columns: readonly string[];
  /** What is summed up, if not findings, and the same of one span. */
  sum?: { column: string; live: string };
  /** The same of `shared.vulnerability_spans s`. */
  live: string;
  isOpen: boolean;
  /** Of every project by itself, also where all are asked for. */
  perProject?: boolean;
  /** Conditions on the rows of the table (`t`), of projects or of what sums them up, and on those of the view (`s`). */
  stored?(of: 'project' | 'sum'): string;
  found?: string;
}

/**
 * Rows of a roll-up of single findings: axis, raw_level, asset_type, the columns and `findings`. What waits is taken out
 * of the sums and counted anew, so that the numbers are exact at any moment. Takes $1 to $5, gives their values, and
 * names the form of the text, which a prepared statement must tell apart.
 */
export function spanSource(
  scope: Scope,
  pending: readonly number[],
  source: Source,
): { text: string; values: unknown[]; variant: string } {
  const [kind, nodes, branches, assets, counting] = nodeParameters(scope);
  const { column, live: one } = source.sum ?? { column: 'findings', live: '1' };
  const { table, columns, live, isOpen, perProject = false, stored = () => '', found = '' } = source;
  const ids = new Set(scope.projects);
  const everyProject = perProject && kind === 'organization';
  /** One row of a sum answers, not those of its projects. */
  const all = kind !== 'project' && !perProject;
  const waiting = kind === 'organization' ? pending : pending.filter((id) => ids.has(id));
  const settled = all ? nodes : [...ids].filter((id) => !waiting.includes(id));
  const shown = ['axis', 'raw_level', 'asset_type', ...columns].map((name) => `t.${name}`).join(', ');
  const ofScope = (alias: string): string =>
    `${alias}.counting = $3 and ${alias}.branch_class = any ($2) and ($4::text[] is null or ${alias}.asset_type = any ($4))`;
  const parts = [
    `select ${shown}, t.${column} as findings from ${table} t where t.node_kind = '${all ? kind : 'project'}' and ${everyProject ? '($1::bigint[] is not null and t.node_id <> all ($5::bigint[]))' : 't.node_id = any ($1::bigint[])'} and ${ofScope('t')} ${stored(all ? 'sum' : 'project')} and $5::bigint[] is not null`,
  ];
  if (waiting.length > 0) {
    const gone = `select ${shown}, -t.${column} as findings from ${table} t where t.node_kind = 'project' and t.node_id = any ($5::bigint[]) and ${ofScope('t')} ${stored('project')}`;
    const now = `select s.axis, s.raw_level, s.asset_type, ${live}, ${one} from shared.vulnerability_spans s
                  where s.project_id = any ($5::bigint[]) and s.is_open = ${isOpen} and ${ofScope('s')} ${found}`;
    parts.push(...(all ? [gone] : []), now);
  }
  const variant = `${kind}${perProject ? ' each' : ''}${waiting.length > 0 ? ' waiting' : ''}`;
  return { text: parts.join(' union all '), values: [settled, branches, counting, assets, waiting], variant };
}
