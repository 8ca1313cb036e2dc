import { catalogue, type ErrorCode, PlumblineError } from '../../../platform/errors/index.ts';
import { IdParams } from '../../access/contract.ts';
import { type Actor, Answer, audit, type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import type { WebhookDelivery, WebhookEndpoint } from './contract.ts';
import { attemptDelivery, bodyOf, type DeliveryOptions } from './deliver.ts';
import { addEndpoint, changeEndpoint, removeEndpoint, requireEndpoint, rotateSecret } from './endpoints.ts';
import {
  type DeliveryRow,
  type EndpointRow,
  findDelivery,
  insertEvent,
  insertSingleDelivery,
  listDeliveries,
  listEndpoints,
  takeThisDelivery,
} from './store.ts';

const tag = 'Outgoing webhooks';
const permission = 'settings:write' as const;

export function outgoingWebhookRoutes(options: DeliveryOptions): Route[] {
  return [...endpointRoutes(options), ...deliveryRoutes(options)];
}

function endpointRoutes(options: DeliveryOptions): Route[] {
  const { db } = options;
  const one = {
    permission,
    scope: 'organization' as const,
    tag,
    errors: ['webhook_endpoint_not_found'] as const,
    params: IdParams,
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/outgoing-webhooks',
      permission,
      scope: 'organization',
      tag,
      summary: 'Lists the addresses that are told of events; never their secrets.',
      response: contract.WebhookEndpointList,
      handle: async () => ({ endpoints: (await listEndpoints(db)).map(toEndpoint) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/outgoing-webhooks',
      permission,
      scope: 'organization',
      tag,
      summary: 'Adds an address; the signing secret is shown this once.',
      body: contract.CreateWebhookRequest,
      response: contract.WebhookSecret,
      async handle({ actor, body }) {
        const { row, secret } = await addEndpoint(options, actor, body);
        return new Answer({ endpoint: toEndpoint(row), secret }, { status: 201 });
      },
    }),
    route({
      ...one,
      method: 'PATCH',
      path: '/api/v1/outgoing-webhooks/:id',
      summary: 'Changes address, description or events, or switches it off and on.',
      body: contract.ChangeWebhookRequest,
      response: contract.OneWebhookEndpoint,
      handle: async ({ actor, params, body }) => ({
        endpoint: toEndpoint(await changeEndpoint(options, actor, params.id, body)),
      }),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/api/v1/outgoing-webhooks/:id/rotate-secret',
      summary: 'Makes a new signing secret, shown this once; the one before it signs too for a day.',
      response: contract.WebhookSecret,
      async handle({ actor, params }) {
        const { row, secret } = await rotateSecret(options, actor, params.id);
        return { endpoint: toEndpoint(row), secret };
      },
    }),
    route({
      ...one,
      method: 'DELETE',
      path: '/api/v1/outgoing-webhooks/:id',
      summary: 'Removes the address with its deliveries.',
      response: contract.WebhookRemoved,
      async handle({ actor, params }) {
        await removeEndpoint(options, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}

function deliveryRoutes(options: DeliveryOptions): Route[] {
  const { db } = options;
  return [
    route({
      method: 'GET',
      path: '/api/v1/outgoing-webhooks/:id/deliveries',
      permission,
      scope: 'organization',
      tag,
      errors: ['webhook_endpoint_not_found'],
      summary: 'Lists what was sent to an address in the last 14 days, newest first.',
      params: IdParams,
      query: contract.WebhookDeliveryQuery,
      response: contract.WebhookDeliveryList,
      async handle({ params, query }) {
        await requireEndpoint(db, params.id);
        const rows = await listDeliveries(db, params.id, { before: query.before, limit: query.limit + 1 });
        const page = rows.slice(0, query.limit);
        return {
          deliveries: page.map(toDelivery),
          nextBefore: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/outgoing-webhooks/:id/test',
      permission,
      scope: 'organization',
      tag,
      errors: ['webhook_endpoint_not_found'],
      summary: 'Sends a webhook.test event now, once, and says how it went.',
      params: IdParams,
      response: contract.OneWebhookDelivery,
      handle: ({ actor, params, signal }) => sendTest(options, { actor, endpointId: params.id, signal }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/outgoing-webhooks/deliveries/:id/redeliver',
      permission,
      scope: 'organization',
      tag,
      errors: ['webhook_delivery_not_found'],
      summary: 'Sends the event of a delivery again now, once, with the same event id.',
      params: IdParams,
      response: contract.OneWebhookDelivery,
      handle: ({ actor, params, signal }) => redeliver(options, { actor, deliveryId: params.id, signal }),
    }),
  ];
}

async function sendTest(
  options: DeliveryOptions,
  { actor, endpointId, signal }: { actor: Actor; endpointId: number; signal: AbortSignal },
): Promise<{ delivery: WebhookDelivery }> {
  const id = await options.db.transaction(async (tx) => {
    const endpoint = await requireEndpoint(tx, endpointId);
    const data = { message: 'A test, sent by hand.', asked_by: actor.name };
    const sequence = await insertEvent(tx, { type: 'webhook.test', data });
    const object = { kind: 'outgoing_webhook', id: endpoint.id, name: new URL(endpoint.url).host };
    await audit(tx, actor, 'outgoing_webhook.tested', object);
    return insertSingleDelivery(tx, endpoint.id, sequence);
  });
  return sendNow(options, id, signal);
}

async function redeliver(
  options: DeliveryOptions,
  { actor, deliveryId, signal }: { actor: Actor; deliveryId: number; signal: AbortSignal },
): Promise<{ delivery: WebhookDelivery }> {
  const id = await options.db.transaction(async (tx) => {
    const before = await findDelivery(tx, deliveryId);
    if (before === undefined) throw new PlumblineError('webhook_delivery_not_found');
    const endpoint = await requireEndpoint(tx, before.endpointId);
    const object = { kind: 'outgoing_webhook', id: endpoint.id, name: new URL(endpoint.url).host };
    await audit(tx, actor, 'outgoing_webhook.redelivered', object, { event: before.eventId });
    return insertSingleDelivery(tx, before.endpointId, before.sequence);
  });
  return sendNow(options, id, signal);
}

async function sendNow(
  options: DeliveryOptions,
  id: number,
  signal: AbortSignal,
): Promise<{ delivery: WebhookDelivery }> {
  // A worker may have been quicker: then the row says how it went, or that it is under way.
  const held = await takeThisDelivery(options.db, id);
  if (held !== undefined) await attemptDelivery(options, held, signal);
  const row = await findDelivery(options.db, id);
  if (row === undefined) throw new PlumblineError('webhook_delivery_not_found');
  return { delivery: toDelivery(row) };
}

function toEndpoint(row: EndpointRow): WebhookEndpoint {
  const { id, url, description, events, disabledCode, createdBy, pending } = row;
  return {
    id,
    url,
    description,
    events,
    disabledCode,
    createdBy,
    pending,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    failingSince: row.failingSince?.toISOString() ?? null,
    previousSecretUntil: row.previousUntil?.toISOString() ?? null,
    lastDeliveredAt: row.lastDeliveredAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  const { id, endpointId, eventId, sequence, type, state, attempts, status, code, answer, durationMs } = row;
  const known = code !== null && Object.hasOwn(catalogue, code) ? catalogue[code as ErrorCode] : undefined;
  return {
    id,
    endpointId,
    eventId,
    sequence,
    type,
    state,
    attempts,
    status,
    code,
    answer,
    durationMs,
    message: known?.title ?? null,
    remedy: known?.remedy ?? null,
    attemptedAt: row.attemptedAt?.toISOString() ?? null,
    nextAttemptAt: state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    body: bodyOf(row),
  };
}
