import { setTimeout as delay } from 'node:timers/promises';
import type { Connector } from '../../connectors/contract.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import type { Route } from '../access/index.ts';
import type { LeftBehind } from '../integrations/integration-data.ts';
import type { Handler } from './handler.ts';
import { createGroupCommit } from './intake/group-commit.ts';
import { createIntake, type HookCall } from './intake/intake.ts';
import { createSecretCache } from './intake/live-secrets.ts';
import { createRefusals, type Refusal } from './intake/refusals.ts';
import { hookUrl } from './model.ts';
import { catchUp } from './own/catch-up.ts';
import { leaveServer } from './own/leave.ts';
import { reconcile } from './own/reconcile.ts';
import { watchSent } from './own/watch.ts';
import { createProcessor } from './process.ts';
import type { InboxRoom } from './room.ts';
import { inboxRoutes } from './routes.ts';
import { insertDeliveries, type NewDelivery } from './store/deliveries.ts';
import { maintainPartitions, sweepOld } from './store/partitions.ts';
import { addRefusals } from './store/refusals.ts';
import { readLiveSecrets, sweepSecrets } from './store/secrets.ts';
import { watchAllNow } from './store/watch.ts';
import { disownWebhooks, listTryable, retireSuperseded } from './store/webhooks.ts';

export type { Handled, HandledDelivery, Handler } from './handler.ts';
export type { HookCall } from './intake/intake.ts';
export type { Refusal } from './intake/refusals.ts';
export { maxBodyBytes } from './model.ts';
export { type InboxTrouble, inboxTroubles } from './troubles.ts';
export { inboxData } from './integration-data.ts';
export { followMain, forgetCompanionPlace } from './own/companions.ts';

export interface InboxOptions extends Omit<InboxRoom, 'connectors'> {
  connectors: readonly Connector[];
  /** Rooms that want the deliveries of a kind: one for each kind that has webhooks. */
  handlers: readonly Handler[];
  /** Told of each refusal, for metrics. */
  refused?(refusal: Refusal): void;
}

export interface Inbox {
  routes: Route[];
  reactions: Reaction[];
  /** Verifies and stores one call; resolves when it is durable. */
  accept(call: HookCall): Promise<void>;
  /** Counts a call that was not taken. */
  refuse(refusal: Refusal): void;
  /** Finds what never arrived, and processes everything that waits. Never throws: a poll goes on without it. */
  catchUp(integrationId: number, signal: AbortSignal): Promise<void>;
  /** Asks each server whose minute is over what it sent, and takes in what never arrived; returns how many that were. */
  watchSent(signal: AbortSignal): Promise<number>;
  /**
   * Removes the hub's webhooks from the server before the integration's secrets are gone, and says which stay there. Never
   * throws.
   */
  leave(integrationId: number, signal: AbortSignal): Promise<LeftBehind[]>;
  /** Forgets every webhook of the hub's own and tells no server: they belong to the installation this is a copy of. */
  disown(): Promise<void>;
  /** `processing` in a worker; `own` where the hub's public address is known. */
  startWorking(parts: { processing: boolean; own: boolean }): Promise<void>;
  stop(): Promise<void>;
}

const ownPollMs = 15_000;
/** How often it is looked whose minute is over. */
const watchPollMs = 5_000;
/** A poll waits for no more than so many deliveries; the rest leads to runs of its own. */
const maxBeforePoll = 1_000;
const refusalsFlushMs = 2_000;

/** Builds the room. Nothing runs before `startWorking`. */
export function createInbox(options: InboxOptions): Inbox {
  const connectors = new Map(options.connectors.map((connector) => [connector.kind, connector]));
  const handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  const room: InboxRoom = { ...options, connectors };
  const { db, log, vault } = options;
  const processor = createProcessor({ db, log, connectors, handlers });
  const refusals = createRefusals(log, options.now);
  const store = createGroupCommit<NewDelivery>({
    write: (deliveries) => insertDeliveries(db, deliveries, 'delivered'),
    batchSize: 200,
    writers: 2,
    maxWaiting: 5_000,
    overflow: () => new PlumblineError('webhook_busy'),
  });
  const accept = createIntake({
    connectors,
    secrets: createSecretCache((place) => readLiveSecrets(db, vault, place)),
    store,
    lookupsPerMinute: 60,
    now: () => performance.now(),
  });
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];

  const repeat = (everyMs: number, work: () => Promise<void>): void => {
    const loop = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        await work().catch((error: Error) => log.warn({ error: error.message }, 'inbox housekeeping failed'));
      }
    };
    loops.push(loop());
  };

  const storeRefusals = async (): Promise<void> => {
    const counts = refusals.take();
    await addRefusals(db, counts).catch((error: unknown) => {
      refusals.giveBack(counts);
      throw error;
    });
  };

  return {
    routes: inboxRoutes({ room, wake: () => processor.wake() }),
    reactions: [retention(room)],
    async accept(call) {
      await accept(call);
      processor.wake();
    },
    refuse(refusal) {
      refusals.note(refusal);
      options.refused?.(refusal);
    },
    async catchUp(integrationId, signal) {
      try {
        await catchUp(room, integrationId, signal);
      } catch (error) {
        log.warn(
          { integrationId, error: (error as Error).message },
          'deliveries could not be compared with the server’s',
        );
      }
      await processor.processWaiting(maxBeforePoll).catch(() => 0);
    },
    watchSent: (signal) => watchSent(room, signal),
    leave: (id, signal) => leaveServer(room, { id, signal }),
    disown: () => disownWebhooks(db),
    async startWorking({ processing, own }) {
      await maintainPartitions(db).catch((error: Error) =>
        log.warn({ error: error.message }, 'partitions of deliveries could not be made'),
      );
      repeat(refusalsFlushMs, storeRefusals);
      if (processing) processor.start();
      if (!own) return;
      repeat(ownPollMs, () => keepOwn(room, stopping.signal));
      // After a start nothing waits: nobody may have listened for hours.
      await watchAllNow(db);
      repeat(watchPollMs, async () => {
        if ((await room.held?.()) === true) return;
        if ((await watchSent(room, stopping.signal)) > 0) processor.wake();
      });
    },
    async stop() {
      stopping.abort();
      await processor.stop();
      await Promise.all(loops);
      await store.idle();
      await storeRefusals().catch(() => undefined);
    },
  };
}

/** Tells servers what they do not know yet: a new address or name, a secret, a removal that failed before. */
async function keepOwn(room: InboxRoom, signal: AbortSignal): Promise<void> {
  if ((await room.held?.()) === true) return;
  for (const row of await listTryable(room.db)) {
    const url = hookUrl(room.publicUrl(), { kind: row.kind, integrationId: row.integrationId });
    const told =
      row.appliedUrl === url && row.appliedName === row.integrationName && row.appliedSecretId === row.secretId;
    if (row.superseded) await retireSuperseded(room.db, row.integrationId);
    if (row.superseded || (row.wanted && told && row.remoteKey !== null)) continue;
    await reconcile(room, row.id, signal).catch((error: Error) =>
      room.log.warn({ webhook: row.id, error: error.message }, 'webhook could not be changed on the server'),
    );
  }
}

function retention({ db }: InboxRoom): Reaction {
  return {
    name: 'inbox-retention',
    sweep: '23 * * * *',
    async handle() {
      await maintainPartitions(db);
      await sweepOld(db);
      await sweepSecrets(db);
    },
  };
}
