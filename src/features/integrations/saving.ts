import { isDeepStrictEqual } from 'node:util';
import type { CheckReport, CheckResult, Connector } from '../../connectors/contract.ts';
import type { Tx } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type Actor, audit } from '../access/index.ts';
import { runChecks } from './checking.ts';
import { type Declared, type Fields, parseSecrets, parseSettings, requireSaveAllowed, textFact } from './model.ts';
import { changedRoute, refuseRoute } from './secret-route.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting } from './room.ts';
import { chooseCredential, defaultLabel } from './credentials/model.ts';
import { compareReach } from './credentials/reach.ts';
import { insertSecrets, openSecrets, replaceSecrets } from './secrets.ts';
import { type CredentialRow, disableCredential, listCredentials, lockCredentials } from './store/credentials.ts';
import {
  findByName,
  type IntegrationRow,
  insertIntegration,
  lockById,
  type NewIntegration,
  saveReport,
  updateDeclared,
} from './store/integrations.ts';

export interface Saved {
  row: IntegrationRow;
  /** null when nothing had to be validated. */
  report: CheckReport | null;
}

/** Yields each check as it ends; what it returns has been saved. */
export type Saving<Result = Saved> = AsyncGenerator<CheckResult, Result>;

export interface Call {
  actor: Actor;
  signal: AbortSignal;
}

export interface WantedIntegration extends NewIntegration {
  secrets: Fields;
}

/**
 * Validates and saves a new integration. Throws `integration_name_taken`, `integration_deleting`, `connector_unknown`,
 * `invalid_request`, or the code of the first failed check that forbids saving.
 */
export async function* createIntegration(room: Room, call: Call, wanted: WantedIntegration): Saving {
  const connector = requireConnector(room, wanted.kind);
  if (wanted.place === 'satellite') return { row: await createPending(room, call, connector, wanted), report: null };
  const declared = {
    settings: parseSettings(connector, wanted.settings),
    secrets: parseSecrets(connector, wanted.secrets),
  };
  refuseTaken(await findByName(room.db, wanted.name));
  const report = yield* runChecks(room.checking, connector, declared, fresh(call));
  requireSaveAllowed(report);
  const tags = uniqueTags(wanted.tags);
  const row = await room.db.transaction(async (tx) => {
    const inserted = await insertIntegration(tx, { ...wanted, settings: declared.settings, tags });
    if (inserted === undefined) throw new PlumblineError('integration_name_taken');
    const entry = { label: defaultLabel, secrets: declared.secrets, facts: report.facts, expirationDate: null };
    await insertSecrets(tx, room.vault, inserted.id, entry);
    const object = { kind: 'integration', id: inserted.id, name: inserted.name };
    const details = { connector: inserted.kind, settings: declared.settings, warnings: warnings(report) };
    await audit(tx, call.actor, 'integration.created', object, details);
    await room.changed(tx, inserted.id);
    return saveReport(tx, inserted.id, report, identity(report, true));
  });
  return { row, report };
}

/**
 * One that a satellite will read: nothing is checked before a satellite does. Its secrets stay in the satellite's file.
 */
async function createPending(
  room: Room,
  call: Call,
  connector: Connector,
  wanted: WantedIntegration,
): Promise<IntegrationRow> {
  refuseSecrets(wanted.secrets);
  const settings = parseSettings(connector, wanted.settings);
  refuseTaken(await findByName(room.db, wanted.name));
  return room.db.transaction(async (tx) => {
    const row = await insertIntegration(tx, { ...wanted, settings, tags: uniqueTags(wanted.tags) });
    if (row === undefined) throw new PlumblineError('integration_name_taken');
    const object = { kind: 'integration', id: row.id, name: row.name };
    await audit(tx, call.actor, 'integration.created', object, { connector: row.kind, settings, place: row.place });
    await room.changed(tx, row.id);
    return row;
  });
}

/** The hub takes none for what a satellite reads: what it does not have, nobody can take from it. */
export function refuseSecrets(secrets: Fields | undefined): void {
  if (secrets === undefined || Object.values(secrets).every((value) => value === '' || value === null)) return;
  throw new PlumblineError('secrets_stay_in_satellite');
}

