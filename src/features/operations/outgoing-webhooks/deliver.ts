import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../platform/database/index.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { audit } from '../../access/index.ts';
import type { Connecting } from '../../integrations/index.ts';
import { liveSecrets } from './secrets.ts';
import { retryDelaySeconds } from './retrying.ts';
import { signedHeaders } from './signature.ts';
import {
  type AttemptOutcome,
  type DeliveryRow,
  disableEndpoint,
  type EndpointRow,
  findDelivery,
  findEndpoint,
  noteEndpointFails,
  noteEndpointWorks,
  storeArrival,
  storeFailure,
  takeDelivery,
} from './store.ts';

export interface DeliveryOptions {
  db: Database;
  vault: Vault;
  log: Log;
  connectTo: Connecting['connectTo'];
  now(): Date;
  random(): number;
  /** True while nothing may be sent: the installation this is a copy of sends it. */
  held?(): Promise<boolean>;
}

/** What is sent; the same bytes for every delivery of an event. */
export function bodyOf(row: Pick<DeliveryRow, 'eventId' | 'type' | 'sequence' | 'occurredAt' | 'data'>): string {
  return JSON.stringify({
    id: row.eventId,
    type: row.type,
    sequence: row.sequence,
    occurred_at: row.occurredAt.toISOString(),
    data: row.data,
  });
}

/**
 * Makes one attempt at a delivery that was taken, and stores how it ended. An attempt that is killed leaves the delivery
 * taken; it is made again when the lease ends, so a receiver may get an event twice and never not at all.
 */
export async function attemptDelivery(
  options: DeliveryOptions,
  held: { id: number; attempts: number },
  signal: AbortSignal,
): Promise<void> {
  const { db } = options;
  const delivery = await findDelivery(db, held.id);
  const endpoint = delivery === undefined ? undefined : await findEndpoint(db, delivery.endpointId);
  if (delivery === undefined || endpoint === undefined) return;
  const outcome = await send(options, { delivery, endpoint, signal });
  if (outcome.code === null) {
    if (await storeArrival(db, held.id, held.attempts, outcome)) await noteEndpointWorks(db, endpoint.id);
    return;
  }
  // A process that is stopping did not find out anything about the endpoint: the lease ends by itself.
  if (signal.aborted) return;
  await storeFailed(options, { held, endpoint, outcome });
}

interface Sending {
  delivery: DeliveryRow;
  endpoint: EndpointRow;
  signal: AbortSignal;
}

const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024;
const maxAnswerText = 300;

async function send(options: DeliveryOptions, { delivery, endpoint, signal }: Sending): Promise<AttemptOutcome> {
  const url = new URL(endpoint.url);
  const body = bodyOf(delivery);
  const signed = signedHeaders({ id: delivery.eventId, body, at: options.now() }, liveSecrets(options, endpoint));
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  const headers = { 'content-type': 'application/json', ...signed };
  try {
    const { status, text } = await options.connectTo(url, signal, async (http) => {
      const request = { method: 'POST' as const, url, headers, body, signal, timeoutMs, maxBytes: maxAnswerBytes };
      const response = await http.request(request);
      return { status: response.status, text: await response.text().catch(() => '') };
    });
    if (status >= 200 && status < 300) return { status, code: null, answer: null, durationMs: took() };
    const code = status === 410 ? 'webhook_endpoint_gone' : 'webhook_refused';
    const answer = text.slice(0, maxAnswerText).toWellFormed().replaceAll('\0', '');
    return { status, code, answer, durationMs: took() };
  } catch (error) {
    const code = isPlumblineError(error) ? error.code : 'internal_server_error';
    if (!isPlumblineError(error) && !signal.aborted)
      options.log.error({ endpoint: endpoint.id, error: String(error) }, 'a webhook could not be sent');
    return { status: null, code, answer: isPlumblineError(error) ? error.message : null, durationMs: took() };
  }
}

interface Failed {
  held: { id: number; attempts: number };
  endpoint: EndpointRow;
  outcome: AttemptOutcome;
}

async function storeFailed({ db, log, random }: DeliveryOptions, { held, endpoint, outcome }: Failed): Promise<void> {
  const delaySeconds = retryDelaySeconds(held.attempts, random());
  await db.transaction(async (tx) => {
    const stored = await storeFailure(tx, held.id, held.attempts, { ...outcome, delaySeconds });
    // A person's own try says nothing about the deliveries that are retried.
    if (stored === undefined || stored.single) return;
    const long = await noteEndpointFails(tx, endpoint.id);
    const gone = outcome.code === 'webhook_endpoint_gone';
    if (!gone && !(long && stored.state === 'failed')) return;
    if (!(await disableEndpoint(tx, endpoint.id, outcome.code ?? 'webhook_refused'))) return;
    const object = { kind: 'outgoing_webhook', id: endpoint.id, name: new URL(endpoint.url).host };
    const details = { code: outcome.code, status: outcome.status };
    await audit(tx, { kind: 'system', name: 'outgoing webhooks' }, 'outgoing_webhook.disabled', object, details);
    log.warn({ endpoint: endpoint.id, code: outcome.code }, 'an outgoing webhook was switched off');
  });
}

/** Attempts under way at once in this process. */
const concurrency = 4;
const pollMs = 1_000;

/** Sends what is due until stopped. Any number of processes may. */
export function startSending(options: DeliveryOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const sent = await sendNext(options, signal).catch((error: Error) => {
        options.log.warn({ error: error.message }, 'outgoing webhooks could not be sent, trying again');
        return false;
      });
      if (!sent) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const loops = Array.from({ length: concurrency }, loop);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function sendNext(options: DeliveryOptions, signal: AbortSignal): Promise<boolean> {
  if ((await options.held?.()) === true) return false;
  const held = await takeDelivery(options.db);
  if (held === undefined) return false;
  await attemptDelivery(options, held, signal);
  return true;
}
