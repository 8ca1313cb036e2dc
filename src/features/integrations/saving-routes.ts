import type { CheckReport, CheckResult } from '../../connectors/contract.ts';
import type { ErrorCode } from '../../platform/errors/index.ts';
import { Answer, type Route, type RouteRequest, route, type StreamedAnswer } from '../access/index.ts';
import { toOneAnswer, toReportAnswer } from './answers.ts';
import { applyIntegration, compareWanted } from './applying.ts';
import { lineType, streamChecks, toEnd, wantsLines } from './check-stream.ts';
import { checkStored } from './check-stored.ts';
import { runChecks } from './checking.ts';
import * as contract from './contract.ts';
import type { SavedIntegration } from './contract.ts';
import { parseSecrets, parseSettings } from './model.ts';
import { requireConnector, type Room } from './room.ts';
import { type IntegrationRouteOptions, tag } from './route-options.ts';
import { changeIntegration, createIntegration, type Saved, type Saving } from './saving.ts';

/** What any check can find. */
const anyCheckErrors: readonly ErrorCode[] = [
  'invalid_credentials',
  'expired_credentials',
  'invalid_permissions',
  'no_resources',
  'unreachable',
  'tls_error',
  'timeout',
  'unsupported_version',
  'server_not_ready',
  'address_not_allowed',
  'upstream_error',
  'read_by_satellite',
  'secrets_stay_in_satellite',
  'satellite_offline',
  'satellite_not_configured',
  'satellite_file_invalid',
  'satellite_call_refused',
];

/** What a check can find: the same for every kind, and what only some kinds find. */
export function checkErrors({ connectors }: Pick<Room, 'connectors'>): ErrorCode[] {
  const own = [...connectors.values()].flatMap((connector) => connector.checkErrors ?? []);
  return [...new Set([...anyCheckErrors, ...own])];
}

type Call = Pick<RouteRequest<unknown, unknown, unknown>, 'headers' | 'requestId'>;

/** Carries out a check that saves, and answers with lines or with one answer at the end, as the caller asked. */
export async function answerSaving(
  { room, log }: IntegrationRouteOptions,
  call: Call,
  saving: Saving,
): Promise<SavedIntegration | StreamedAnswer> {
  const answered = async ({ row, report }: Saved): Promise<SavedIntegration> => ({
    integration: await toOneAnswer(room, row),
    report: report === null ? null : toReportAnswer(report),
  });
  if (!wantsLines(call)) return answered(await toEnd(saving));
  const running = async function* (): AsyncGenerator<
    CheckResult,
    { report: CheckReport | null; integration: SavedIntegration['integration'] }
  > {
    const saved = yield* saving;
    return { report: saved.report, integration: await toOneAnswer(room, saved.row) };
  };
  return streamChecks(running(), { requestId: call.requestId, log });
}

/** Routes that test a connection; each answers with one JSON document, or with one line per check when asked to. */
export function savingRoutes(options: IntegrationRouteOptions): Route[] {
  return [
    tryRoute(options),
    createRoute(options),
    applyRoute(options),
    ...changeRoutes(options),
    ...checkRoutes(options),
  ];
}

function tryRoute({ room, log }: IntegrationRouteOptions): Route {
  return route({
    method: 'POST',
    path: '/api/v1/integrations/check',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Tests a connection without saving anything; one line of JSON per check as it ends.',
    tag,
    errors: ['connector_unknown'],
    body: contract.CheckRequest,
    streams: [lineType],
    async handle({ body, signal, requestId }) {
      const connector = requireConnector(room, body.kind);
      const declared = {
        settings: parseSettings(connector, body.settings),
        secrets: parseSecrets(connector, body.secrets),
      };
      const known = { signal, knownExpiry: null, knownServerId: null, integrationId: null };
      const running = async function* (): AsyncGenerator<CheckResult, { report: CheckReport; integration: null }> {
        return { report: yield* runChecks(room.checking, connector, declared, known), integration: null };
      };
      return streamChecks(running(), { requestId, log });
    },
  });
}