export interface IntegrationChange {
  name?: string | undefined;
  tags?: readonly string[] | undefined;
  settings?: Fields | undefined;
  secrets?: Fields | undefined;
  syncIntervalSeconds?: number | undefined;
  /** Shown name of the new secrets. */
  label?: string | undefined;
}

/**
 * Changes an integration; validates again when settings or secrets change. Throws as `createIntegration` does, and
 * `secrets_required` when they would travel another way, `integration_changed` when it was changed meanwhile.
 */
export async function* changeIntegration(room: Room, call: Call, nameOrId: string, change: IntegrationChange): Saving {
  const before = await requireIntegration(room.db, nameOrId);
  requireNotDeleting(before);
  const next = {
    name: change.name ?? before.name,
    tags: change.tags === undefined ? before.tags : uniqueTags(change.tags),
    settings: before.settings,
    syncIntervalSeconds: change.syncIntervalSeconds ?? before.syncIntervalSeconds,
  };
  if (next.name !== before.name) refuseTaken(await findByName(room.db, next.name));
  if (before.place !== 'hub') {
    refuseSecrets(change.secrets);
    const connector = requireConnector(room, before.kind);
    const settings = change.settings === undefined ? before.settings : parseSettings(connector, change.settings);
    return { row: await saveChange(room, call, before, { ...next, settings }, undefined), report: null };
  }
  const plan = await planValidation(room, call, before, change);
  if (plan === undefined) return { row: await saveChange(room, call, before, next, undefined), report: null };
  const { connector, declared, knownExpiry } = plan;
  const knownServerId = plan.newOrigin ? null : before.serverId;
  const known = { signal: call.signal, knownExpiry, knownServerId, integrationId: before.id };
  const checked = yield* runChecks(room.checking, connector, declared, known);
  const report = plan.replacesOldest
    ? yield* compareReach(checked, before, { others: plan.others, reach: connector.reach })
    : checked;
  requireSaveAllowed(report);
  const saved = { ...plan, report, label: change.label };
  return { row: await saveChange(room, call, before, { ...next, settings: declared.settings }, saved), report };
}

interface ValidationPlan {
  connector: Connector;
  declared: Declared;
  /** Set when the stored secrets stay in use. */
  knownExpiry: Date | null;
  newSecrets: boolean;
  newOrigin: boolean;
  /** The secrets travel another way: what was entered for the way before is not sent on it. */
  newRoute: boolean;
  /** True when the new secrets are for the same server: then they shall reach what the ones before did. */
  replacesOldest: boolean;
  /** The integration's further credentials, which stay. */
  others: readonly CredentialRow[];
}

/** undefined when neither settings nor secrets differ from what is stored. */
async function planValidation(
  room: Room,
  call: Call,
  before: IntegrationRow,
  change: IntegrationChange,
): Promise<ValidationPlan | undefined> {
  if (change.settings === undefined && change.secrets === undefined) return undefined;
  const connector = requireConnector(room, before.kind);
  const settings = change.settings === undefined ? before.settings : parseSettings(connector, change.settings);
  const secrets = change.secrets === undefined ? undefined : parseSecrets(connector, change.secrets);
  if (secrets === undefined && isDeepStrictEqual(settings, before.settings)) return undefined;
  const newOrigin = connector.baseUrl(settings).origin !== connector.baseUrl(before.settings).origin;
  const route = changedRoute(connector, before.settings, settings);
  const newRoute = route.length > 0;
  if (secrets !== undefined) {
    const [, ...rest] = await listCredentials(room.db, [before.id]);
    const plan = {
      connector,
      declared: { settings, secrets },
      knownExpiry: null,
      newSecrets: true,
      newOrigin,
      newRoute,
    };
    return { ...plan, replacesOldest: !newOrigin, others: newRoute ? [] : rest };
  }
  // Else whoever may edit settings could read the secret by sending it to a machine of theirs.
  if (newRoute) return refuseRoute(room.db, call.actor, before, route);
  const credential = await requireCredential(room, before.id);
  const declared = { settings, secrets: openSecrets(room.vault, credential) };
  const plan = { connector, declared, knownExpiry: credential.expiresAt, newSecrets: false, newOrigin, newRoute };
  return { ...plan, replacesOldest: false, others: [] };
}

