import type { SliceEvent, SliceRequest, StreamDeclaration } from '../contract.ts';
import { type Context, listBooks, listShelves, understood } from './client.ts';
import { BookRecord, ShelfRecord } from './records.ts';

export const streams: readonly StreamDeclaration[] = [
  {
    name: 'shelves',
    title: 'Shelves',
    part: 'discovery',
    record: ShelfRecord,
    key: ({ name }: ShelfRecord) => name,
  },
  { name: 'books', title: 'Books', part: 'current', record: BookRecord, key: ({ isbn }: BookRecord) => isbn },
];

export async function* read(context: Context, request: SliceRequest): AsyncGenerator<SliceEvent> {
  if (request.part === 'discovery') yield* readShelves(context);
  else if (request.part === 'current') yield* readBooks(context, request.slice.replace(/^shelf:/, ''));
}

async function* readShelves(context: Context): AsyncGenerator<SliceEvent> {
  const { shelves, total } = await listShelves(context);
  // A shelf whose version moved is read again.
  for (const { name, changes } of shelves)
    yield { type: 'slice', slice: `shelf:${name}`, version: String(changes), touchedAt: null };
  yield { type: 'records', stream: 'shelves', scope: '', records: shelves.map(({ name }) => ({ name })) };
  yield complete('shelves', { listed: shelves.length, total, method: '/api/shelves' });
}

async function* readBooks(context: Context, shelf: string): AsyncGenerator<SliceEvent> {
  let listed = 0;
  for (let start: number | null = 0; start !== null; ) {
    const { books, total, next } = await listBooks(context, shelf, start);
    const { records, others } = understood(BookRecord, books);
    listed += books.length;
    yield { type: 'records', stream: 'books', scope: '', records };
    for (const text of others)
      yield { type: 'set_aside', stream: 'books', scope: '', text, reason: 'It is no book that we understand.' };
    start = next;
    if (start === null) yield complete('books', { listed, total, method: '/api/books' });
  }
}

/** The place of a window: a system that keeps a past says here from when to when the listing is whole. */
function complete(
  stream: string,
  { listed, total, method }: { listed: number; total: number; method: string },
): SliceEvent {
  const whole = listed === total;
  return {
    type: 'complete',
    stream,
    scope: '',
    sourceCount: total,
    method,
    proof: whole ? 'counts_equal' : 'unproven',
    sourceMoved: false,
    absenceTrusted: whole,
  };
}
