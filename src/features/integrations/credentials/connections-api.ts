import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { type ErrorCode, PlumblineError } from '../../../platform/errors/index.ts';
import { Answer, type Route, route } from '../../access/index.ts';
import { toEnd } from '../check-stream.ts';
import { type Fields, parseSettings, saveAllowed } from '../model.ts';
import { type Room, requireConnector, requireNotDeleting } from '../room.ts';
import type { IntegrationRouteOptions } from '../route-options.ts';
import { checkErrors } from '../saving-routes.ts';
import { openSecrets } from '../secrets.ts';
import { type CredentialRow, findCredential, listCredentials } from '../store/credentials.ts';
import { findById, type IntegrationRow, listIntegrations } from '../store/integrations.ts';
import * as contract from './connections-contract.ts';
import { addCredential, changeCredential, deleteCredential, requireCredentialRow } from './keeping.ts';
import { endOf } from './model.ts';
import { camelFields, snakeFields } from './names.ts';

const tag = 'Connections API';
const read = {
  style: 'rpc' as const,
  method: 'GET' as const,
  permission: 'integrations:read' as const,
  scope: 'organization' as const,
  tag,
};
const write = {
  style: 'rpc' as const,
  method: 'POST' as const,
  permission: 'integrations:write' as const,
  scope: 'organization' as const,
  tag,
};
const under = '/api/connections/:connection_id';
const savingErrors = (room: Room): ErrorCode[] => [
  'connection_not_found',
  'integration_deleting',
  'integration_changed',
  ...checkErrors(room),
];

/** Credentials of existing integrations for programs; see `docs/connections-api.md`. */
export function connectionsApi(options: IntegrationRouteOptions): Route[] {
  return [listConnectionsRoute(options), ...readingRoutes(options), ...savingRoutes(options)];
}

function listConnectionsRoute({ room, lastSyncedAt }: IntegrationRouteOptions): Route {
  return route({
    ...read,
    path: '/api/connections.list',
    summary: 'Lists the connections (integrations) by type.',
    response: contract.ConnectionList,
    async handle() {
      const rows = (await listIntegrations(room.db)).filter((row) => row.state !== 'deleting');
      const ids = rows.map((row) => row.id);
      const [credentials, synced] = await Promise.all([listCredentials(room.db, ids), lastSyncedAt(ids)]);
      const connections = rows
        .toSorted((a, b) => (a.kind === b.kind ? a.id - b.id : a.kind < b.kind ? -1 : 1))
        .map((row) => ({
          id: row.id,
          type: row.kind,
          name: row.name,
          ...stateOf(
            row,
            credentials.filter(({ integrationId }) => integrationId === row.id),
          ),
          last_synced_at: synced.get(row.id)?.toISOString() ?? null,
          created_at: row.createdAt.toISOString(),
          supports_multiple_credentials: room.connectors.get(row.kind)?.multipleCredentials ?? false,
        }));
      return { ok: true as const, connections };
    },
  });
}

function stateOf(row: IntegrationRow, credentials: readonly CredentialRow[]) {
  const usable = credentials.some(({ disabledAt }) => disabledAt === null);
  const ends = credentials.map(({ disabledAt }) => disabledAt?.getTime() ?? 0);
  const disabledAt = usable || ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString();
  const good = usable && saveAllowed(row.checks);
  const state = row.state === 'paused' ? ('paused' as const) : good ? ('verified' as const) : ('failed' as const);
  return { state, disabled_at: disabledAt };
}

function readingRoutes({ room }: IntegrationRouteOptions): Route[] {
  return [
    route({
      ...read,
      path: `${under}/credentials.list`,
      summary: 'Lists the credentials of a connection; never their secrets.',
      errors: ['connection_not_found'],
      params: contract.ConnectionParams,
      response: contract.CredentialList,
      async handle({ params }) {
        const connection = await requireConnection(room, params.connection_id);
        const rows = await listCredentials(room.db, [connection.id]);
        return { ok: true as const, credentials: rows.map((row) => listed(connection, row)) };
      },
    }),
    route({
      ...read,
      path: `${under}/credentials.info/:id`,
      summary: 'Shows a credential, also a deleted one; never its secrets.',
      errors: ['connection_not_found', 'credential_not_found'],
      params: contract.CredentialInfoParams,
      response: contract.OneCredential,
      async handle({ params }) {
        const connection = await requireConnection(room, params.connection_id);
        const row = await requireCredentialRow(room.db, connection.id, toId(params.id, 'credential_not_found'));
        const deleted_at = row.deletedAt?.toISOString() ?? null;
        return { ok: true as const, credential: { ...listed(connection, row), deleted_at } };
      },
    }),
  ];
}

