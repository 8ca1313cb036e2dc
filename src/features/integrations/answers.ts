import type { CheckReport, WebhookReach } from '../../connectors/contract.ts';
import type { CheckReportAnswer, CredentialInfo, IntegrationAnswer } from './contract.ts';
import { endOf, standingOf } from './credentials/model.ts';
import { saveAllowed } from './model.ts';
import type { Room } from './room.ts';
import { type CredentialRow, listCredentials } from './store/credentials.ts';
import type { IntegrationRow } from './store/integrations.ts';

/** What callers see: every field but the sealed secrets. */
export async function toAnswers(room: Room, rows: readonly IntegrationRow[]): Promise<IntegrationAnswer[]> {
  const credentials = await listCredentials(
    room.db,
    rows.map((row) => row.id),
  );
  const byIntegration = Map.groupBy(credentials, (credential) => credential.integrationId);
  return rows.map((row) => toAnswer(room, row, byIntegration.get(row.id) ?? []));
}

export async function toOneAnswer(room: Room, row: IntegrationRow): Promise<IntegrationAnswer> {
  const [answer] = await toAnswers(room, [row]);
  if (answer === undefined) throw new Error('one row makes one answer');
  return answer;
}

function toAnswer(room: Room, row: IntegrationRow, credentials: readonly CredentialRow[]): IntegrationAnswer {
  const shown = credentials.map((credential) => toCredentialInfo(credential, room.checking.now()));
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    kindTitle: room.connectors.get(row.kind)?.title ?? row.kind,
    tags: row.tags,
    settings: row.settings,
    baseUrl: baseUrlOf(room, row),
    state: row.state,
    place: row.place,
    capabilities: row.capabilities,
    facts: row.facts,
    checks: row.checks,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    serverId: row.serverId,
    syncIntervalSeconds: row.syncIntervalSeconds,
    credential: shown[0] ?? null,
    credentials: shown,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function toCredentialInfo(row: CredentialRow, now: Date): CredentialInfo {
  return {
    id: row.id,
    label: row.label,
    kind: row.kind,
    lastFour: row.lastFour,
    expiresAt: instant(row.expiresAt),
    expirationDate: instant(row.expirationDate),
    endsAt: instant(endOf(row)),
    standing: standingOf(row, now),
    disabledAt: instant(row.disabledAt),
    disabledCode: row.disabledCode,
    pausedUntil: row.pausedUntil !== null && row.pausedUntil > now ? row.pausedUntil.toISOString() : null,
    lastUsedAt: instant(row.lastUsedAt),
    changedAt: row.changedAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

export function baseUrlOf(room: Room, row: IntegrationRow): string | null {
  return room.connectors.get(row.kind)?.baseUrl(row.settings).href ?? null;
}

export function toReportAnswer(report: CheckReport): CheckReportAnswer {
  const { checks, capabilities, facts, webhooks } = report;
  return {
    checks,
    capabilities,
    facts,
    saveAllowed: saveAllowed(checks),
    webhooks: webhooks === undefined ? null : toWebhookOffer(webhooks),
  };
}

function toWebhookOffer({ places, called, single }: WebhookReach): CheckReportAnswer['webhooks'] {
  return { scope: called ?? 'none', count: places.length, single };
}
