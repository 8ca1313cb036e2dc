import { type Route, route } from '../access/index.ts';
import { baseUrlOf, toAnswers, toOneAnswer } from './answers.ts';
import { listChoices, listStoredChoices } from './choosing.ts';
import * as contract from './contract.ts';
import { connectionsApi } from './credentials/connections-api.ts';
import { credentialRoutes } from './credentials/routes.ts';
import { leaveOutsideSystem, previewDeletion, requestDeletion } from './deletion.ts';
import { networkRows } from './network.ts';
import { pauseIntegration, resumeIntegration } from './pausing.ts';
import { requireIntegration } from './room.ts';
import { type IntegrationRouteOptions, tag } from './route-options.ts';
import { checkErrors, savingRoutes } from './saving-routes.ts';
import { listIntegrations } from './store/integrations.ts';

/** Every route of the room. */
export function integrationRoutes(options: IntegrationRouteOptions): Route[] {
  return [
    ...readingRoutes(options),
    ...savingRoutes(options),
    ...choiceRoutes(options),
    ...credentialRoutes(options),
    ...connectionsApi(options),
    ...stateRoutes(options),
    ...deletionRoutes(options),
    networkRoute(options),
  ];
}

function readingRoutes({ room }: IntegrationRouteOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/connectors',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Lists the kinds of integration there are, with their forms and endpoints.',
      tag,
      response: contract.ConnectorList,
      handle: async () => ({
        connectors: [...room.connectors.values()].map(
          ({ kind, title, description, form, endpoints, ...connector }) => ({
            kind,
            title,
            description,
            form: form.map((field) =>
              connector.choices?.[field.name] === undefined ? field : { ...field, choices: true },
            ),
            endpoints: [...endpoints],
            streams: connector.streams.map((stream) => ({ name: stream.name, title: stream.title })),
            multipleCredentials: connector.multipleCredentials ?? false,
          }),
        ),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Lists the integrations.',
      tag,
      query: contract.IntegrationQuery,
      response: contract.IntegrationList,
      handle: async ({ query }) => ({ integrations: await toAnswers(room, await listIntegrations(room.db, query)) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Shows one integration, named by id or name.',
      tag,
      errors: ['integration_not_found'],
      params: contract.IntegrationParams,
      response: contract.IntegrationAnswer,
      handle: async ({ params }) => ({
        integration: await toOneAnswer(room, await requireIntegration(room.db, params.id)),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/endpoints',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Lists every method and path the integration calls, why, and what is lost without it.',
      tag,
      errors: ['integration_not_found'],
      params: contract.IntegrationParams,
      response: contract.EndpointList,
      async handle({ params }) {
        const row = await requireIntegration(room.db, params.id);
        const endpoints = [...(room.connectors.get(row.kind)?.endpoints ?? [])];
        return { name: row.name, kind: row.kind, baseUrl: baseUrlOf(room, row), endpoints };
      },
    }),
  ];
}

/** Each asks an outside system with a secret, so they are few a minute. */
function choiceRoutes({ room }: IntegrationRouteOptions): Route[] {
  const declaration = {
    method: 'POST' as const,
    permission: 'integrations:write' as const,
    scope: 'organization' as const,
    tag,
    rateLimit: 'outside' as const,
    response: contract.Choices,
  };
  return [
    route({
      ...declaration,
      path: '/api/v1/integrations/choices',
      summary: 'Lists what a setting can be chosen from, asked with settings and secrets that are not saved.',
      errors: ['connector_unknown', ...checkErrors(room)],
      body: contract.ChoiceRequest,
      handle: ({ body, actor, signal }) => listChoices(room, { actor, signal }, body),
    }),
    route({
      ...declaration,
      path: '/api/v1/integrations/:id/choices',
      summary: 'Lists what a setting can be chosen from, asked with what is stored.',
      errors: [
        'integration_not_found',
        'integration_deleting',
        'connector_unknown',
        'secrets_required',
        ...checkErrors(room),
      ],
      params: contract.IntegrationParams,
      body: contract.StoredChoiceRequest,
      handle: ({ params, body, actor, signal }) => listStoredChoices(room, { actor, signal }, params.id, body),
    }),
  ];
}

function stateRoutes({ room }: IntegrationRouteOptions): Route[] {
  const declaration = {
    method: 'POST' as const,
    permission: 'integrations:write' as const,
    scope: 'organization' as const,
    tag,
    errors: ['integration_not_found', 'integration_deleting'] as const,
    params: contract.IntegrationParams,
    response: contract.IntegrationAnswer,
  };
  return [
    route({
      ...declaration,
      path: '/api/v1/integrations/:id/pause',
      summary: 'Stops scheduled runs until resumed.',
      handle: async ({ params, actor }) => ({
        integration: await toOneAnswer(room, await pauseIntegration(room, actor, params.id)),
      }),
    }),
    route({
      ...declaration,
      path: '/api/v1/integrations/:id/resume',
      summary: 'Lets scheduled runs go on.',
      handle: async ({ params, actor }) => ({
        integration: await toOneAnswer(room, await resumeIntegration(room, actor, params.id)),
      }),
    }),
  ];
}

function deletionRoutes({ room, data, wakeRemoval }: IntegrationRouteOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/deletion-preview',
      permission: 'integrations:write',
      scope: 'organization',
      summary: 'Counts the rows that go with the integration.',
      tag,
      errors: ['integration_not_found'],
      params: contract.IntegrationParams,
      response: contract.DeletionPreview,
      handle: ({ params }) => previewDeletion(room.db, data, params.id),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/integrations/:id',
      permission: 'integrations:write',
      scope: 'organization',
      summary:
        'Deletes the integration with its rows and secrets, in the background; says what stays on the outside system.',
      tag,
      errors: ['integration_not_found', 'integration_deleting', 'deletion_not_confirmed'],
      params: contract.IntegrationParams,
      body: contract.DeleteIntegrationRequest,
      response: contract.DeletedIntegration,
      async handle({ params, body, actor, signal }) {
        const named = { nameOrId: params.id, typedName: body.name };
        const leftBehind = await leaveOutsideSystem(room.db, data, { ...named, signal });
        const row = await requestDeletion(room, actor, { ...named, leftBehind });
        wakeRemoval();
        return { integration: await toOneAnswer(room, row), leftBehind };
      },
    }),
  ];
}

function networkRoute({ room, network }: IntegrationRouteOptions): Route {
  return route({
    method: 'GET',
    path: '/api/v1/network',
    permission: 'integrations:read',
    scope: 'organization',
    summary: 'Lists who opens a connection to whom, for firewalls and allowlists.',
    tag,
    response: contract.NetworkPage,
    handle: async () => ({ rows: await networkRows(room, network) }),
  });
}
