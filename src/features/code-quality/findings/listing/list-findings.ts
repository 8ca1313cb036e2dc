import type { z } from 'zod';
import type { Queryable } from '../../../../platform/database/index.ts';
import type { Finding, Findings, FindingsQuery } from '../contract.ts';
import { type Filter, whereOf } from './conditions.ts';
import { readFindings } from './read-findings.ts';
import { findingsIn, type Scope, severityRank } from './scope.ts';
import { Parameters } from './statement.ts';

const pageSize = 50;

type Order = Pick<z.output<typeof FindingsQuery>, 'sort' | 'direction'>;

/** Within what is equal the newest first, whatever the direction: then by id, so that pages neither overlap nor miss. */
const orders: Record<Order['sort'], (direction: Order['direction']) => string> = {
  severity: (direction) => `${severityRank} ${direction}`,
  created: (direction) => `f.opened_at ${direction}`,
  updated: (direction) => `f.updated_at ${direction}`,
  file: (direction) =>
    `(select path from code_quality.paths where id = f.path_id) ${direction} nulls last, f.line ${direction}`,
  project: (direction) => `(select name from code_quality.projects where id = f.project_id) ${direction}, f.project_id`,
};

const orderBy = ({ sort, direction }: Order): string => `${orders[sort](direction)}, f.opened_at desc, f.id desc`;

/** One page and the exact number of all. Read it in one snapshot, so that both are of the same moment. */
export async function listFindings(
  db: Queryable,
  scope: Scope,
  { page, now, ...query }: Filter & Order & { page: number; now: Date },
): Promise<Findings> {
  const total = await countFindings(db, scope, query, now);
  const parameters = new Parameters();
  const { places, from } = findingsIn(scope, parameters);
  const rows = await db.query<{ id: number }>(
    `with ${places} select f.id from ${from}${whereOf(query, parameters, now)}
      order by ${orderBy(query)} limit ${pageSize} offset ${parameters.add((page - 1) * pageSize, 'bigint')}`,
    parameters.values,
  );
  const ids = rows.map((row) => row.id);
  return { findings: await readFindings(db, ids, scope.counting), total, page, pageSize };
}

async function countFindings(db: Queryable, scope: Scope, filter: Filter, now: Date): Promise<number> {
  const parameters = new Parameters();
  const { places, from } = findingsIn(scope, parameters);
  const { total } = await db.one<{ total: number }>(
    `with ${places} select count(*) as total from ${from}${whereOf(filter, parameters, now)}`,
    parameters.values,
  );
  return total;
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
  const { places, from } = findingsIn(scope, parameters);
  const { ids } = await db.one<{ ids: string | null }>(
    `with ${places}
     select string_agg(f.id::text, ' ' order by ${orderBy(query)}) as ids from ${from}${whereOf(query, parameters, now)}`,
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
