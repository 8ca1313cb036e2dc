import { PlumblineError } from '../../platform/errors/index.ts';
import { audit, type Route, route } from '../access/index.ts';
import { readState, toDeliveryAnswer, toDeliveryDetail, toSentList } from './answers.ts';
import * as contract from './contract.ts';
import { catchUp } from './own/catch-up.ts';
import { handOutSecret, removeWebhooks, rotateSecret, setUpWebhooks } from './own/manage.ts';
import type { InboxRoom } from './room.ts';
import { listDeliveries, readDelivery, replay } from './store/deliveries.ts';
import { listSent } from './store/sent.ts';

const tag = 'Inbox';

export interface InboxRouteOptions {
  room: InboxRoom;
  /** Something is waiting to be processed. */
  wake(): void;
}

/** Every route of the room but the one deliveries come by, which has neither session nor JSON. */
export function inboxRoutes(options: InboxRouteOptions): Route[] {
  return [...readingRoutes(options.room), replayRoute(options), ...webhookRoutes(options.room), compareRoute(options)];
}

const missing = ['integration_not_found', 'integration_deleting'] as const;

function readingRoutes(room: InboxRoom): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/inbox',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Shows the webhooks of an integration, how deliveries arrive, and what was refused.',
      tag,
      errors: missing,
      params: contract.IntegrationParams,
      response: contract.InboxState,
      handle: async ({ params }) => readState(room, await room.sources.find(params.id)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/deliveries',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Lists the deliveries of the last 14 days, newest first.',
      tag,
      errors: missing,
      params: contract.IntegrationParams,
      query: contract.DeliveryQuery,
      response: contract.DeliveryList,
      async handle({ params, query: { page, pageSize, ...filter } }) {
        const source = await room.sources.find(params.id);
        const window = { limit: pageSize, offset: (page - 1) * pageSize };
        const { rows, total } = await listDeliveries(room.db, source.id, filter, window);
        return { deliveries: rows.map(toDeliveryAnswer), total, page, pageSize };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/deliveries/:delivery',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Shows one delivery with its headers and body; fields named like secrets are struck out.',
      tag,
      errors: [...missing, 'delivery_not_found'],
      params: contract.DeliveryParams,
      response: contract.DeliveryDetail,
      async handle({ params }) {
        const source = await room.sources.find(params.id);
        const row = await readDelivery(room.db, source.id, params.delivery);
        if (row === undefined) throw new PlumblineError('delivery_not_found');
        return toDeliveryDetail(row);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/sent-deliveries',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Lists what the server says it sent, beside what arrived, as last compared.',
      tag,
      errors: missing,
      params: contract.IntegrationParams,
      response: contract.SentList,
      handle: async ({ params }) => toSentList(await listSent(room.db, (await room.sources.find(params.id)).id, 200)),
    }),
  ];
}

function replayRoute({ room, wake }: InboxRouteOptions): Route {
  return route({
    method: 'POST',
    path: '/api/v1/integrations/:id/deliveries/:delivery/replay',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Processes a stored delivery again; what it led to before stays true.',
    tag,
    errors: [...missing, 'delivery_not_found'],
    params: contract.DeliveryParams,
    response: contract.DeliveryDetail,
    async handle({ params, actor }) {
      const source = await room.sources.find(params.id);
      await room.db.transaction(async (tx) => {
        if (!(await replay(tx, source.id, params.delivery))) throw new PlumblineError('delivery_not_found');
        const object = { kind: 'integration', id: source.id, name: source.name };
        await audit(tx, actor, 'delivery.replayed', object, { delivery: params.delivery });
      });
      wake();
      const row = await readDelivery(room.db, source.id, params.delivery);
      if (row === undefined) throw new PlumblineError('delivery_not_found');
      return toDeliveryDetail(row);
    },
  });
}

/** What opening an integration and calling its server can end with. */
const serverErrors = [...missing, 'secrets_required', 'connector_unknown', 'webhooks_not_supported'] as const;

function webhookRoutes(room: InboxRoom): Route[] {
  const declaration = {
    permission: 'integrations:write' as const,
    scope: 'organization' as const,
    tag,
    params: contract.IntegrationParams,
    response: contract.InboxState,
  };
  return [
    route({
      ...declaration,
      method: 'PUT',
      path: '/api/v1/integrations/:id/webhook',
      summary: 'Sets up the hub’s own webhook on the server; what the server refuses stands in the answer.',
      errors: [
        ...serverErrors,
        'webhook_address_unreachable',
        'invalid_permissions',
        'invalid_credentials',
        'unreachable',
        'no_resources',
      ],
      body: contract.WantWebhookRequest,
      async handle({ params, body, actor, signal }) {
        const source = await room.sources.find(params.id);
        await setUpWebhooks(room, { actor, signal }, source.id, body);
        return readState(room, source);
      },
    }),
    route({
      ...declaration,
      method: 'DELETE',
      path: '/api/v1/integrations/:id/webhook',
      summary: 'Removes the hub’s own webhook from the server.',
      errors: serverErrors,
      async handle({ params, actor, signal }) {
        const source = await room.sources.find(params.id);
        await removeWebhooks(room, { actor, signal }, source.id);
        return readState(room, source);
      },
    }),
    route({
      ...declaration,
      method: 'POST',
      path: '/api/v1/integrations/:id/webhook/rotate',
      summary: 'Gives the hub’s own webhook a new secret; the old one counts for an hour more.',
      errors: [...serverErrors, 'webhook_not_set_up'],
      async handle({ params, actor, signal }) {
        const source = await room.sources.find(params.id);
        await rotateSecret(room, { actor, signal }, source.id);
        return readState(room, source);
      },
    }),
    route({
      ...declaration,
      method: 'POST',
      path: '/api/v1/integrations/:id/webhook-secret',
      summary: 'Makes a secret for a webhook that a person sets up by hand, and shows it this once.',
      errors: serverErrors,
      body: contract.HandOutRequest,
      response: contract.HandedOut,
      async handle({ params, body, actor }) {
        const source = await room.sources.find(params.id);
        return handOutSecret(room, actor, { integrationId: source.id, adapter: body.adapter });
      },
    }),
  ];
}

function compareRoute({ room, wake }: InboxRouteOptions): Route {
  return route({
    method: 'POST',
    path: '/api/v1/integrations/:id/webhook/compare',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Compares what the server says it sent with what arrived, and takes in what is missing.',
    tag,
    errors: [...serverErrors, 'invalid_permissions', 'invalid_credentials', 'unreachable'],
    params: contract.IntegrationParams,
    response: contract.Comparison,
    async handle({ params, signal }) {
      const source = await room.sources.find(params.id);
      const recovered = await catchUp(room, source.id, signal);
      if (recovered > 0) wake();
      return { recovered };
    },
  });
}
