import type { Database } from '../../../platform/database/index.ts';
import { type Actor, audit, type Route, route } from '../../access/index.ts';
import { readResolvedAs, writeResolvedAs } from '../../code-quality/index.ts';
import { ResolvedAs } from '../contract.ts';

const path = '/api/v1/insights/resolved';
const of = { path, tag: 'Insights', scope: 'organization', response: ResolvedAs } as const;

/** What counts as resolved in times to resolve. */
export function resolvedRoutes({ db, reads }: { db: Database; reads: Database }): Route[] {
  return [
    route({
      ...of,
      method: 'GET',
      permission: 'insights:read',
      summary: 'Shows whether what was accepted or marked a false positive counts as resolved.',
      handle: () => readResolvedAs(reads),
    }),
    route({
      ...of,
      method: 'PUT',
      permission: 'settings:write',
      summary: 'Says whether what was accepted or marked a false positive counts as resolved, for all times.',
      body: ResolvedAs,
      handle: ({ actor, body }) => saveResolvedAs(db, actor, body),
    }),
  ];
}

function saveResolvedAs(db: Database, actor: Actor, wanted: ResolvedAs): Promise<ResolvedAs> {
  return db.transaction(async (tx) => {
    const before = await readResolvedAs(tx);
    if (before.accepted === wanted.accepted && before.falsePositive === wanted.falsePositive) return before;
    await writeResolvedAs(tx, wanted);
    await audit(tx, actor, 'insights.resolved', { kind: 'insights', name: 'what counts as resolved' }, wanted);
    return wanted;
  });
}
