import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { createAlarm } from '../../platform/waking/index.ts';
import { type Actor, audit } from '../access/index.ts';
import type { DeletionPreview } from './contract.ts';
import type { LeftBehind, IntegrationData } from './integration-data.ts';
import { type Room, requireIntegration, requireNotDeleting } from './room.ts';
import { deleteCredentials } from './store/credentials.ts';
import {
  deleteIntegration,
  type IntegrationRow,
  listDeleting,
  lockById,
  lockForRemoval,
  setState,
} from './store/integrations.ts';

/** How many rows go with the integration, per room. */
export async function previewDeletion(
  db: Database,
  data: readonly IntegrationData[],
  nameOrId: string,
): Promise<DeletionPreview> {
  const { id, name } = await requireIntegration(db, nameOrId);
  const counts = await Promise.all(data.map(async (one) => ({ room: one.room, rows: await one.count(id) })));
  return { name, total: counts.reduce((sum, { rows }) => sum + rows, 0), counts };
}

/**
 * Lets every room take back what it set up on the outside system, once the name typed is the right one; returns what
 * stays there.
 */
export async function leaveOutsideSystem(
  db: Database,
  data: readonly IntegrationData[],
  { nameOrId, typedName, signal }: { nameOrId: string; typedName: string; signal: AbortSignal },
): Promise<LeftBehind[]> {
  const row = await requireIntegration(db, nameOrId);
  if (row.state === 'deleting' || row.name !== typedName) return [];
  const left: LeftBehind[] = [];
  for (const one of data) left.push(...((await one.leave?.(row.id, signal)) ?? []));
  return left;
}

/**
 * Marks the integration as being deleted; its secrets are gone at once, its rows go in the background. Throws
 * `deletion_not_confirmed` when the name typed is another, `integration_deleting` the second time.
 */
export async function requestDeletion(
  { db, changed }: Pick<Room, 'db' | 'changed'>,
  actor: Actor,
  { nameOrId, typedName, leftBehind }: { nameOrId: string; typedName: string; leftBehind: readonly LeftBehind[] },
): Promise<IntegrationRow> {
  const { id } = await requireIntegration(db, nameOrId);
  return db.transaction(async (tx) => {
    const row = await lockById(tx, id);
    if (row === undefined) throw new PlumblineError('integration_not_found');
    requireNotDeleting(row);
    if (row.name !== typedName) throw new PlumblineError('deletion_not_confirmed');
    await deleteCredentials(tx, id);
    await changed(tx, id);
    const object = { kind: 'integration', id, name: row.name };
    await audit(tx, actor, 'integration.deletion_requested', object, {
      connector: row.kind,
      settings: row.settings,
      // Nothing else remembers it once the rows are gone.
      leftBehind: leftBehind.map(({ what, address, reason }) => ({ what, address, code: reason?.code ?? null })),
    });
    return setState(tx, id, 'deleting');
  });
}

/** Rows per transaction: small enough that nobody waits for a lock, large enough to be done soon. */
const batchRows = 5_000;

export interface RemovalOptions {
  db: Database;
  data: readonly IntegrationData[];
  log: Log;
}

/** One batch of one integration. `later`: another process is at it. */
async function removeBatch({ db, data }: RemovalOptions, id: number): Promise<'more' | 'done' | 'later'> {
  return db.transaction(async (tx) => {
    const row = await lockForRemoval(tx, id);
    if (row === undefined) return 'later';
    for (const one of data) {
      // In the order given, one at a time: what others refer to goes last.
      if ((await one.purge(tx, id, batchRows)) > 0) return 'more';
    }
    await deleteCredentials(tx, id);
    await deleteIntegration(tx, id);
    const details = { connector: row.kind };
    await audit(
      tx,
      { kind: 'system', name: 'deletion' },
      'integration.deleted',
      { kind: 'integration', id, name: row.name },
      details,
    );
    return 'done';
  });
}

/** Removes what is marked, batch by batch. Each batch stands for itself, so a killed process is simply continued. */
async function removeDeleted(options: RemovalOptions, signal: AbortSignal): Promise<void> {
  for (const id of await listDeleting(options.db)) {
    let outcome: Awaited<ReturnType<typeof removeBatch>> = 'more';
    while (outcome === 'more' && !signal.aborted) outcome = await removeBatch(options, id);
    if (outcome === 'done') options.log.info({ integrationId: id }, 'integration deleted');
  }
}

const pollMs = 2_000;

/** Removes in the background until stopped; `wake` makes it look at once. */
export function startRemoval(options: RemovalOptions): { wake(): void; stop(): Promise<void> } {
  const stopping = new AbortController();
  const alarm = createAlarm();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await removeDeleted(options, stopping.signal).catch((error: Error) =>
        options.log.warn({ error: error.message }, 'deletion of an integration failed, trying again'),
      );
      await alarm.rest(pollMs, stopping.signal);
    }
  };
  const running = loop();
  return {
    wake: alarm.ring,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
