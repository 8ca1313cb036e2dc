import type { SentDelivery } from '../../../connectors/contract.ts';
import { keptDays, repetitionKey } from '../model.ts';
import type { InboxRoom } from '../room.ts';
import { findByKey, findByReference, insertDeliveries } from '../store/deliveries.ts';
import { type Found, knownSent, noteSent } from '../store/sent.ts';
import { forgetApplied, listWebhooks, noteCompared, placeOf, type WebhookRow } from '../store/webhooks.ts';
import { type OpenServer, withServer } from './reconcile.ts';

/** Bodies fetched at most per comparison: after a long outage the rest comes with the next ones. */
const maxFetched = 200;
const maxListed = 1_000;
const dayMs = 86_400_000;
/** The server's clock may differ from ours, and a delivery under way is listed only when it has ended. */
const overlapMs = 3_600_000;

/**
 * Compares what the server says it sent with what arrived, and takes in what is missing as if it had been delivered.
 * Returns how many were recovered. A webhook that somebody removed on the server is noted, to be set up again.
 */
export async function catchUp(room: InboxRoom, integrationId: number, signal: AbortSignal): Promise<number> {
  const rows = (await listWebhooks(room.db, integrationId)).filter((row) => row.wanted && row.remoteKey !== null);
  if (rows.length === 0) return 0;
  return withServer(room, integrationId, signal, async (server) => {
    let recovered = 0;
    for (const row of rows) recovered += await compare(room, row, server);
    return recovered;
  });
}

async function compare(room: InboxRoom, row: WebhookRow, server: OpenServer): Promise<number> {
  const sent = await readSent(room, row, server);
  if (sent === undefined) return lookAfter(room, row, server);
  // Of a webhook that somebody removed the server says the same as of one that sent nothing.
  if (sent.length === 0 && !(await isThere(row, server))) {
    await forgetApplied(room.db, row.id);
    return 0;
  }
  const known = await knownSent(room.db, row.id);
  const open = sent.filter((delivery) => !known.has(delivery.id));
  let fetched = 0;
  let recovered = 0;
  // Oldest first, so that what is left for the next time is the newest.
  for (const delivery of open.toReversed()) {
    const byReference = await findReferenced(room, row, delivery);
    if (byReference === undefined && fetched >= maxFetched) break;
    if (byReference === undefined) fetched++;
    const result =
      byReference === undefined
        ? await recover(room, row, delivery, server)
        : { found: 'received' as const, deliveryId: byReference };
    await noteSent(room.db, row.id, delivery, result);
    if (result.found === 'recovered') recovered++;
  }
  await noteCompared(room.db, row.id);
  return recovered;
}

/** Where the server keeps no list of what it sent, all that is seen is whether the webhook is still there: once a day. */
async function lookAfter(room: InboxRoom, row: WebhookRow, server: OpenServer): Promise<number> {
  if (row.comparedAt !== null && room.now().getTime() - row.comparedAt.getTime() < dayMs) return 0;
  if (await isThere(row, server)) await noteCompared(room.db, row.id);
  else await forgetApplied(room.db, row.id);
  return 0;
}

/** Undefined where the server keeps no such list. */
async function readSent(
  room: InboxRoom,
  row: WebhookRow,
  { ownWebhooks, context }: OpenServer,
): Promise<SentDelivery[] | undefined> {
  if (ownWebhooks.sentDeliveries === undefined) return undefined;
  const oldest = Math.max(room.now().getTime() - (keptDays - 1) * dayMs, row.createdAt.getTime() - overlapMs);
  const from = row.comparedAt === null ? oldest : Math.max(oldest, row.comparedAt.getTime() - overlapMs);
  const key = row.remoteKey as string;
  return ownWebhooks.sentDeliveries(context, { key, since: new Date(from), limit: maxListed });
}

async function isThere(row: WebhookRow, { ownWebhooks, context }: OpenServer): Promise<boolean> {
  const listed = await ownWebhooks.list(context, placeOf(row));
  return listed.some(({ key, switchedOff }) => key === row.remoteKey && switchedOff !== true);
}

async function findReferenced(room: InboxRoom, row: WebhookRow, sent: SentDelivery): Promise<number | undefined> {
  if (sent.reference === null) return undefined;
  return (await findByReference(room.db, row.integrationId, sent.reference))?.id;
}

/** By its body: one that arrived and is not processed yet, or names no task, is known by nothing else. */
async function recover(
  room: InboxRoom,
  row: WebhookRow,
  sent: SentDelivery,
  { ownWebhooks, context, connector }: OpenServer,
): Promise<{ found: Found; deliveryId: number | null }> {
  const adapter = connector.webhooks?.find((each) => each.name === '');
  const payload = (await ownWebhooks.sentPayload?.(context, sent.id)) ?? null;
  if (payload === null || adapter === undefined) return { found: 'missing', deliveryId: null };
  const body = Buffer.from(payload, 'utf8');
  const key = repetitionKey(adapter, { pathKey: null, headers: {}, body });
  const place = { integrationId: row.integrationId, adapter: adapter.name, key };
  const present = await findByKey(room.db, place);
  if (present !== undefined) return { found: 'received', deliveryId: present.id };
  await insertDeliveries(room.db, [{ ...place, headers: {}, body }], 'recovered');
  return { found: 'recovered', deliveryId: (await findByKey(room.db, place))?.id ?? null };
}
