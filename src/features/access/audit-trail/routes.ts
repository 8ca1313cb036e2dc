import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../route.ts';
import { AuditChain, AuditPage, AuditQuery } from './contract.ts';
import { auditFile } from './file.ts';
import { kindsOfObjects, listAuditEvents } from './store.ts';
import { verifyAuditTrail } from './verify.ts';

const shared = { method: 'GET', permission: 'audit:read', scope: 'organization', tag: 'Access' } as const;

/** Who changed what, as a list and as a file, and whether it is what was written. */
export function auditTrailRoutes({ db }: { db: Database }): Route[] {
  return [
    route({
      ...shared,
      path: '/api/v1/audit',
      summary: 'Lists who changed what, newest first; as CSV or JSON lines all of it that the filters leave.',
      query: AuditQuery,
      response: AuditPage,
      streams: ['text/csv', 'application/x-ndjson'],
      async handle({ query: { format, before, limit, ...filter } }) {
        const day = new Date().toISOString().slice(0, 10);
        if (format !== 'json') return auditFile(db, filter, { format, day });
        const rows = await listAuditEvents(db, filter, { before, limit: limit + 1 });
        const events = rows.slice(0, limit);
        const nextBefore = rows.length > limit ? (events.at(-1)?.id ?? null) : null;
        return { events, nextBefore, kinds: await kindsOfObjects(db) };
      },
    }),
    route({
      ...shared,
      path: '/api/v1/audit/chain',
      summary: 'Hashes every row of the audit trail again and names the first that is not as it was written.',
      response: AuditChain,
      handle: ({ signal }) => verifyAuditTrail(db, { signal, now: () => new Date() }),
    }),
  ];
}