function createRoute(options: IntegrationRouteOptions): Route {
  return route({
    method: 'POST',
    path: '/api/v1/integrations',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Validates and saves a new integration; nothing is saved while a check failed.',
    tag,
    errors: ['connector_unknown', 'integration_name_taken', 'integration_deleting', ...checkErrors(options.room)],
    body: contract.CreateIntegrationRequest,
    response: contract.SavedIntegration,
    streams: [lineType],
    async handle({ body, actor, signal, ...call }) {
      const answer = await answerSaving(options, call, createIntegration(options.room, { actor, signal }, body));
      return 'integration' in answer ? new Answer(answer, { status: 201 }) : answer;
    },
  });
}

function applyRoute({ room }: IntegrationRouteOptions): Route {
  return route({
    method: 'PUT',
    path: '/api/v1/integrations/by-name/:name',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Brings an integration to the state sent; applying the same twice changes nothing.',
    tag,
    errors: [
      'connector_unknown',
      'integration_name_taken',
      'integration_deleting',
      'integration_changed',
      ...checkErrors(room),
    ],
    params: contract.IntegrationNameParams,
    query: contract.ApplyQuery,
    body: contract.ApplyIntegrationRequest,
    response: contract.AppliedIntegration,
    async handle({ params, query, body, actor, signal }) {
      const wanted = { ...body, name: params.name };
      if (query.dryRun === 'true') {
        const { row, created, changes } = await compareWanted(room, wanted);
        const integration = row === null ? null : await toOneAnswer(room, row);
        return { changed: created || changes.length > 0, created, changes, integration, report: null };
      }
      const { row, report, created, changes } = await toEnd(applyIntegration(room, { actor, signal }, wanted));
      return {
        changed: created || changes.length > 0,
        created,
        changes,
        integration: await toOneAnswer(room, row),
        report: report === null ? null : toReportAnswer(report),
      };
    },
  });
}

const changeErrors = (room: Room): ErrorCode[] => [
  'integration_not_found',
  'integration_deleting',
  'integration_changed',
  'connector_unknown',
  'secrets_required',
  ...checkErrors(room),
];

function changeRoutes(options: IntegrationRouteOptions): Route[] {
  const { room } = options;
  return [
    route({
      method: 'PATCH',
      path: '/api/v1/integrations/:id',
      permission: 'integrations:write',
      scope: 'organization',
      summary: 'Changes name, tags, interval or settings; new settings are validated before they are saved.',
      tag,
      errors: [...changeErrors(room), 'integration_name_taken'],
      params: contract.IntegrationParams,
      body: contract.UpdateIntegrationRequest,
      response: contract.SavedIntegration,
      streams: [lineType],
      handle: ({ params, body, actor, signal, ...call }) =>
        answerSaving(options, call, changeIntegration(room, { actor, signal }, params.id, body)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/integrations/:id/reauthenticate',
      permission: 'integrations:write',
      scope: 'organization',
      summary: 'Replaces the secrets, and nothing else, after validating them.',
      tag,
      errors: changeErrors(room),
      params: contract.IntegrationParams,
      body: contract.ReauthenticateRequest,
      response: contract.SavedIntegration,
      streams: [lineType],
      handle: ({ params, body, actor, signal, ...call }) =>
        answerSaving(options, call, changeIntegration(room, { actor, signal }, params.id, body)),
    }),
  ];
}

function checkRoutes(options: IntegrationRouteOptions): Route[] {
  const { room } = options;
  const declaration = {
    method: 'POST' as const,
    permission: 'integrations:write' as const,
    scope: 'organization' as const,
    tag,
    errors: ['integration_not_found', 'integration_deleting', 'connector_unknown', 'secrets_required'] as const,
    params: contract.IntegrationParams,
    response: contract.SavedIntegration,
    streams: [lineType],
  };
  return [
    route({
      ...declaration,
      path: '/api/v1/integrations/:id/check',
      summary: 'Tests the connection with what is stored and keeps the result.',
      handle: ({ params, actor, signal, ...call }) =>
        answerSaving(options, call, checkStored(room, { actor, signal }, params.id)),
    }),
    route({
      ...declaration,
      path: '/api/v1/integrations/:id/accept-server',
      summary: 'Confirms that another server than before may answer at the address of the integration.',
      handle: ({ params, actor, signal, ...call }) =>
        answerSaving(options, call, checkStored(room, { actor, signal }, params.id, { acceptServer: true })),
    }),
  ];
}
