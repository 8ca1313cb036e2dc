import type { WebhookPlace, WebhookScope } from '../../../connectors/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { WantWebhookRequest } from '../contract.ts';
import { hookUrl, newSecret, rotationHours } from '../model.ts';
import type { InboxRoom } from '../room.ts';
import { handedOutSecrets, insertSecret, retireSecrets } from '../store/secrets.ts';
import {
  listWebhooks,
  lockOwnWebhooks,
  signWith,
  retireSuperseded,
  supersedeOthers,
  unwantAll,
  wantWebhook,
} from '../store/webhooks.ts';
import { followsOne } from './companions.ts';
import { reconcile, requireReachable, withServer } from './reconcile.ts';

/**
 * Sets up the webhooks a person asked for, and once they work removes those that are not asked for any more. What the
 * server refuses is noted at the webhook, and those before stay. Throws `webhooks_not_supported`, `webhook_address_unreachable`; then nothing was changed.
 */
export async function setUpWebhooks(
  room: InboxRoom,
  call: { actor: Actor; signal: AbortSignal },
  integrationId: number,
  wanted: WantWebhookRequest,
): Promise<void> {
  const source = await room.sources.find(String(integrationId));
  const { scopes } = room.connectors.get(source.kind)?.ownWebhooks ?? {};
  if (scopes === undefined) throw new PlumblineError('webhooks_not_supported');
  requireReachable(room.publicUrl(), source);
  const targets = wanted.scope === 'available' ? await availablePlaces(room, call, integrationId) : placesOf(wanted);
  requireKnown(scopes, targets);
  await room.db.transaction(async (tx) => {
    await lockOwnWebhooks(tx, integrationId);
    const present = await listWebhooks(tx, integrationId);
    const kept = present.filter((row) => targets.some((target) => samePlace(row, target)) || followsOne(row, targets));
    const secretId =
      present.find((row) => row.wanted)?.secretId ??
      (await insertSecret(tx, room.vault, { integrationId, adapter: '', purpose: 'own', secret: newSecret() }));
    await supersedeOthers(
      tx,
      integrationId,
      kept.map((row) => row.id),
    );
    for (const target of targets) await wantWebhook(tx, { integrationId, ...target, secretId });
    await audit(tx, call.actor, 'webhook.set_up', object(source), { targets: targets.map((place) => ({ ...place })) });
  });
  await reconcileAll(room, integrationId, call.signal);
}

/** A new secret for all webhooks of an integration; the old one counts for an hour more. Throws `webhook_not_set_up`. */
export async function rotateSecret(
  room: InboxRoom,
  call: { actor: Actor; signal: AbortSignal },
  integrationId: number,
): Promise<void> {
  const source = await room.sources.find(String(integrationId));
  await room.db.transaction(async (tx) => {
    await lockOwnWebhooks(tx, integrationId);
    if (!(await listWebhooks(tx, integrationId)).some((row) => row.wanted)) {
      throw new PlumblineError('webhook_not_set_up');
    }
    const secret = { integrationId, adapter: '', purpose: 'own' as const, secret: newSecret() };
    await signWith(tx, integrationId, await insertSecret(tx, room.vault, secret));
    await audit(tx, call.actor, 'webhook.rotated', object(source), {});
  });
  await reconcileAll(room, integrationId, call.signal);
}

export async function removeWebhooks(
  room: InboxRoom,
  call: { actor: Actor; signal: AbortSignal },
  integrationId: number,
): Promise<void> {
  const source = await room.sources.find(String(integrationId));
  await room.db.transaction(async (tx) => {
    await unwantAll(tx, integrationId);
    await audit(tx, call.actor, 'webhook.removed', object(source), {});
  });
  await reconcileAll(room, integrationId, call.signal);
}

/** One after the other: a server with ten webhooks needs no haste. Refusals are noted at each, not thrown. */
export async function reconcileAll(room: InboxRoom, integrationId: number, signal: AbortSignal): Promise<void> {
  await reconcileEach(room, integrationId, signal);
  // What goes because something else works now.
  if (await retireSuperseded(room.db, integrationId)) await reconcileEach(room, integrationId, signal);
}

async function reconcileEach(room: InboxRoom, integrationId: number, signal: AbortSignal): Promise<void> {
  for (const { id, superseded } of await listWebhooks(room.db, integrationId)) {
    if (superseded) continue;
    await reconcile(room, id, signal).catch((error: Error) =>
      room.log.warn({ integrationId, webhook: id, error: error.message }, 'webhook could not be changed on the server'),
    );
  }
}

/**
 * A secret for a webhook that a person sets up by hand; the one before counts for an hour more. It is shown this once,
 * since a person must enter it there.
 */
export async function handOutSecret(
  room: InboxRoom,
  actor: Actor,
  { integrationId, adapter }: { integrationId: number; adapter: string },
): Promise<{ url: string; secret: string }> {
  const source = await room.sources.find(String(integrationId));
  const found = room.connectors.get(source.kind)?.webhooks?.find((each) => each.name === adapter);
  if (found === undefined) throw new PlumblineError('webhooks_not_supported');
  const secret = newSecret();
  await room.db.transaction(async (tx) => {
    await retireSecrets(tx, await handedOutSecrets(tx, integrationId, adapter), rotationHours);
    await insertSecret(tx, room.vault, { integrationId, adapter, purpose: 'handed_out', secret });
    await audit(tx, actor, 'webhook.secret_handed_out', object(source), { adapter });
  });
  return { url: hookUrl(room.publicUrl(), { kind: source.kind, integrationId, adapter }), secret };
}

const object = ({ id, name }: { id: number; name: string }) => ({ kind: 'integration', id, name });

/** Throws what the server refused where it allows no place at all. */
async function availablePlaces(
  room: InboxRoom,
  { signal }: { signal: AbortSignal },
  integrationId: number,
): Promise<WebhookPlace[]> {
  const { places, refusal } = await withServer(room, integrationId, signal, ({ ownWebhooks, context }) =>
    ownWebhooks.reach(context),
  );
  if (places.length === 0) throw refusal ?? new PlumblineError('no_resources');
  return [...places];
}

/** Throws `webhooks_not_supported` where the kind has no such places. */
function requireKnown(scopes: readonly WebhookScope[], targets: readonly WebhookPlace[]): void {
  const strange = targets.find(({ scope }) => !scopes.some(({ name }) => name === scope));
  if (strange === undefined) return;
  throw new PlumblineError('webhooks_not_supported', {
    message: `The server has no webhooks of this kind (${strange.scope}); it has those of ${scopes.map(({ name }) => name).join(' and ')}.`,
  });
}

type NamedPlaces = Exclude<WantWebhookRequest, { scope: 'available' }>;

/** What a request names, in the words of the kinds there are. */
function placesOf(wanted: NamedPlaces): WebhookPlace[] {
  switch (wanted.scope) {
    case 'global':
      return [{ scope: 'global', target: '', within: null }];
    case 'organization':
      return [{ scope: 'organization', target: wanted.organization, within: null }];
    case 'projects':
      return [...new Set(wanted.projects)].map((target) => ({
        scope: 'project',
        target,
        within: wanted.organization ?? null,
      }));
    case 'repositories':
      return [...new Set(wanted.repositories)].map((target) => ({ scope: 'repository', target, within: null }));
    default:
      return wanted satisfies never;
  }
}

const samePlace = (a: WebhookPlace, b: WebhookPlace): boolean => a.scope === b.scope && a.target === b.target;
