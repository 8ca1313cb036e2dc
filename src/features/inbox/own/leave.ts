import type { LeftBehind } from '../../integrations/owner.ts';
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
  return (await listWebhooks(room.db, id)).map((row) => ({
    what: `Webhook ${row.appliedName === null ? '' : `“${row.appliedName}” `}${placeWords(row)}`,
    address: row.appliedUrl,
    reason: reasonOf(row),
    remedy: removalOf(row),
  }));
}

function reasonOf({ errorCode, errorMessage, errorUpstream }: WebhookRow): LeftBehind['reason'] {
  if (errorCode === null) return null;
  return { code: errorCode, message: errorMessage ?? '', upstream: errorUpstream };
}

function placeWords({ scope, target }: WebhookRow): string {
  if (scope === 'global') return 'for every project';
  return scope === 'project' ? `of project ${target}` : `of organization ${target}`;
}

/** Where a person with the permission finds it. */
function removalOf({ scope, target, errorCode }: WebhookRow): string {
  const place = {
    global: 'Administration → Configuration → Webhooks',
    project: `${target} → Project settings → Webhooks`,
    organization: `${target} → Administration → Webhooks`,
  }[scope];
  const who = { global: 'Administer System', project: 'Administer on the project', organization: 'Administer' }[scope];
  const why = errorCode === 'invalid_permissions' || errorCode === 'invalid_credentials' ? 'The token may not. ' : '';
  return `${why}Somebody with ${who} removes it on the server: ${place}, the entry with this address.`;
}

async function kindOf(room: InboxRoom, id: number): Promise<string | undefined> {
  return room.sources.find(String(id)).then(
    ({ kind }) => kind,
    () => undefined,
  );
}
