import { applicationOfKind, satelliteYaml } from '../../domain/satellite-file.ts';
import { oldestSatelliteProtocol } from '../../connectors/work/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type Actor, Answer, audit, type Route, route } from '../access/index.ts';
import type { FarIntegration } from '../integrations/index.ts';
import * as contract from './contract.ts';
import { clockToleranceMs, hashKey, isNewer, newKey, presenceOf } from './model.ts';
import { findKey, insertKey, type KeyRow, listKeys, revokeKey } from './store/keys.ts';
import { listSatellites, type SatelliteRow } from './store/satellites.ts';

const tag = 'Satellites';

export interface SatelliteRouteOptions {
  db: Database;
  now(): Date;
  version: string;
  tenant(): Promise<string>;
  publicUrl(): URL;
  far(): Promise<FarIntegration[]>;
  /** What waits and what is being read of integrations. */
  queues(ids: readonly number[]): Promise<ReadonlyMap<number, { waiting: number; reading: number }>>;
}

export function satelliteRoutes(options: SatelliteRouteOptions): Route[] {
  const { db } = options;
  return [
    route({
      method: 'GET',
      path: '/api/v1/satellites',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Lists the satellites, their keys, and what waits to be read by them.',
      tag,
      response: contract.SatelliteList,
      handle: () => listing(options),
    }),
    route({
      method: 'POST',
      path: '/api/v1/satellites/files',
      permission: 'integrations:write',
      scope: 'organization',
      summary: 'Makes a key for integrations and a satellite’s file with it; the key is shown this once.',
      tag,
      errors: ['integration_not_found'],
      body: contract.FileRequest,
      response: contract.SatelliteFile,
      handle: async ({ body, actor }) =>
        new Answer(await makeFile(options, actor, body.integrationIds), { status: 201 }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/satellites/keys/:id/revoke',
      permission: 'integrations:write',
      scope: 'organization',
      summary: 'Revokes a satellite key: satellites with it can do nothing any more.',
      tag,
      errors: ['satellite_key_not_found'],
      params: contract.KeyParams,
      response: contract.KeyAnswer,
      async handle({ params, actor }) {
        const key = await db.transaction(async (tx) => {
          const found = await findKey(tx, params.id);
          if (found === undefined) throw new PlumblineError('satellite_key_not_found');
          if (await revokeKey(tx, params.id, actor.name))
            await audit(tx, actor, 'satellite_key.revoked', { kind: 'satellite_key', id: found.id, name: found.name });
          return (await findKey(tx, params.id)) ?? found;
        });
        return { key: presentKey(key, nameFrom(await options.far())) };
      },
    }),
  ];
}

/** Throws `integration_not_found` for what no satellite reads. */
async function makeFile(
  { db, tenant, publicUrl, far }: SatelliteRouteOptions,
  actor: Actor,
  ids: readonly number[],
): Promise<contract.SatelliteFile> {
  const all = await far();
  const chosen = [...new Set(ids)].map((id) => {
    const found = all.find((one) => one.id === id);
    if (found === undefined || applicationOfKind(found.kind) === undefined)
      throw new PlumblineError('integration_not_found', {
        message: `There is no integration ${id} that a satellite reads.`,
      });
    return found;
  });
  const apiKey = newKey();
  const name = chosen
    .map((one) => one.name)
    .join(', ')
    .slice(0, 300);
  const url = new URL('satellite/v1', withSlash(publicUrl())).href;
  const yaml = satelliteYaml({ tenant: await tenant(), apiKey, url, integrations: chosen });
  const keyId = await db.transaction(async (tx) => {
    const id = await insertKey(tx, {
      name,
      hash: hashKey(apiKey),
      madeBy: actor.name,
      integrationIds: chosen.map((one) => one.id),
    });
    await audit(tx, actor, 'satellite_key.created', { kind: 'satellite_key', id, name });
    return id;
  });
  return { fileName: 'satellite.yml', yaml, keyId };
}

const withSlash = (url: URL): string => (url.href.endsWith('/') ? url.href : `${url.href}/`);

type NameOf = (id: number) => string;
const nameFrom =
  (far: readonly FarIntegration[]): NameOf =>
  (id) =>
    far.find((one) => one.id === id)?.name ?? `deleted integration ${id}`;

async function listing(options: SatelliteRouteOptions): Promise<contract.SatelliteList> {
  const { db, now } = options;
  const [rows, keys, far] = await Promise.all([listSatellites(db), listKeys(db), options.far()]);
  const name = nameFrom(far);
  const byKey = new Map(keys.map((key) => [key.id, key]));
  const satellites = rows.flatMap((row) => {
    const key = byKey.get(row.keyId);
    return key === undefined ? [] : [presentSatellite(row, key, { name, now: now(), version: options.version })];
  });
  const queues = await options.queues(far.map(({ id }) => id));
  return {
    satellites,
    keys: keys.map((key) => presentKey(key, name)),
    queue: far.map(({ id, name: integration, kind, pending }) => ({
      id,
      name: integration,
      kind,
      pending,
      online: satellites.filter(
        (one) => one.presence === 'online' && !one.keyRevoked && one.integrations.some((own) => own.id === id),
      ).length,
      ...(queues.get(id) ?? { waiting: 0, reading: 0 }),
    })),
  };
}

function presentSatellite(
  { state, ...row }: SatelliteRow,
  key: KeyRow,
  { name, now, version }: { name: NameOf; now: Date; version: string },
): contract.Satellite {
  const outdated = row.protocol < oldestSatelliteProtocol;
  return {
    id: row.id,
    name: row.name,
    presence: presenceOf(row.seenAt, now),
    version: row.version,
    update: outdated ? 'required' : isNewer(version, row.version) ? 'available' : 'none',
    seenAt: row.seenAt.toISOString(),
    startedAt: row.startedAt.toISOString(),
    clockAheadMs: row.clockAheadMs,
    clockDiffers: Math.abs(row.clockAheadMs) > clockToleranceMs,
    keyId: key.id,
    keyRevoked: key.revokedAt !== null,
    integrations: key.integrationIds.map((id) => ({ id, name: name(id) })),
    running: state.running ?? null,
    memoryBytes: state.memoryBytes ?? null,
    buffer: state.buffer ?? null,
    differing: (state.differing ?? [])
      .filter(({ integration }) => key.integrationIds.includes(integration))
      .map(({ integration, settings }) => ({ integration: { id: integration, name: name(integration) }, settings })),
    errors: state.errors ?? [],
  };
}

function presentKey(key: KeyRow, name: NameOf): contract.SatelliteKey {
  return {
    id: key.id,
    name: key.name,
    integrations: key.integrationIds.map((id) => ({ id, name: name(id) })),
    madeBy: key.madeBy,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    revokedBy: key.revokedBy,
  };
}
