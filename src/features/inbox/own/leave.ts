import type { WebhookScope } from '../../../connectors/contract.ts';
import type { LeftBehind } from '../../integrations/integration-data.ts';
import { hookUrl } from '../model.ts';
import type { InboxRoom } from '../room.ts';
import { listSecrets } from '../store/secrets.ts';
import { listWebhooks, unwantAll, type WebhookRow } from '../store/webhooks.ts';
import { reconcileAll } from './manage.ts';

/**
 * Takes the hub's own webhooks back from the server, and says which stay there: those that the server would not remove,
 * and those that people made by hand, which only people can remove. Never throws.
 */
export async function leaveServer(
  room: InboxRoom,
  { id, signal }: { id: number; signal: AbortSignal },
): Promise<LeftBehind[]> {
  const own = await takeBack(room, id, signal);
  const byHand = (await listSecrets(room.db, id)).filter(({ purpose }) => purpose === 'handed_out');
  const kind = await kindOf(room, id);
  return [
    ...own,
    ...[...new Set(byHand.map(({ adapter }) => adapter))].map(
      (adapter): LeftBehind => ({
        what: 'The webhook that was set up by hand',
        address: kind === undefined ? null : hookUrl(room.publicUrl(), { kind, integrationId: id, adapter }),
        reason: null,
        remedy: 'Remove it where it was made: only whoever made it there can.',
      }),
    ),
  ];
}

async function takeBack(room: InboxRoom, id: number, signal: AbortSignal): Promise<LeftBehind[]> {
  try {
    await unwantAll(room.db, id);
    await reconcileAll(room, id, signal);
  } catch (error) {
    room.log.warn(
      { integrationId: id, error: (error as Error).message },
      'webhooks could not be removed from the server',
    );
  }
  // Whatever the hub still remembers was not seen to go.
  const kind = await kindOf(room, id);
  const scopes = room.connectors.get(kind ?? '')?.ownWebhooks?.scopes ?? [];
  return (await listWebhooks(room.db, id)).map((row) => {
    const scope = scopes.find(({ name }) => name === row.scope);
    const place = scope?.words(row.target) ?? row.target;
    return {
      what: `Webhook ${row.appliedName === null ? '' : `“${row.appliedName}” `}${place}`,
      address: row.appliedUrl,
      reason: reasonOf(row),
      remedy: removalOf(row, scope),
    };
  });
}

function reasonOf({ errorCode, errorMessage, errorUpstream }: WebhookRow): LeftBehind['reason'] {
  if (errorCode === null) return null;
  return { code: errorCode, message: errorMessage ?? '', upstream: errorUpstream };
}

/** Where a person with the permission finds it. */
function removalOf({ target, errorCode }: WebhookRow, scope: WebhookScope | undefined): string {
  const why = errorCode === 'invalid_permissions' || errorCode === 'invalid_credentials' ? 'The token may not. ' : '';
  if (scope === undefined) return `${why}Somebody who may removes it on the server: the entry with this address.`;
  return `${why}Somebody with ${scope.permission} removes it on the server: ${scope.path(target)}, the entry with this address.`;
}

async function kindOf(room: InboxRoom, id: number): Promise<string | undefined> {
  return room.sources.find(String(id)).then(
    ({ kind }) => kind,
    () => undefined,
  );
}
