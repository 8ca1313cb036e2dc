import type { Database, Queryable } from '../../../../platform/database/index.ts';
import { type Actor, audit } from '../../../access/index.ts';
import type { FailureDefinition, FailureSettings } from './contract.ts';

/** As the field counts: what was taken back failed; what was broken off, and what a retry replaced, is no delivery. */
const standard: FailureSettings = {
  rolledBackFails: true,
  abortedFails: false,
  supersededCounts: false,
  changedBy: null,
  changedAt: null,
};

export async function readFailureSettings(db: Queryable): Promise<FailureSettings> {
  const row = await db.maybeOne<FailureDefinition & { changedBy: string; changedAt: Date }>(
    `select rolled_back_fails as "rolledBackFails", aborted_fails as "abortedFails", superseded_counts as "supersededCounts",
            changed_by as "changedBy", changed_at as "changedAt" from deployments.settings`,
  );
  return row === undefined ? standard : { ...row, changedAt: row.changedAt.toISOString() };
}

/** Says what counts as failed from now on, for all times: nothing that is counted is stored. */
export async function changeFailureSettings(
  db: Database,
  actor: Actor,
  wanted: FailureDefinition,
): Promise<FailureSettings> {
  return db.transaction(async (tx) => {
    const before = await readFailureSettings(tx);
    const changed = (Object.keys(wanted) as (keyof FailureDefinition)[]).filter(
      (name) => before[name] !== wanted[name],
    );
    if (changed.length === 0) return before;
    await tx.execute(
      `insert into deployments.settings (rolled_back_fails, aborted_fails, superseded_counts, changed_by) values ($1, $2, $3, $4)
       on conflict (id) do update set rolled_back_fails = excluded.rolled_back_fails, aborted_fails = excluded.aborted_fails,
          superseded_counts = excluded.superseded_counts, changed_by = excluded.changed_by, changed_at = now()`,
      [wanted.rolledBackFails, wanted.abortedFails, wanted.supersededCounts, actor.name],
    );
    const details = Object.fromEntries(changed.map((name) => [name, wanted[name]]));
    await audit(tx, actor, 'delivery.settings', { kind: 'delivery', name: 'failed deployments' }, details);
    return readFailureSettings(tx);
  });
}
