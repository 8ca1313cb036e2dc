import { Readable } from 'node:stream';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { type CsvCell, csvStream } from '../../../platform/csv/index.ts';
import { type Route, route, StreamedAnswer } from '../../access/index.ts';
import { CancelAnswer, type Cell, QueryAnswer, QueryParams, QueryRequest } from '../contract.ts';
import { actorKey } from '../saved/saved-queries.ts';
import { defaultLimits, type Queries } from './queries.ts';
import type { QueryResult } from './run-query.ts';

export function queryRoutes(queries: Queries): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/explorer/query',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Runs one SELECT over schema data, up to 10,000 rows or 20 MB.',
      tag: 'Data',
      errors: [
        'sql_syntax',
        'sql_refused',
        'sql_failed',
        'sql_timeout',
        'sql_cancelled',
        'sql_busy',
        'sql_unavailable',
      ],
      body: QueryRequest,
      response: QueryAnswer,
      streams: ['text/csv'],
      async handle({ actor, body, signal }) {
        const order = { sql: body.sql, actorKey: actorKey(actor), queryId: body.queryId, signal };
        const result = await queries.run(order);
        return body.format === 'csv' ? csvAnswer(result) : jsonAnswer(result);
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/explorer/query/:queryId',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Cancels a query that the same person or token started.',
      tag: 'Data',
      params: QueryParams,
      response: CancelAnswer,
      handle: async ({ actor, params }) => ({ cancelled: await queries.cancel(actorKey(actor), params.queryId) }),
    }),
  ];
}

const numberTypes = /^(smallint|integer|bigint|numeric|real|double precision)$/;

/** An answer has up to 600,000 cells: written as a whole, all others would wait for it. */
function jsonAnswer(result: QueryResult): StreamedAnswer {
  return new StreamedAnswer('application/json; charset=utf-8', Readable.from(jsonText(result), { objectMode: false }));
}

const [rowsAtOnceMost, cellsAtOnce] = [100, 5_000];

async function* jsonText({ columns, rows, limitedBy, durationMs }: QueryResult): AsyncGenerator<string> {
  const members: Omit<QueryAnswer, 'rows'> = {
    columns,
    rowCount: rows.length,
    truncated: limitedBy !== null,
    limitedBy,
    limits: defaultLimits,
    durationMs: Math.round(durationMs * 10) / 10,
  };
  const convert = columns.map(({ type }) => cellOf(type));
  const rowsAtOnce = Math.max(1, Math.min(rowsAtOnceMost, Math.floor(cellsAtOnce / Math.max(1, columns.length))));
  yield `${JSON.stringify(members).slice(0, -1)},"rows":[`;
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce);
    const cells = some.map((row) => row.map((cell, place) => convert[place]?.(cell) ?? null));
    yield `${from === 0 ? '' : ','}${JSON.stringify(cells).slice(1, -1)}`;
    await othersFirst();
  }
  yield ']}';
}

function cellOf(type: string): (cell: string | null) => Cell {
  if (type === 'boolean') return (cell) => (cell === null ? null : cell === 't');
  if (!numberTypes.test(type)) return (cell) => cell;
  // A number that JSON would change (beyond 2^53, trailing zeros of a numeric, NaN) stays as PostgreSQL writes it.
  return (cell) => {
    const number = cell === null ? Number.NaN : Number(cell);
    return Number.isFinite(number) && String(number) === cell ? number : cell;
  };
}

function csvAnswer(result: QueryResult): StreamedAnswer {
  const names = result.columns.map((column) => column.name);
  const name = result.limitedBy === null ? 'query.csv' : `query-first-${result.rows.length}-rows.csv`;
  return new StreamedAnswer('text/csv; charset=utf-8', csvStream(names, csvRows(result)), name);
}

function* csvRows(result: QueryResult): Generator<CsvCell[]> {
  const types = result.columns.map((column) => column.type);
  for (const row of result.rows) yield row.map((cell, index) => csvCell(types[index] ?? 'text', cell));
  // A file that was cut must not look whole, and a CSV file has no other place to say so.
  if (result.limitedBy !== null) yield [`# cut off after ${result.rows.length} rows (limit of ${result.limitedBy})`];
}

function csvCell(type: string, cell: string | null): CsvCell {
  if (cell === null) return null;
  if (type === 'boolean') return cell === 't';
  return numberTypes.test(type) ? { numberText: cell } : cell;
}
