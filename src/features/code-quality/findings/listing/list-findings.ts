import type { z } from 'zod';
import type { Queryable } from '../../../../platform/database/index.ts';
import type { Finding, Findings, FindingsQuery } from '../contract.ts';
import { answeredByIndex, type Filter, isOnlyOpen, whereOf } from './conditions.ts';
import { readFindings } from './read-findings.ts';
import { rankIn } from './listed.ts';
import { findingsIn, placesOf, type Scope } from './scope.ts';
import { Parameters, readingMany } from './statement.ts';

const pageSize = 50;

type Order = Pick<z.output<typeof FindingsQuery>, 'sort' | 'direction'>;

interface Sorting {
  by: [expression: string, direction: string][];
  joins?: string;
}

/** What rows are sorted by, each with its direction; names are joined, not looked up row by row. */
const sortings: Record<Order['sort'], (direction: Order['direction'], rank: string) => Sorting> = {
  severity: (direction, rank) => ({ by: [[rank, direction]] }),
  created: (direction) => ({ by: [['f.opened_at', direction]] }),
  updated: (direction) => ({ by: [['f.updated_at', direction]] }),
  file: (direction) => ({
    by: [
      ['sorted.path', `${direction} nulls last`],
      ['f.line', direction],
    ],
    joins: 'left join code_quality.paths sorted on sorted.id = f.path_id',
  }),
  project: (direction) => ({
    by: [
      ['sorted.name', direction],
      ['f.project_id', direction],
    ],
    joins: 'join code_quality.projects sorted on sorted.id = f.project_id',
  }),
};

/** Orders for which no index lacks anything. */
const inIndex: ReadonlySet<Order['sort']> = new Set(['severity', 'created', 'project']);

/** The rows under a filter, and their order: within what is equal the newest first, whatever the direction, and then by id. */
async function listed(db: Queryable, scope: Scope, { now, ...query }: Filter & Order & { now: Date }) {
  const places = await placesOf(db, scope);
  const { severities } = places;
  const parameters = new Parameters();
  const { within, reading } = findingsIn(places, parameters);
  const { by, joins = '' } = sortings[query.sort](query.direction, rankIn(reading, severities));
  const order = [...by, ['f.opened_at', 'desc'], ['f.id', 'desc']].map((part) => part.join(' ')).join(', ');
  const where = `where ${within}${whereOf(query, { parameters, now, reading, severities })}`;
  const indexAlone = answeredByIndex(query, [], isOnlyOpen(query));
  return { parameters, where, joins, order, indexAlone, sortedByIndex: indexAlone && inIndex.has(query.sort) };
}

/** One page and the exact number of all, of one snapshot. */
export async function listFindings(
  db: Queryable,
  scope: Scope,
  { page, ...query }: Filter & Order & { page: number; now: Date },
): Promise<Findings> {
  const list = await listed(db, scope, query);
  const { total, ids } = await (list.indexAlone ? countAndPage : countWithPage)(db, list, (page - 1) * pageSize);
  return { findings: await readFindings(db, ids, scope.counting), total, page, pageSize };
}

type Listed = Awaited<ReturnType<typeof listed>>;
interface PageOfIds {
  total: number;
  ids: number[];
}

const countAll = (db: Queryable, { parameters, where, indexAlone }: Listed): Promise<{ n: number }> =>
  readingMany(db, indexAlone, () =>
    db.one<{ n: number }>(`select count(*) as n from code_quality.findings f ${where}`, parameters.values),
  );

/** Two readings of an index cost less than keeping all rows between them. */
async function countAndPage(db: Queryable, list: Listed, first: number): Promise<PageOfIds> {
  const { n: total } = await countAll(db, list);
  if (total <= first) return { total, ids: [] };
  const rows = await readingMany(db, list.sortedByIndex, () =>
    db.query<{ id: number }>(
      `select f.id from code_quality.findings f ${list.joins} ${list.where} order by ${list.order} limit ${pageSize} offset ${first}`,
      list.parameters.values,
    ),
  );
  return { total, ids: rows.map(({ id }) => id) };
}

/** What no index answers is read once. */
async function countWithPage(db: Queryable, list: Listed, first: number): Promise<PageOfIds> {
  const rows = await readingMany(db, false, () =>
    db.query<{ id: number; n: number }>(
      `select f.id, count(*) over () as n from code_quality.findings f ${list.joins} ${list.where} order by ${list.order} limit ${pageSize} offset ${first}`,
      list.parameters.values,
    ),
  );
  const [row] = rows;
  if (row === undefined) return { total: first === 0 ? 0 : (await countAll(db, list)).n, ids: [] };
  return { total: row.n, ids: rows.map(({ id }) => id) };
}

const batch = 1_000;

/**
 * Which findings a file holds, in its order, as one text: 8 bytes for each instead of an object, and sorted once
 * instead of once a batch.
 */
export async function idsForFile(db: Queryable, scope: Scope, query: Filter & Order & { now: Date }): Promise<string> {
  const { parameters, where, joins, order, sortedByIndex } = await listed(db, scope, query);
  const { ids } = await readingMany(db, sortedByIndex, () =>
    db.one<{ ids: string | null }>(
      `select string_agg(f.id::text, ' ' order by ${order}) as ids from code_quality.findings f ${joins} ${where}`,
      parameters.values,
    ),
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
