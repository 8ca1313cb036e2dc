import { expect } from 'vitest';
import { type AuditFilter, listAuditEvents, verifyAuditTrail } from '../../src/features/access/index.ts';
import type { Database } from '../../src/platform/database/index.ts';

/** Actions of the audit trail in their order. Whatever was done before, every row is one that the hub itself wrote. */
export async function auditedActions(db: Database, filter: AuditFilter = {}): Promise<string[]> {
  const chain = await verifyAuditTrail(db, { now: () => new Date() });
  expect(chain).toMatchObject({ whole: true, broken: null });
  const events = await listAuditEvents(db, filter, { before: undefined, limit: 1_000 });
  return events.map(({ action }) => action).reverse();
}
