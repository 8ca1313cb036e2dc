import type { Connector } from '../../connectors/contract.ts';
import type { Database, Tx } from '../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { createAlarm } from '../../platform/waking/index.ts';
import type { Handler } from './handler.ts';
import { backoffSeconds, maxAttempts } from './model.ts';
import { markDone, markFailed, takeWaiting, type WaitingDelivery } from './store/deliveries.ts';

export interface Processor {
  /** Processes what is due now, up to `limit`; returns how many that were. */
  processWaiting(limit: number): Promise<number>;
  /** Goes on processing until stopped. */
  start(): void;
  wake(): void;
  stop(): Promise<void>;
}

export interface ProcessorOptions {
  db: Database;
  log: Log;
  connectors: ReadonlyMap<string, Connector>;
  handlers: ReadonlyMap<string, Handler>;
}

const pollMinMs = 500;
const pollMaxMs = 2_000;

/**
 * Processes stored deliveries, oldest first. What a delivery leads to commits together with its end, so a process that
 * is killed in between leaves it due, and one that failed changed nothing.
 */
export function createProcessor(options: ProcessorOptions): Processor {
  const stopping = new AbortController();
  const alarm = createAlarm();
  let running: Promise<void> | undefined;

  const processWaiting = async (limit: number): Promise<number> => {
    let processed = 0;
    while (processed < limit && !stopping.signal.aborted && (await processOne(options))) processed++;
    return processed;
  };

  const loop = async (): Promise<void> => {
    let wait = pollMinMs;
    while (!stopping.signal.aborted) {
      const processed = await processWaiting(100).catch((error: Error) => {
        // The database may be restarting; polling goes on until it is back.
        options.log.warn({ error: error.message }, 'no delivery could be processed');
        return 0;
      });
      if (processed > 0) {
        wait = pollMinMs;
        continue;
      }
      const woken = await alarm.rest(wait, stopping.signal);
      wait = woken ? pollMinMs : Math.min(wait * 1.5, pollMaxMs);
    }
  };

  return {
    processWaiting,
    start() {
      running ??= loop();
    },
    wake: alarm.ring,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** False when nothing is due. */
async function processOne(options: ProcessorOptions): Promise<boolean> {
  let taken: WaitingDelivery | undefined;
  try {
    const handler = await options.db.transaction(async (tx) => {
      taken = await takeWaiting(tx);
      return taken === undefined ? undefined : processTaken(tx, taken, options);
    });
    handler?.handled();
  } catch (error) {
    if (taken === undefined) throw error;
    await noteFailure(taken, error, options);
  }
  return taken !== undefined;
}

async function processTaken(tx: Tx, delivery: WaitingDelivery, options: ProcessorOptions): Promise<Handler> {
  const { kind, adapter: name, integrationId } = delivery;
  const adapter = options.connectors.get(kind)?.webhooks?.find((each) => each.name === name);
  const handler = options.handlers.get(kind);
  if (adapter === undefined || handler === undefined) {
    throw new PlumblineError('malformed_delivery', { message: `This version takes no deliveries of ${kind} ${name}.` });
  }
  const parsed = adapter.parse(delivery);
  const { outcome, runId } = await handler.handle(tx, { integrationId, adapter: name, parsed });
  const { event, subject, reference } = parsed;
  await markDone(tx, delivery, { event, subject: subject.slice(0, 1_000), reference, outcome, runId });
  return handler;
}

async function noteFailure(delivery: WaitingDelivery, error: unknown, { db, log }: ProcessorOptions): Promise<void> {
  const known = isPlumblineError(error);
  const code = known ? error.code : 'internal_server_error';
  const message = error instanceof Error ? error.message : String(error);
  // A body that is not understood will not be understood in a minute either.
  const final = (known && !error.retryable) || delivery.attempts + 1 >= maxAttempts;
  log.warn(
    { delivery: delivery.id, integration: delivery.integrationId, code, error: message, final },
    'delivery failed',
  );
  const retrySeconds = final ? null : backoffSeconds(delivery.attempts);
  await markFailed(db, delivery, {
    code,
    message: known ? message : 'Something went wrong inside Plumbline.',
    retrySeconds,
  });
}
