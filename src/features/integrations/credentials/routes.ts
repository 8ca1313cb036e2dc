import type { ErrorCode } from '../../../platform/errors/index.ts';
import { Answer, type Route, route } from '../../access/index.ts';
import { toOneAnswer } from '../answers.ts';
import { lineType } from '../check-stream.ts';
import * as contract from '../contract.ts';
import { type IntegrationRouteOptions, tag } from '../route-options.ts';
import { answerSaving, checkErrors } from '../saving-routes.ts';
import { addCredential, changeCredential, deleteCredential, disableByPerson } from './keeping.ts';

const errors: readonly ErrorCode[] = [
  'integration_not_found',
  'integration_deleting',
  'integration_changed',
  'credential_not_found',
  'connector_unknown',
];

/** How people manage the credentials of an integration; programs also have the Connections API. */
export function credentialRoutes(options: IntegrationRouteOptions): Route[] {
  const { room } = options;
  const one = {
    permission: 'integrations:write' as const,
    scope: 'organization' as const,
    tag,
    params: contract.CredentialParams,
  };
  return [
    route({
      method: 'POST',
      path: '/api/v1/integrations/:id/credentials',
      permission: 'integrations:write',
      scope: 'organization',
      summary: 'Adds a credential that shares the load, after validating it; nothing is stored while a check failed.',
      tag,
      errors: [...errors, 'credential_limit_reached', ...checkErrors(room)],
      params: contract.IntegrationParams,
      body: contract.CreateCredentialRequest,
      response: contract.SavedIntegration,
      streams: [lineType],
      async handle({ params, body, actor, signal, ...call }) {
        const answer = await answerSaving(options, call, addCredential(room, { actor, signal }, params.id, body));
        return 'integration' in answer ? new Answer(answer, { status: 201 }) : answer;
      },
    }),
    route({
      ...one,
      method: 'PATCH',
      path: '/api/v1/integrations/:id/credentials/:credentialId',
      summary:
        'Changes a credential after validating it; with nothing to change it checks it and puts it in use again.',
      errors: [...errors, 'secrets_required', ...checkErrors(room)],
      body: contract.ChangeCredentialRequest,
      response: contract.SavedIntegration,
      streams: [lineType],
      handle: ({ params, body, actor, signal, ...call }) =>
        answerSaving(options, call, changeCredential(room, { actor, signal }, placeOf(params), body)),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/api/v1/integrations/:id/credentials/:credentialId/disable',
      summary: 'Takes a credential out of use until it is checked again.',
      errors,
      response: contract.IntegrationAnswer,
      handle: async ({ params, actor }) => ({
        integration: await toOneAnswer(room, await disableByPerson(room, actor, placeOf(params))),
      }),
    }),
    route({
      ...one,
      method: 'DELETE',
      path: '/api/v1/integrations/:id/credentials/:credentialId',
      summary: 'Deletes a credential; its secret goes at once.',
      errors,
      response: contract.IntegrationAnswer,
      handle: async ({ params, actor }) => ({
        integration: await toOneAnswer(room, await deleteCredential(room, actor, placeOf(params))),
      }),
    }),
  ];
}

const placeOf = (params: { id: string; credentialId: number }) => ({
  integration: params.id,
  credentialId: params.credentialId,
});