/** The one a check tries. Throws `secrets_required` when none is stored that may be tried. */
export async function requireCredential(room: Room, integrationId: number): Promise<CredentialRow> {
  const rows = await listCredentials(room.db, [integrationId]);
  const credential = chooseCredential(rows, 'same', room.checking.now());
  if (credential === undefined) throw new PlumblineError('secrets_required', { message: 'No secrets are stored.' });
  return credential;
}

type Validated = ValidationPlan & { report: CheckReport; label: string | undefined };

async function saveChange(
  room: Room,
  call: Call,
  before: IntegrationRow,
  next: Omit<NewIntegration, 'kind' | 'place'>,
  validated: Validated | undefined,
): Promise<IntegrationRow> {
  const changes = changedFields(before, next);
  if (validated === undefined && changes.length === 0) return before;
  return room.db.transaction(async (tx) => {
    await requireUnchanged(tx, before);
    const row = await updateDeclared(tx, before.id, next);
    if (row === undefined) throw new PlumblineError('integration_name_taken');
    const object = { kind: 'integration', id: row.id, name: row.name };
    if (changes.length > 0) {
      const details = { changes, settings: next.settings, nameBefore: before.name };
      await audit(tx, call.actor, 'integration.changed', object, details);
    }
    if (validated === undefined) return row;
    const { report, declared } = validated;
    if (validated.newSecrets) {
      const label = await replaceOldest(tx, room, row.id, { ...validated, secrets: declared.secrets });
      await audit(tx, call.actor, 'integration.reauthenticated', object, { label, warnings: warnings(report) });
    }
    await room.changed(tx, row.id);
    return saveReport(tx, row.id, report, identity(report, validated.newOrigin));
  });
}

/**
 * The oldest credential is the integration's own: whoever enters secrets without naming one means it. The others stay,
 * unless the way is another: a stored secret never takes one it was not entered for. Returns its label.
 */
async function replaceOldest(
  tx: Tx,
  room: Room,
  integrationId: number,
  { label, secrets, report, newRoute }: Validated & { secrets: Fields },
): Promise<string> {
  const [oldest, ...others] = await lockCredentials(tx, integrationId);
  const shown = label ?? oldest?.label ?? defaultLabel;
  const entry = { label: shown, secrets, facts: report.facts, expirationDate: null };
  if (oldest === undefined) await insertSecrets(tx, room.vault, integrationId, entry);
  else await replaceSecrets(tx, room.vault, oldest, entry);
  if (newRoute) for (const other of others) await disableCredential(tx, other.id, 'address_changed');
  return shown;
}

/** Throws `integration_changed` when somebody else changed it since. */
export async function requireUnchanged(tx: Tx, before: IntegrationRow): Promise<void> {
  const now = await lockById(tx, before.id);
  if (now === undefined) throw new PlumblineError('integration_not_found');
  requireNotDeleting(now);
  if (now.version !== before.version) throw new PlumblineError('integration_changed');
}

function refuseTaken(row: IntegrationRow | undefined): void {
  if (row === undefined) return;
  requireNotDeleting(row);
  throw new PlumblineError('integration_name_taken', { message: `There is an integration named “${row.name}”.` });
}

/** Names of what a person declared and what differs: `tags`, `settings.url` … */
export function changedFields(before: IntegrationRow, next: Omit<NewIntegration, 'kind' | 'place'>): string[] {
  const changes: string[] = [];
  if (before.name !== next.name) changes.push('name');
  if (!isDeepStrictEqual([...before.tags].sort(), [...next.tags].sort())) changes.push('tags');
  if (before.syncIntervalSeconds !== next.syncIntervalSeconds) changes.push('syncIntervalSeconds');
  const names = [...new Set([...Object.keys(before.settings), ...Object.keys(next.settings)])].sort();
  const differing = names.filter((name) => !isDeepStrictEqual(before.settings[name], next.settings[name]));
  return [...changes, ...differing.map((name) => `settings.${name}`)];
}

export function identity(report: CheckReport, replace: boolean): { serverId: string | null; replace: boolean } {
  return { serverId: textFact(report.facts, 'serverId'), replace };
}

const fresh = (call: Call) => ({ signal: call.signal, knownExpiry: null, knownServerId: null, integrationId: null });

export const warnings = (report: CheckReport): string[] =>
  report.checks.filter((check) => check.outcome !== 'ok' && check.outcome !== 'skipped').map((check) => check.name);

export const uniqueTags = (tags: readonly string[]): string[] => [...new Set(tags)];
