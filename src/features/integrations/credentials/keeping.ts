import type { CheckReport } from '../../../connectors/contract.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { runChecks } from '../checking.ts';
import { expiryFact, type Fields, parseSecrets, textFact } from '../model.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting } from '../room.ts';
import { type Call, identity, requireUnchanged, type Saved, type Saving, warnings } from '../saving.ts';
import { insertSecrets, openSecrets, replaceSecrets } from '../secrets.ts';
import {
  type CredentialRow,
  disableCredential,
  enableCredential,
  findCredential,
  listCredentials,
  softDeleteCredential,
  updateCredentialDeclared,
  updateCredentialFacts,
} from '../store/credentials.ts';
import { type IntegrationRow, lockById, saveReport } from '../store/integrations.ts';
import { defaultLabel } from './model.ts';
import { compareReach } from './reach.ts';

export interface WantedCredential {
  label?: string | undefined;
  secrets: Fields;
  expirationDate?: Date | null | undefined;
}

export interface SavedCredential extends Saved {
  credential: CredentialRow;
}

/**
 * Adds a credential after the same checks as the wizard's; nothing is stored when one fails. Throws
 * `integration_not_found`, `credential_limit_reached`, `invalid_request`, or the code of the first failed check.
 */
export async function* addCredential(
  room: Room,
  call: Call,
  nameOrId: string,
  wanted: WantedCredential,
): Saving<SavedCredential> {
  const before = await requireIntegration(room.db, nameOrId);
  requireNotDeleting(before);
  requireKeptHere(before);
  const connector = requireConnector(room, before.kind);
  const secrets = parseSecrets(connector, wanted.secrets);
  const present = await listCredentials(room.db, [before.id]);
  if (present.length > 0 && connector.multipleCredentials !== true)
    throw new PlumblineError('credential_limit_reached');
  const report = yield* verify(room, call, { before, secrets, knownExpiry: null, others: present });
  const label = wanted.label ?? (present.length === 0 ? defaultLabel : `credential ${present.length + 1}`);
  return room.db.transaction(async (tx) => {
    await requireUnchanged(tx, before);
    const entry = { label, secrets, facts: report.facts, expirationDate: wanted.expirationDate ?? null };
    const id = await insertSecrets(tx, room.vault, before.id, entry);
    const details = { credentialId: id, label, expirationDate: text(entry.expirationDate), warnings: warnings(report) };
    await audit(tx, call.actor, 'credential.created', objectOf(before), details);
    await room.changed(tx, before.id);
    const row = present.length === 0 ? await saveReport(tx, before.id, report, identity(report, false)) : before;
    return { row, report, credential: await requireCredentialRow(tx, before.id, id) };
  });
}

export interface CredentialChange {
  label?: string | undefined;
  /** Left out: the stored ones stay. */
  secrets?: Fields | undefined;
  expirationDate?: Date | null | undefined;
}

/**
 * Changes a credential after a full check with what it will be; on failure the row is unchanged. One that was disabled
 * is in use again afterwards. Throws as `addCredential` does, and `credential_not_found`.
 */
export async function* changeCredential(
  room: Room,
  call: Call,
  place: { integration: string; credentialId: number },
  change: CredentialChange,
): Saving<SavedCredential> {
  const before = await requireIntegration(room.db, place.integration);
  requireNotDeleting(before);
  requireKeptHere(before);
  const stored = await requireLiveCredential(room.db, before.id, place.credentialId);
  const connector = requireConnector(room, before.kind);
  if (change.secrets === undefined && stored.disabledCode === 'address_changed') {
    throw new PlumblineError('secrets_required');
  }
  const replaced = change.secrets !== undefined;
  const secrets = replaced ? parseSecrets(connector, change.secrets) : openSecrets(room.vault, stored);
  const present = await listCredentials(room.db, [before.id]);
  const others = present.filter(({ id }) => id !== stored.id);
  const knownExpiry = replaced ? null : stored.expiresAt;
  const report = yield* verify(room, call, { before, secrets, knownExpiry, others });
  const label = change.label ?? stored.label;
  // A declared end belongs to the token it was declared for.
  const kept = replaced ? null : stored.expirationDate;
  const expirationDate = change.expirationDate === undefined ? kept : change.expirationDate;
  return room.db.transaction(async (tx) => {
    await requireUnchanged(tx, before);
    await requireLiveCredential(tx, before.id, stored.id);
    if (replaced) await replaceSecrets(tx, room.vault, stored, { label, secrets, facts: report.facts, expirationDate });
    else {
      await updateCredentialDeclared(tx, stored.id, { label, expirationDate });
      const facts = { kind: textFact(report.facts, 'tokenKind'), expiresAt: expiryFact(report.facts) };
      await updateCredentialFacts(tx, stored.id, facts);
      await enableCredential(tx, stored.id);
    }
    const details = {
      credentialId: stored.id,
      label,
      expirationDate: text(expirationDate),
      replaced,
      enabled: stored.disabledAt !== null,
      warnings: warnings(report),
    };
    await audit(tx, call.actor, 'credential.changed', objectOf(before), details);
    await room.changed(tx, before.id);
    const oldest = present[0]?.id === stored.id;
    const row = oldest ? await saveReport(tx, before.id, report, identity(report, false)) : before;
    return { row, report, credential: await requireCredentialRow(tx, before.id, stored.id) };
  });
}

