import type { Tx } from '../../platform/database/index.ts';
import { compareListing, mergeListing, tableListing, type TableSpec } from '../ingestion/index.ts';
import type { PublishContext, ScopeComparison, Sink, StreamPublished } from '../ingestion/sink.ts';

const shelves: TableSpec = {
  table: 'example.shelves',
  identity: ['integration_id'],
  softDelete: true,
  shape: 'name text',
  columns: [],
};

const books: TableSpec = {
  table: 'example.books',
  identity: ['integration_id', 'shelf_id'],
  softDelete: true,
  dated: 'added_at',
  shape: `isbn text, title text, "addedAt" timestamptz, "lentAt" timestamptz`,
  columns: [
    ['title', 'r.title'],
    ['added_at', 'r."addedAt"'],
    ['lent_at', 'r."lentAt"'],
  ],
};

/** Stores what the connector `example` reads. */
export const exampleSink: Sink = {
  connector: 'example',
  streams: ['shelves', 'books'],
  async publish(context) {
    const streams: StreamPublished[] = [];
    for (const { outcome, spec, ids } of await listings(context))
      streams.push(await mergeListing(context, outcome, tableListing(spec, ids)));
    return { streams, changes: [] };
  },
  async compare(context) {
    const compared: ScopeComparison[] = [];
    for (const { outcome, spec, ids } of await listings(context)) {
      const { stream, scope } = outcome;
      compared.push({ stream, scope, label: stream, ...(await compareListing(context, outcome, { spec, ids })) });
    }
    return compared;
  },
  aggregate: async () => false,
  locate: async () => [],
};

/** What was read whole, and where it is stored. */
async function listings({ tx, integrationId, slice, outcomes }: PublishContext) {
  const read = outcomes.filter(({ outcome }) => outcome === 'complete');
  const shelf = read.some(({ stream }) => stream === 'books') ? await shelfId(tx, integrationId, slice) : 0;
  return read.map((outcome) =>
    outcome.stream === 'shelves'
      ? { outcome, spec: shelves, ids: [integrationId] }
      : { outcome, spec: books, ids: [integrationId, shelf] },
  );
}

async function shelfId(tx: Tx, integrationId: number, slice: string): Promise<number> {
  const { id } = await tx.one<{ id: number }>(
    'select id from example.shelves where integration_id = $1 and source_key = $2',
    [integrationId, slice.replace(/^shelf:/, '')],
  );
  return id;
}
