import type { Database } from '../../platform/database/index.ts';
import { type Route, route } from '../access/index.ts';
import type { Sink } from '../ingestion/sink.ts';
import type { IntegrationData } from '../integrations/index.ts';
import { BookList } from './contract.ts';
import { exampleSink } from './sink.ts';

/** The room as the hub takes it. */
export function exampleRoom({ db, reads }: { db: Database; reads: Database }): {
  name: string;
  routes: readonly Route[];
  sinks: readonly Sink[];
  data: IntegrationData;
} {
  return { name: 'example', routes: [listRoute(reads)], sinks: [exampleSink], data: ownData(db) };
}

const listRoute = (db: Database): Route =>
  route({
    method: 'GET',
    path: '/api/v1/example/books',
    permission: 'images:read',
    scope: 'organization',
    summary: 'Lists the books of every library.',
    tag: 'Example',
    response: BookList,
    async handle() {
      const rows = await db.query<{
        id: number;
        integration: number;
        shelf: string;
        isbn: string;
        title: string;
        lent: Date | null;
      }>(
        `select b.id, b.integration_id as integration, s.source_key as shelf, b.source_key as isbn, b.title, b.lent_at as lent
           from example.books b join example.shelves s on s.id = b.shelf_id
          where b.deleted_at is null and s.deleted_at is null order by b.source_key limit 500`,
      );
      return {
        books: rows.map(({ integration: integrationId, lent, ...book }) => ({
          ...book,
          integrationId,
          lentAt: lent?.toISOString() ?? null,
        })),
      };
    },
  });

const ownData = (db: Database): IntegrationData => ({
  room: 'Books',
  async count(integrationId) {
    const { n } = await db.one<{ n: number }>('select count(*) as n from example.books where integration_id = $1', [
      integrationId,
    ]);
    return n;
  },
  // Books go with their shelf.
  purge: (tx, integrationId, limit) =>
    tx.execute(
      `delete from example.shelves where id in (select id from example.shelves where integration_id = $1 order by id limit $2)`,
      [integrationId, limit],
    ),
});
