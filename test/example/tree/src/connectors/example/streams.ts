import type { SliceEvent, SliceRequest, StreamDeclaration, TimeWindow } from '../contract.ts';
import { type Context, listBooks, listShelves, understood } from './client.ts';
import { BookRecord, ShelfRecord } from './records.ts';

export const streams: readonly StreamDeclaration[] = [
  {
    name: 'shelves',
    title: 'Shelves',
    phase: 'discovery',
    record: ShelfRecord,
    key: ({ name }: ShelfRecord) => name,
  },
  {
    name: 'books',
    title: 'Books',
    phase: 'current',
    record: BookRecord,
    key: ({ isbn }: BookRecord) => isbn,
    dateOf: ({ addedAt }: BookRecord) => addedAt,
  },
];

export async function* read(context: Context, request: SliceRequest): AsyncGenerator<SliceEvent> {
  if (request.phase === 'discovery') yield* readShelves(context);
  else if (request.phase === 'current') {
    const shelf = request.slice.replace(/^shelf:/, '');
    // An audit lists another way than a sync does, so that it can contradict it.
    const places = request.purpose === 'audit' ? [whole] : windowsAt(context.now());
    for (const place of places) yield* readBooks(context, shelf, place);
  }
}

async function* readShelves(context: Context): AsyncGenerator<SliceEvent> {
  const { shelves, total } = await listShelves(context);
  // A shelf whose version moved is read again.
  for (const { name, changes } of shelves)
    yield { type: 'slice', slice: `shelf:${name}`, version: String(changes), touchedAt: null };
  yield { type: 'records', stream: 'shelves', scope: '', records: shelves.map(({ name }) => ({ name })) };
  yield complete('shelves', { listed: shelves.length, total, method: '/api/shelves', ...whole });
}

/** What a listing is about: everything, or what is dated in a window of time. Each window is a scope of its own. */
interface Place {
  scope: string;
  window: TimeWindow | null;
}

const whole: Place = { scope: '', window: null };

/** Together they are everything; each is proven by itself, so that one that cannot be leaves the other. */
function windowsAt(now: Date): Place[] {
  const year = (at: number): string => new Date(Date.UTC(at, 0, 1)).toISOString();
  const [first, thisYear, end] = [year(1000), year(now.getUTCFullYear()), year(9999)];
  return [
    { scope: 'earlier', window: { from: first, to: thisYear } },
    { scope: 'this-year', window: { from: thisYear, to: end } },
  ];
}

async function* readBooks(context: Context, shelf: string, place: Place): AsyncGenerator<SliceEvent> {
  const { scope, window } = place;
  let listed = 0;
  for (let start: number | null = 0; start !== null; ) {
    const { books, total, next } = await listBooks(context, { shelf, start, window });
    const { records, others } = understood(BookRecord, books);
    listed += books.length;
    yield { type: 'records', stream: 'books', scope, records };
    for (const text of others)
      yield { type: 'set_aside', stream: 'books', scope, text, reason: 'It is no book that we understand.' };
    start = next;
    if (start === null) yield complete('books', { listed, total, method: '/api/books', ...place });
  }
}

function complete(
  stream: string,
  { listed, total, method, scope, window }: { listed: number; total: number; method: string } & Place,
): SliceEvent {
  const proven = listed === total;
  return {
    type: 'complete',
    stream,
    scope,
    sourceCount: total,
    method,
    proof: proven ? 'counts_equal' : 'unproven',
    sourceMoved: false,
    absenceTrusted: proven,
    // What is dated outside stays, whatever this listing leaves out.
    ...(window === null ? {} : { window }),
  };
}
