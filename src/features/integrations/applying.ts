import { PlumblineError } from '../../platform/errors/index.ts';
import { parseSecrets, parseSettings } from './model.ts';
import { changedRoute } from './secret-route.ts';
import { type Room, requireConnector, requireNotDeleting } from './room.ts';
import {
  type Call,
  changedFields,
  changeIntegration,
  createIntegration,
  refuseSecrets,
  type Saved,
  type Saving,
  uniqueTags,
  type WantedIntegration,
} from './saving.ts';
import { changedSecrets, openSecrets } from './secrets.ts';
import { wasRefused } from './credentials/model.ts';
import { listCredentials } from './store/credentials.ts';
import { findByName, type IntegrationRow } from './store/integrations.ts';

export interface Applied extends Saved {
  created: boolean;
  changes: string[];
}

export interface DryRun {
  row: IntegrationRow | null;
  created: boolean;
  changes: string[];
}

/** What applying would change. Throws `connector_unknown`, `invalid_request`, `integration_deleting`. */
export async function compareWanted(room: Room, wanted: WantedIntegration): Promise<DryRun> {
  const connector = requireConnector(room, wanted.kind);
  const settings = parseSettings(connector, wanted.settings);
  if (wanted.place === 'satellite') refuseSecrets(wanted.secrets);
  const secrets = wanted.place === 'satellite' ? {} : parseSecrets(connector, wanted.secrets);
  const row = await findByName(room.db, wanted.name);
  if (row === undefined) return { row: null, created: true, changes: [] };
  requireNotDeleting(row);
  if (row.kind !== wanted.kind) {
    throw new PlumblineError('integration_name_taken', {
      message: `“${row.name}” is an integration of kind ${row.kind}, not ${wanted.kind}.`,
    });
  }
  if (row.place !== (wanted.place ?? 'hub')) {
    throw new PlumblineError('invalid_request', {
      message: `“${row.name}” is read by ${row.place === 'hub' ? 'the hub' : 'a satellite'}, and stays so. Make another integration for the other place.`,
    });
  }
  // The file means the integration's own credential; others may have been added beside it.
  const [credential] = await listCredentials(room.db, [row.id]);
  // One that was refused is entered anew even when it is the same text: the person says that it is good.
  const stored = credential === undefined || wasRefused(credential) ? {} : openSecrets(room.vault, credential);
  const changes = changedFields(row, { ...wanted, settings, tags: uniqueTags(wanted.tags) });
  return {
    row,
    created: false,
    changes: [...changes, ...changedSecrets(stored, secrets).map((name) => `secrets.${name}`)],
  };
}

/** Brings an integration to the wanted state; applying the same twice changes nothing and asks nobody. */
export async function* applyIntegration(room: Room, call: Call, wanted: WantedIntegration): Saving<Applied> {
  const { row, created, changes } = await compareWanted(room, wanted);
  if (row === null) return { ...(yield* createIntegration(room, call, wanted)), created, changes };
  if (changes.length === 0) return { row, report: null, created, changes };
  const newSecrets = changes.some((name) => name.startsWith('secrets.'));
  const { tags, settings, syncIntervalSeconds } = wanted;
  const connector = requireConnector(room, wanted.kind);
  const newRoute = changedRoute(connector, row.settings, parseSettings(connector, settings)).length > 0;
  const secrets = newSecrets || newRoute ? { secrets: wanted.secrets } : {};
  const saved = yield* changeIntegration(room, call, String(row.id), {
    tags,
    settings,
    syncIntervalSeconds,
    ...secrets,
  });
  return { ...saved, created, changes };
}