/** Throws `secrets_stay_in_satellite`. */
function requireKeptHere({ place }: IntegrationRow): void {
  if (place !== 'hub') throw new PlumblineError('secrets_stay_in_satellite');
}

interface Verified {
  before: IntegrationRow;
  secrets: Fields;
  knownExpiry: Date | null;
  others: readonly CredentialRow[];
}

async function* verify(
  room: Room,
  call: Call,
  { before, secrets, knownExpiry, others }: Verified,
): Saving<CheckReport> {
  const connector = requireConnector(room, before.kind);
  const declared = { settings: before.settings, secrets };
  const known = { signal: call.signal, knownExpiry, knownServerId: before.serverId, integrationId: before.id };
  const report = yield* runChecks(room.checking, connector, declared, known);
  return yield* compareReach(report, before, { others, reach: connector.reach });
}

/** Takes it out of use until it is checked again; twice is the same as once. */
export function disableByPerson(
  room: Room,
  actor: Actor,
  place: { integration: string; credentialId: number },
): Promise<IntegrationRow> {
  return withCredential(room, place, async (tx, row, credential) => {
    if (!(await disableCredential(tx, credential.id, 'by_person'))) return;
    const details = { credentialId: credential.id, label: credential.label };
    await audit(tx, actor, 'credential.disabled', objectOf(row), details);
  });
}

/** Its secret goes at once; the row stays to be shown. */
export function deleteCredential(
  room: Room,
  actor: Actor,
  place: { integration: string; credentialId: number },
): Promise<IntegrationRow> {
  return withCredential(room, place, async (tx, row, credential) => {
    await softDeleteCredential(tx, credential.id);
    const details = { credentialId: credential.id, label: credential.label };
    await audit(tx, actor, 'credential.deleted', objectOf(row), details);
  });
}

async function withCredential(
  room: Room,
  place: { integration: string; credentialId: number },
  work: (tx: Tx, row: IntegrationRow, credential: CredentialRow) => Promise<void>,
): Promise<IntegrationRow> {
  const { id } = await requireIntegration(room.db, place.integration);
  return room.db.transaction(async (tx) => {
    const row = await lockById(tx, id);
    if (row === undefined) throw new PlumblineError('integration_not_found');
    requireNotDeleting(row);
    await work(tx, row, await requireLiveCredential(tx, id, place.credentialId));
    await room.changed(tx, id);
    return row;
  });
}

type Reading = Parameters<typeof findCredential>[0];

/** Also a deleted one. Throws `credential_not_found`. */
export async function requireCredentialRow(db: Reading, integrationId: number, id: number): Promise<CredentialRow> {
  const row = await findCredential(db, integrationId, id);
  if (row === undefined) throw new PlumblineError('credential_not_found');
  return row;
}

async function requireLiveCredential(db: Reading, integrationId: number, id: number): Promise<CredentialRow> {
  const row = await requireCredentialRow(db, integrationId, id);
  if (row.deletedAt !== null) throw new PlumblineError('credential_not_found');
  return row;
}

const objectOf = (row: IntegrationRow) => ({ kind: 'integration', id: row.id, name: row.name });
const text = (date: Date | null): string | null => date?.toISOString() ?? null;
