import type { z } from 'zod';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { type Actor, type AuditObject, audit } from '../../access/index.ts';
import type { ChangeWebhookRequest, CreateWebhookRequest } from './contract.ts';
import { openSecret, sealSecret } from './secrets.ts';
import { newSecret } from './signature.ts';
import {
  deleteEndpoint,
  disableEndpoint,
  type EndpointRow,
  enableEndpoint,
  findEndpoint,
  insertEndpoint,
  nextEndpointId,
  replaceSecret,
  updateEndpoint,
} from './store.ts';

/** For so long the secret before a rotation signs too. */
const previousHours = 24;

interface Keeping {
  db: Database;
  vault: Vault;
}

/** Throws `webhook_endpoint_not_found`. */
export async function requireEndpoint(db: Queryable, id: number): Promise<EndpointRow> {
  const row = await findEndpoint(db, id);
  if (row === undefined) throw new PlumblineError('webhook_endpoint_not_found');
  return row;
}

// The path may be the only secret of somebody's address: the trail names the host.
const objectOf = (row: Pick<EndpointRow, 'id' | 'url'>): AuditObject => ({
  kind: 'outgoing_webhook',
  id: row.id,
  name: new URL(row.url).host,
});

export async function addEndpoint(
  { db, vault }: Keeping,
  actor: Actor,
  wanted: z.output<typeof CreateWebhookRequest>,
): Promise<{ row: EndpointRow; secret: string }> {
  const secret = newSecret();
  return db.transaction(async (tx) => {
    const id = await nextEndpointId(tx);
    const sealed = { secret: sealSecret(vault, id, 'secret', secret) };
    const events = [...new Set(wanted.events)];
    await insertEndpoint(tx, { ...wanted, events, id, sealed, createdBy: actor.name });
    await audit(tx, actor, 'outgoing_webhook.created', objectOf({ id, url: wanted.url }), { events });
    return { row: await requireEndpoint(tx, id), secret };
  });
}

export async function changeEndpoint(
  { db }: Keeping,
  actor: Actor,
  id: number,
  change: z.output<typeof ChangeWebhookRequest>,
): Promise<EndpointRow> {
  return db.transaction(async (tx) => {
    const before = await requireEndpoint(tx, id);
    const next = {
      id,
      url: change.url ?? before.url,
      description: change.description ?? before.description,
      events: change.events === undefined ? before.events : [...new Set(change.events)],
    };
    await updateEndpoint(tx, next);
    if (change.enabled === true && before.disabledAt !== null) await enableEndpoint(tx, id);
    if (change.enabled === false) await disableEndpoint(tx, id, 'by_person');
    const details = {
      changes: Object.keys(change),
      events: next.events,
      ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
    };
    await audit(tx, actor, 'outgoing_webhook.changed', objectOf(next), details);
    return requireEndpoint(tx, id);
  });
}

/** A new secret; the one before it signs too for a day, so that receivers can change over without losing anything. */
export async function rotateSecret(
  { db, vault }: Keeping,
  actor: Actor,
  id: number,
): Promise<{ row: EndpointRow; secret: string }> {
  const secret = newSecret();
  return db.transaction(async (tx) => {
    const before = await requireEndpoint(tx, id);
    const sealed = {
      secret: sealSecret(vault, id, 'secret', secret),
      previous: sealSecret(vault, id, 'previous', openSecret(vault, before)),
    };
    await replaceSecret(tx, id, sealed, previousHours);
    await audit(tx, actor, 'outgoing_webhook.secret_rotated', objectOf(before));
    return { row: await requireEndpoint(tx, id), secret };
  });
}

export async function removeEndpoint({ db }: Keeping, actor: Actor, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await requireEndpoint(tx, id);
    await deleteEndpoint(tx, id);
    await audit(tx, actor, 'outgoing_webhook.deleted', objectOf(row));
  });
}
