import type { Choices, Connector } from '../../connectors/contract.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Actor } from '../access/index.ts';
import { connected } from './connecting.ts';
import type { ChoiceRequest, StoredChoiceRequest } from './contract.ts';
import { type Declared, type Fields, parseSecrets, parseSettings } from './model.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting, requireWithinReach } from './room.ts';
import { requireCredential } from './saving.ts';
import { changedRoute, refuseRoute } from './secret-route.ts';
import { openSecrets } from './secrets.ts';

/** Somebody types and waits. */
const timeoutMs = 20_000;

interface Call {
  actor: Actor;
  signal: AbortSignal;
}

/** What a setting can be chosen from, asked with what a person has entered so far. */
export function listChoices(room: Room, { signal }: Call, body: ChoiceRequest): Promise<Choices> {
  const connector = requireConnector(room, body.kind);
  const declared = {
    settings: parseSettings(connector, withoutField(body.settings, body.field)),
    secrets: parseSecrets(connector, body.secrets),
  };
  return ask(room, connector, declared, { ...body, signal });
}

/**
 * The same with what is stored. Other settings may be given for as long as the stored secret travels the way it was entered
 * for. Throws `secrets_required` where it would not.
 */
export async function listStoredChoices(
  room: Room,
  { actor, signal }: Call,
  nameOrId: string,
  body: StoredChoiceRequest,
): Promise<Choices> {
  const row = await requireIntegration(room.db, nameOrId);
  requireNotDeleting(row);
  requireWithinReach(row);
  const connector = requireConnector(room, row.kind);
  const settings =
    body.settings === undefined ? row.settings : parseSettings(connector, withoutField(body.settings, body.field));
  const asked = { ...body, signal };
  if (body.secrets !== undefined) {
    return ask(room, connector, { settings, secrets: parseSecrets(connector, body.secrets) }, asked);
  }
  const route = changedRoute(connector, row.settings, settings);
  if (route.length > 0) return refuseRoute(room.db, actor, row, route);
  const credential = await requireCredential(room, row.id);
  return ask(room, connector, { settings, secrets: openSecrets(room.vault, credential) }, asked);
}

/** What is being chosen may be half typed. */
function withoutField(settings: Fields, field: string): Fields {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== field));
}

async function ask(
  { checking }: Room,
  connector: Connector,
  declared: Declared,
  { field, text, signal }: { field: string; text: string; signal: AbortSignal },
): Promise<Choices> {
  const choose = connector.choices?.[field];
  if (choose === undefined) {
    throw new PlumblineError('invalid_request', { message: `There is no list to choose settings.${field} from.` });
  }
  const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    return await connected(checking, { connector, declared, signal: both }, (context) => choose(context, text.trim()));
  } catch (error) {
    if (!isPlumblineError(error) && both.aborted && !signal.aborted)
      throw new PlumblineError('timeout', { cause: error });
    throw error;
  }
}
