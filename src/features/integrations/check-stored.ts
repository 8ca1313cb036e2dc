import type { CheckReport } from '../../connectors/contract.ts';
import type { Tx } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { audit } from '../access/index.ts';
import { aboutServer, runChecks } from './checking.ts';
import { expiryFact, saveAllowed, textFact } from './model.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting } from './room.ts';
import { type Call, identity, requireCredential, type Saved, type Saving } from './saving.ts';
import { openSecrets } from './secrets.ts';
import { wasRefused } from './credentials/model.ts';
import { enableCredential, updateCredentialFacts } from './store/credentials.ts';
import { type IntegrationRow, lockById, saveReport } from './store/integrations.ts';

/**
 * Tests the connection with what is stored and keeps the result; a failure changes nothing else. With `acceptServer` the
 * server that answers now becomes the one that is expected.
 */
export async function* checkStored(
  room: Room,
  call: Call,
  nameOrId: string,
  options: { acceptServer: boolean } = { acceptServer: false },
): Saving<Saved & { report: CheckReport }> {
  const before = await requireIntegration(room.db, nameOrId);
  requireNotDeleting(before);
  if (before.place !== 'hub') return yield* checkInSatellite(room, call, before, options);
  const connector = requireConnector(room, before.kind);
  const credential = await requireCredential(room, before.id);
  const declared = { settings: before.settings, secrets: openSecrets(room.vault, credential) };
  const knownServerId = options.acceptServer ? null : before.serverId;
  const known = { signal: call.signal, knownExpiry: credential.expiresAt, knownServerId, integrationId: before.id };
  const report = yield* runChecks(room.checking, connector, declared, known);
  const row = await room.db.transaction(async (tx) => {
    const now = await lockById(tx, before.id);
    if (now === undefined) throw new PlumblineError('integration_not_found');
    // What was tested is no longer what is stored: the result stands for itself.
    if (now.version !== before.version) return now;
    const facts = { kind: textFact(report.facts, 'tokenKind'), expiresAt: expiryFact(report.facts) };
    await updateCredentialFacts(tx, credential.id, facts);
    if (saveAllowed(report.checks) && wasRefused(credential)) await enableCredential(tx, credential.id);
    await room.changed(tx, before.id);
    return keepReport(tx, call, { before, report, acceptServer: options.acceptServer });
  });
  return { row, report };
}

interface Found {
  before: IntegrationRow;
  report: CheckReport;
  acceptServer: boolean;
}

async function keepReport(tx: Tx, call: Call, { before, report, acceptServer }: Found): Promise<IntegrationRow> {
  // A token that could not be tried on a server that was down has not lost its abilities: keep what was known.
  const kept = { ...report, capabilities: before.capabilities, facts: before.facts };
  const server = identity(report, acceptServer && textFact(report.facts, 'serverId') !== null);
  if (server.replace && server.serverId !== before.serverId) {
    const object = { kind: 'integration', id: before.id, name: before.name };
    await audit(tx, call.actor, 'integration.server_accepted', object, {
      before: before.serverId,
      after: server.serverId,
    });
  }
  return saveReport(tx, before.id, saveAllowed(report.checks) ? report : kept, server);
}

/** A first report that forbids saving leaves the integration pending; a later one is shown as what it is. */
async function* checkInSatellite(
  room: Room,
  call: Call,
  before: IntegrationRow,
  { acceptServer }: { acceptServer: boolean },
): Saving<Saved & { report: CheckReport }> {
  const found = yield* room.checkElsewhere(before.id, { by: call.actor.name, signal: call.signal });
  const knownServerId = acceptServer ? null : before.serverId;
  const about = await aboutServer(room.checking, before.kind, found, { knownServerId, integrationId: before.id });
  yield* about;
  const report = { ...found, checks: [...found.checks, ...about] };
  const row = await room.db.transaction(async (tx) => {
    const now = await lockById(tx, before.id);
    if (now === undefined) throw new PlumblineError('integration_not_found');
    if (now.version !== before.version) return now;
    if (before.checkedAt === null && !saveAllowed(report.checks)) return now;
    await room.changed(tx, before.id);
    return keepReport(tx, call, { before, report, acceptServer });
  });
  return { row, report };
}
