import { isDeepStrictEqual } from 'node:util';
import type { Announcement } from '../../../domain/announcement.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Reaction } from '../../../platform/jobs/index.ts';
import type { Route } from '../../access/index.ts';
import type { IntegrationStanding } from '../../integrations/index.ts';
import { type Health, judgeHealth } from './model.ts';
import { type HealthAnswers, healthRoutes } from './routes.ts';
import {
  heldBack,
  insertHealthChange,
  listHealth,
  listHealthChanges,
  lockHealth,
  noRuns,
  type RunTally,
  storeHealth,
  tallyRuns,
} from './store.ts';

export { countHealth, lastSyncedAt } from './store.ts';

/** Enqueued by whatever may change the health of an integration; the key is its id. */
export const healthReaction = 'integration_health';

export interface HealthOptions {
  db: Database;
  /** State of every integration and its credentials. */
  standings(): Promise<IntegrationStanding[]>;
  /** Those of the integrations that no satellite is there for, of those that satellites read. */
  offline(integrationIds: readonly number[]): Promise<ReadonlySet<number>>;
  /** Tells outside programs, in the transaction of the change. */
  announce(tx: Tx, event: Announcement): Promise<void>;
  now(): Date;
}

export interface HealthWatch extends HealthAnswers {
  routes: Route[];
  reactions: Reaction[];
}

/** How each integration does, from its runs, its state and its credentials, and every change of it. */
export function createHealthWatch(options: HealthOptions): HealthWatch {
  const { db } = options;
  const watch: HealthWatch = {
    routes: [],
    reactions: [
      {
        name: healthReaction,
        // Runs leave the window and credentials come to their end without anything happening.
        sweep: '* * * * *',
        async handle(key) {
          const standings = await options.standings();
          const ids = key === 'sweep' ? standings.map(({ id }) => id) : [Number(key)];
          for (const id of ids) await record(options, id);
        },
      },
    ],
    async list() {
      const standings = await options.standings();
      const [judged, recorded] = await Promise.all([judge(options, standings), listHealth(db)]);
      const stored = new Map(recorded.map((row) => [row.integrationId, row]));
      return judged.map(({ standing, tally, now }) => {
        const row = stored.get(standing.id);
        return {
          integrationId: standing.id,
          integrationName: standing.name,
          ...now,
          // Not recorded yet: it has just become so.
          since: row?.health === now.health ? row.since.toISOString() : null,
          runs: tally.runs,
        };
      });
    },
    async history(nameOrId) {
      const present = await watch.list();
      const byId = /^\d{1,15}$/.test(nameOrId);
      const current = present.find((one) =>
        byId ? one.integrationId === Number(nameOrId) : one.integrationName === nameOrId,
      );
      if (current === undefined) throw new PlumblineError('integration_not_found');
      const changes = await listHealthChanges(db, current.integrationId, shownChanges);
      return {
        current,
        changes: changes.map(({ id, before, health, reasons, changedAt }) => ({
          id,
          before,
          health,
          reasons,
          changedAt: changedAt.toISOString(),
        })),
      };
    },
  };
  watch.routes.push(...healthRoutes(watch));
  return watch;
}

const shownChanges = 100;

interface Judged {
  standing: IntegrationStanding;
  tally: RunTally;
  now: Health;
}

async function judge(
  { db, now, offline }: HealthOptions,
  standings: readonly IntegrationStanding[],
): Promise<Judged[]> {
  const ids = standings.map(({ id }) => id);
  const far = standings.filter(({ place }) => place !== 'hub').map(({ id }) => id);
  const [tallies, heldOf, away] = await Promise.all([tallyRuns(db, ids), heldBack(db, ids), offline(far)]);
  return standings.map((standing) => {
    const tally = tallies.get(standing.id) ?? noRuns;
    const { state, credentials, place } = standing;
    const held = heldOf.get(standing.id) ?? [];
    const satellite = place === 'hub' ? null : away.has(standing.id) ? 'offline' : 'at_work';
    return { standing, tally, now: judgeHealth({ ...tally, held, state, credentials, satellite }, now()) };
  });
}

/** Compares what is true now with what was recorded; a change is kept and announced in one transaction. */
async function record(options: HealthOptions, integrationId: number): Promise<void> {
  await options.db.transaction(async (tx) => {
    const before = await lockHealth(tx, integrationId);
    // Read under the lock: of two that record at once the second sees what the first saw, or newer.
    const standing = (await options.standings()).find(({ id }) => id === integrationId);
    if (standing === undefined) return;
    const [judged] = await judge(options, [standing]);
    if (judged === undefined) return;
    const { health, reasons } = judged.now;
    if (before?.health === health && isDeepStrictEqual(before.reasons, reasons)) return;
    await storeHealth(tx, integrationId, { health, reasons });
    if (before?.health === health) return;
    await insertHealthChange(tx, integrationId, { before: before?.health ?? null, health, reasons });
    if (before === undefined) return;
    const { id, name, kind } = standing;
    const data = { integration: { id, name, kind }, before: before.health, after: health, reasons };
    await options.announce(tx, { type: 'health.changed', data });
  });
}
