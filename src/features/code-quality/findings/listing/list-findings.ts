import type { z } from 'zod';
import type { Queryable } from '../../../../platform/database/index.ts';
import type { Finding, Findings, FindingsQuery } from '../contract.ts';
import { type Filter, whereOf } from './conditions.ts';
import { readFindings } from './read-findings.ts';
import { findingsIn, type Scope, severityRank } from './scope.ts';
import { Parameters } from './statement.ts';

const pageSize = 50;

type Order = Pick<z.output<typeof FindingsQuery>, 'sort' | 'direction'>;

/** What rows are sorted by, each with its direction. */
const orders: Record<Order['sort'], (direction: Order['direction']) => [expression: string, direction: string][]> = {
  severity: (direction) => [[severityRank, direction]],
  created: (direction) => [['f.opened_at', direction]],
  updated: (direction) => [['f.updated_at', direction]],
  file: (direction) => [
    ['(select path from code_quality.paths where id = f.path_id)', `${direction} nulls last`],
    ['f.line', direction],
  ],
  project: (direction) => [
    ['(select name from code_quality.projects where id = f.project_id)', direction],
    ['f.project_id', direction],
  ],
};

/**
 * Within what is equal the newest first, whatever the direction, and then by id: pages neither overlap nor miss. First
 * the columns to sort by, then the order over them.
 */
function orderOf({ sort, direction }: Order): { columns: string; order: string } {
  const parts = orders[sort](direction);
  return {
    columns: parts.map(([expression], index) => `${expression} as by_${index}`).join(', '),
    order: [...parts.map(([, order], index) => `by_${index} ${order}`), 'opened_at desc', 'id desc'].join(', '),
  };
}

/** The rows under a filter as `found`, read once for all that is asked of them. */
function foundIn(
  scope: Scope,
  filter: Filter,
  parameters: Parameters,
  { columns, now }: { columns: string; now: Date },
) {
  const { places, from } = findingsIn(scope, parameters);
  return `with ${places},
    found as materialized (select f.id, f.opened_at, ${columns} from ${from}${whereOf(filter, parameters, now)})`;
}

/** One page and the exact number of all, of one reading. */
export async function listFindings(
  db: Queryable,
  scope: Scope,
  { page, now, ...query }: Filter & Order & { page: number; now: Date },
): Promise<Findings> {
  const parameters = new Parameters();
  const { columns, order } = orderOf(query);
  const found = foundIn(scope, query, parameters, { columns, now });
  const { total, ids } = await db.one<{ total: number; ids: number[] }>(
    `${found} select (select count(*) from found) as total,
            array(select id from found order by ${order} limit ${pageSize} offset ${parameters.add((page - 1) * pageSize, 'bigint')}) as ids`,
    parameters.values,
  );
  return { findings: await readFindings(db, ids.map(Number), scope.counting), total, page, pageSize };
}

const batch = 1_000;

/**
 * Which findings a file holds, in its order, as one text: 8 bytes for each instead of an object, and sorted once
 * instead of once a batch.
 */
export async function idsForFile(
  db: Queryable,
  scope: Scope,
  { now, ...query }: Filter & Order & { now: Date },
): Promise<string> {
  const parameters = new Parameters();
  const { columns, order } = orderOf(query);
  const found = foundIn(scope, query, parameters, { columns, now });
  const { ids } = await db.one<{ ids: string | null }>(
    `${found} select string_agg(id::text, ' ' order by ${order}) as ids from found`,
    parameters.values,
  );
  return ids ?? '';
}

/** Rows of a file, a batch at a time: nothing waits in the database while a reader is slow. */
export async function* findingsOfFile(
  db: Queryable,
  ids: string,
  counting: Scope['counting'],
): AsyncGenerator<Finding> {
  let start = 0;
  while (start < ids.length) {
    const some: number[] = [];
    while (start < ids.length && some.length < batch) {
      const space = ids.indexOf(' ', start);
      const end = space === -1 ? ids.length : space;
      some.push(Number(ids.slice(start, end)));
      start = end + 1;
    }
    yield* await readFindings(db, some, counting);
  }
}