function savingRoutes({ room }: IntegrationRouteOptions): Route[] {
  return [
    route({
      ...write,
      path: `${under}/credentials.create`,
      summary: 'Adds a credential after the same checks as the wizard’s; nothing is stored when one fails.',
      errors: [
        ...savingErrors(room),
        'credential_limit_reached',
        'missing_required_field',
        'invalid_field',
        'invalid_json',
      ],
      params: contract.ConnectionParams,
      body: contract.CreateCredential,
      response: contract.SavedCredential,
      async handle({ params, body, actor, signal }) {
        const connection = await requireConnection(room, params.connection_id);
        requireSameSettings(room, connection, body.settings);
        const wanted = {
          label: body.label,
          secrets: camelFields(body.secrets),
          expirationDate: body.expiration_date,
        };
        const saving = addCredential(room, { actor, signal }, String(connection.id), wanted);
        const { credential } = await toEnd(saving);
        return new Answer({ ok: true as const, credential: brief(connection, credential) }, { status: 201 });
      },
    }),
    route({
      ...write,
      path: `${under}/credentials.update`,
      summary: 'Changes a credential after a full check; on failure it stays as it was.',
      errors: [
        ...savingErrors(room),
        'credential_not_found',
        'secrets_required',
        'missing_required_field',
        'invalid_field',
        'invalid_json',
      ],
      params: contract.ConnectionParams,
      body: contract.UpdateCredential,
      response: contract.SavedCredential,
      async handle({ params, body, actor, signal }) {
        const connection = await requireConnection(room, params.connection_id);
        requireSameSettings(room, connection, body.settings);
        const change = { label: body.label, expirationDate: body.expiration_date };
        const secrets = await mergedSecrets(room, connection, body);
        const place = { integration: String(connection.id), credentialId: body.id };
        const { credential } = await toEnd(changeCredential(room, { actor, signal }, place, { ...change, secrets }));
        return { ok: true as const, credential: brief(connection, credential) };
      },
    }),
    route({
      ...write,
      path: `${under}/credentials.delete`,
      summary: 'Deletes a credential: its secret goes at once, its row can still be shown by id.',
      errors: [
        'connection_not_found',
        'credential_not_found',
        'integration_deleting',
        'missing_required_field',
        'invalid_field',
        'invalid_json',
      ],
      params: contract.ConnectionParams,
      body: contract.DeleteCredential,
      response: contract.Done,
      async handle({ params, body, actor }) {
        const connection = await requireConnection(room, params.connection_id);
        await deleteCredential(room, actor, { integration: String(connection.id), credentialId: body.id });
        return { ok: true as const };
      },
    }),
  ];
}

function toId(text: string, code: 'connection_not_found' | 'credential_not_found'): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new PlumblineError(code);
  return Number(text);
}

async function requireConnection(room: Room, text: string): Promise<IntegrationRow> {
  const row = await findById(room.db, toId(text, 'connection_not_found'));
  if (row === undefined) throw new PlumblineError('connection_not_found');
  return row;
}

/** The settings are the connection's, shared by its credentials: sent again they must be the same. */
function requireSameSettings(room: Room, row: IntegrationRow, settings: Fields | undefined): void {
  if (settings === undefined) return;
  requireNotDeleting(row);
  const merged = { ...row.settings, ...camelFields(settings) };
  const parsed = parseSettings(requireConnector(room, row.kind), merged);
  const differing = Object.keys(parsed).filter((name) => !isDeepStrictEqual(parsed[name], row.settings[name]));
  if (differing.length === 0) return;
  const fields = differing.map((name) => ({ path: `settings.${name}`, message: 'differs from the connection’s' }));
  throw new PlumblineError('invalid_field', {
    message: `The settings are those of the connection; these differ: ${Object.keys(snakeFields(Object.fromEntries(differing.map((name) => [name, null])))).join(', ')}.`,
    remedy: 'Leave settings out, or change them in the integration’s settings.',
    data: { fields },
  });
}

/** Secrets left out or empty stay; undefined when none is given. */
async function mergedSecrets(
  room: Room,
  row: IntegrationRow,
  body: z.output<typeof contract.UpdateCredential>,
): Promise<Fields | undefined> {
  const given = Object.entries(camelFields(body.secrets ?? {})).filter(([, value]) => value !== '' && value !== null);
  if (given.length === 0) return undefined;
  const stored = await findCredential(room.db, row.id, body.id);
  // A secret that was entered for another address must not be sent with the new ones.
  const keep = stored !== undefined && stored.deletedAt === null && stored.disabledCode !== 'address_changed';
  return { ...(keep ? openSecrets(room.vault, stored) : {}), ...Object.fromEntries(given) };
}

const brief = (connection: IntegrationRow, row: CredentialRow) => ({
  id: row.id,
  type: connection.kind,
  label: row.label,
  created_at: row.createdAt.toISOString(),
});

const listed = (connection: IntegrationRow, row: CredentialRow) => ({
  ...brief(connection, row),
  settings: snakeFields(connection.settings),
  disabled_at: row.disabledAt?.toISOString() ?? null,
  expiration_date: endOf(row)?.toISOString() ?? null,
});
