import { Readable } from 'node:stream';
import { type CsvCell, csvStream } from '../../../platform/csv/index.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { StreamedAnswer } from '../route.ts';
import type { AuditEvent } from './contract.ts';
import { type AuditFilter, listAuditEvents } from './store.ts';

const pageRows = 500;

const columns: readonly [name: string, cell: (event: AuditEvent) => CsvCell][] = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => at],
  ['actor_kind', ({ actorKind }) => actorKind],
  ['actor_name', ({ actorName }) => actorName],
  ['action', ({ action }) => action],
  ['object_kind', ({ objectKind }) => objectKind],
  ['object_id', ({ objectId }) => objectId],
  ['object_name', ({ objectName }) => objectName],
  ['details', ({ details }) => JSON.stringify(details)],
  ['remote_address', ({ remoteAddress }) => remoteAddress],
  ['request_id', ({ requestId }) => requestId],
  ['sequence', ({ sequence }) => sequence],
  ['hash', ({ hash }) => hash],
];

/** Every row that the filters leave, newest first, read as fast as it is taken. */
export function auditFile(
  db: Queryable,
  filter: AuditFilter,
  { format, day }: { format: 'csv' | 'jsonl'; day: string },
): StreamedAnswer {
  const name = `audit-trail-${day}.${format}`;
  const events = everyEvent(db, filter);
  if (format === 'jsonl') return new StreamedAnswer('application/x-ndjson', Readable.from(linesOf(events)), name);
  const names = columns.map(([title]) => title);
  return new StreamedAnswer('text/csv; charset=utf-8', csvStream(names, cellsOf(events)), name);
}

async function* everyEvent(db: Queryable, filter: AuditFilter): AsyncGenerator<AuditEvent> {
  for (let before: number | undefined; ; ) {
    const page = await listAuditEvents(db, filter, { before, limit: pageRows });
    yield* page;
    if (page.length < pageRows) return;
    before = page.at(-1)?.id;
  }
}

async function* linesOf(events: AsyncIterable<AuditEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

async function* cellsOf(events: AsyncIterable<AuditEvent>): AsyncGenerator<CsvCell[]> {
  for await (const event of events) yield columns.map(([, cell]) => cell(event));
}
