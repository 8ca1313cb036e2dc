import type { OwnWebhook, OwnWebhooks } from '../../../connectors/contract.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { Connection, SourceSummary } from '../../integrations/index.ts';
import { backoffSeconds, hookUrl, rotationHours, serverReaches } from '../model.ts';
import type { InboxRoom } from '../room.ts';
import { openSecret, retireSecrets } from '../store/secrets.ts';
import {
  noteApplied,
  noteFailure,
  noteRemoved,
  placeOf,
  release,
  takeWebhook,
  unusedSecrets,
  type WebhookRow,
} from '../store/webhooks.ts';

/**
 * Makes the server's webhook what is wanted: created, updated or removed. What is there already is found by its key or
 * our address, so a process that was killed between the server's answer and our note leaves no second webhook. Throws
 * what the server refused, after noting it; `webhook_in_work` when another process is at it.
 */
export async function reconcile(room: InboxRoom, id: number, signal: AbortSignal): Promise<void> {
  const row = await takeWebhook(room.db, id);
  if (row === undefined) throw new PlumblineError('webhook_in_work');
  try {
    await withServer(room, row.integrationId, signal, (server) => bringAbout(room, row, server));
  } catch (error) {
    if (!isPlumblineError(error)) {
      await release(room.db, id);
      throw error;
    }
    await noteFailure(room.db, id, error, backoffSeconds(row.attempts));
    throw error;
  }
}

export interface OpenServer extends Connection {
  integration: SourceSummary;
  ownWebhooks: OwnWebhooks<unknown, unknown>;
}

/** Opens an integration for calls of its own; throws `webhooks_not_supported` for a kind that has none. */
export async function withServer<T>(
  room: InboxRoom,
  integrationId: number,
  signal: AbortSignal,
  work: (server: OpenServer) => Promise<T>,
): Promise<T> {
  return room.connect(integrationId, signal, async (connection) => {
    const { ownWebhooks } = connection.connector;
    if (ownWebhooks === undefined) throw new PlumblineError('webhooks_not_supported');
    return work({ ...connection, ownWebhooks });
  });
}

async function bringAbout(room: InboxRoom, row: WebhookRow, server: OpenServer): Promise<void> {
  if ((await room.held?.()) === true) throw new PlumblineError('installation_held');
  const { ownWebhooks, context, integration } = server;
  const url = hookUrl(room.publicUrl(), { kind: integration.kind, integrationId: row.integrationId });
  const present = await findPresent(row, url, server);
  if (!row.wanted) {
    if (present !== undefined) await ownWebhooks.delete(context, present.key);
    await room.db.transaction(async (tx) => {
      await noteRemoved(tx, row.id);
      await retireSecrets(tx, await unusedSecrets(tx, row.integrationId), rotationHours);
    });
    return;
  }
  requireReachable(room.publicUrl(), integration);
  const secret = await openSecret(room.db, room.vault, row.secretId);
  const told = { name: integration.name, url, secret };
  const key = present?.key ?? (await ownWebhooks.create(context, { place: placeOf(row), ...told })).key;
  if (present !== undefined) await ownWebhooks.update(context, { key, ...told });
  await room.db.transaction(async (tx) => {
    await noteApplied(tx, row.id, { remoteKey: key, name: integration.name, url, secretId: row.secretId });
    await retireSecrets(tx, await unusedSecrets(tx, row.integrationId), rotationHours);
  });
}

/** Throws `webhook_address_unreachable` while the server could not reach the hub. */
export function requireReachable(publicUrl: URL, { hostKey }: Pick<SourceSummary, 'hostKey'>): void {
  if (serverReaches(publicUrl, new URL(hostKey))) return;
  throw new PlumblineError('webhook_address_unreachable', {
    message: `The hub’s public address ${publicUrl.href} is loopback: ${hostKey} could not reach it.`,
  });
}

/** Ours on the server, whatever we remember of it: names need not be unique, addresses of ours are. */
async function findPresent(
  row: WebhookRow,
  url: string,
  { ownWebhooks, context }: OpenServer,
): Promise<OwnWebhook | undefined> {
  const listed = await ownWebhooks.list(context, placeOf(row));
  return (
    listed.find((webhook) => webhook.key === row.remoteKey) ??
    listed.find((webhook) => webhook.url === url || webhook.url === row.appliedUrl)
  );
}
