import type { Json } from '../../connectors/contract.ts';
import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import { redactFields } from '../../platform/telemetry/index.ts';
import type { DeliveryAnswer, DeliveryDetail, InboxState, OwnWebhookAnswer, SentList } from './contract.ts';
import { hookUrl, serverReaches } from './model.ts';
import type { InboxRoom } from './room.ts';
import { countDeliveries, type DeliveryRow, type readDelivery } from './store/deliveries.ts';
import { listRefusals } from './store/refusals.ts';
import { listSecrets } from './store/secrets.ts';
import type { SentRow } from './store/sent.ts';
import { listWebhooks, type WebhookRow } from './store/webhooks.ts';

/** Everything above the list of deliveries. */
export async function readState(
  room: InboxRoom,
  source: { id: number; name: string; kind: string; hostKey: string },
): Promise<InboxState> {
  const connector = room.connectors.get(source.kind);
  const adapters = connector?.webhooks ?? [];
  const publicUrl = room.publicUrl();
  const [webhooks, secrets, counts, refusals] = await Promise.all([
    listWebhooks(room.db, source.id),
    listSecrets(room.db, source.id),
    countDeliveries(room.db, source.id),
    listRefusals(room.db, source.id),
  ]);
  return {
    integrationId: source.id,
    integrationName: source.name,
    kind: source.kind,
    takesDeliveries: adapters.length > 0,
    ownWebhooks: connector?.ownWebhooks !== undefined,
    unreachable: serverReaches(publicUrl, new URL(source.hostKey)) ? null : failureOf('webhook_address_unreachable'),
    places: (connector?.ownWebhooks?.scopes ?? []).map(({ name, permission }) => ({ scope: name, permission })),
    adapters: adapters.map(({ name, title, proof, enteredAt }) => ({
      name,
      title,
      proof,
      enteredAt: enteredAt ?? null,
      url: hookUrl(publicUrl, { kind: source.kind, integrationId: source.id, adapter: name }),
    })),
    webhooks: webhooks.map(toWebhookAnswer),
    secrets: secrets.map(({ createdAt, retireAt, ...secret }) => ({
      ...secret,
      createdAt: createdAt.toISOString(),
      retireAt: retireAt?.toISOString() ?? null,
    })),
    counts: { ...counts, lastAt: counts.lastAt?.toISOString() ?? null },
    refusals: refusals.map(({ lastAt, reason, ...refusal }) => ({
      ...refusal,
      reason,
      title: titleOf(reason),
      lastAt: lastAt.toISOString(),
    })),
  };
}

function toWebhookAnswer(row: WebhookRow): OwnWebhookAnswer {
  const { errorCode, errorMessage, errorRemedy, errorUpstream } = row;
  return {
    id: row.id,
    scope: row.scope,
    target: row.target,
    state: stateOf(row),
    name: row.appliedName,
    url: row.appliedUrl,
    error:
      errorCode === null
        ? null
        : { code: errorCode, message: errorMessage ?? '', remedy: errorRemedy ?? '', upstream: errorUpstream },
    appliedAt: row.appliedAt?.toISOString() ?? null,
    comparedAt: row.comparedAt?.toISOString() ?? null,
  };
}

function stateOf(row: WebhookRow): OwnWebhookAnswer['state'] {
  if (row.busy) return 'changing';
  if (row.errorCode !== null) return 'failed';
  if (!row.wanted) return 'removing';
  return row.remoteKey !== null && row.appliedSecretId === row.secretId ? 'active' : 'waiting';
}

export function toDeliveryAnswer(row: DeliveryRow): DeliveryAnswer {
  const { errorCode, errorMessage, ...rest } = row;
  return {
    id: rest.id,
    adapter: rest.adapter,
    receivedAt: rest.receivedAt.toISOString(),
    origin: rest.origin,
    sentAt: rest.sentAt?.toISOString() ?? null,
    state: rest.state,
    event: rest.event,
    subject: rest.subject,
    outcome: rest.outcome,
    runId: rest.runId,
    attempts: rest.attempts,
    error: errorCode === null ? null : failureOf(errorCode, errorMessage),
    processedAt: rest.processedAt?.toISOString() ?? null,
    times: rest.times,
    lastAt: rest.lastAt.toISOString(),
    bytes: rest.bytes,
  };
}

type StoredDelivery = NonNullable<Awaited<ReturnType<typeof readDelivery>>>;

const shownCharacters = 2_000;

export function toDeliveryDetail(row: StoredDelivery): DeliveryDetail {
  const text = row.body.toString('utf8');
  const json = parseJson(text);
  return {
    delivery: toDeliveryAnswer(row),
    headers: row.headers,
    json: json === undefined ? null : redacted(json),
    text: json === undefined ? text.slice(0, shownCharacters) : null,
  };
}

export function toSentList(rows: readonly SentRow[]): SentList {
  return { sent: rows.map(({ about, ...row }) => ({ ...row, project: about, at: row.at.toISOString() })) };
}

/** A list is redacted as the only field of an object. */
function redacted(json: Json): Json {
  return (redactFields({ json }) as { json: Json }).json;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function failureOf(code: string, message?: string | null): InboxState['unreachable'] {
  const entry = code in catalogue ? catalogue[code as ErrorCode] : undefined;
  return { code, message: message ?? entry?.title ?? code, remedy: entry?.remedy ?? '', upstream: null };
}

const titleOf = (code: string): string => (code in catalogue ? catalogue[code as ErrorCode].title : code);
