import { oldestSatelliteProtocol, satelliteHeaders } from '../../connectors/work/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { hashKey, looksLikeKey } from './model.ts';
import { findKeyByHash, noteKeyUse } from './store/keys.ts';
import { noteRefusedVersion } from './store/satellites.ts';

/** What a call shows of who makes it. */
export interface Evidence {
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  address: string;
}

/** A satellite whose key is good: what it may read is the key's to say. */
export interface Caller {
  keyId: number;
  instance: string;
  version: string;
  protocol: number;
  integrationIds: readonly number[];
  address: string;
}

const instanceForm = /^[A-Za-z0-9-]{8,64}$/;
const versionForm = /^[\x21-\x7e]{1,100}$/;

/**
 * Throws `satellite_key_invalid`, `satellite_key_revoked`, `satellite_wrong_tenant`, `satellite_outdated`. The tenant is
 * looked at after the key: who has none learns nothing of whose hub this is.
 */
export async function admit(
  { db, tenant }: { db: Database; tenant(): Promise<string> },
  { headers, address }: Evidence,
): Promise<Caller> {
  const key = /^Bearer ([\x21-\x7e]{1,300})$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
  if (!looksLikeKey(key)) throw new PlumblineError('satellite_key_invalid');
  const row = await findKeyByHash(db, hashKey(key));
  if (row === undefined) throw new PlumblineError('satellite_key_invalid');
  if (row.revokedAt !== null) throw new PlumblineError('satellite_key_revoked');
  if (headers[satelliteHeaders.tenant] !== (await tenant())) throw new PlumblineError('satellite_wrong_tenant');
  const instance = matching(headers[satelliteHeaders.instance], instanceForm, satelliteHeaders.instance);
  const version = matching(headers[satelliteHeaders.version], versionForm, satelliteHeaders.version);
  const protocol = Number(matching(headers[satelliteHeaders.protocol], /^\d{1,6}$/, satelliteHeaders.protocol));
  if (protocol < oldestSatelliteProtocol) {
    await noteRefusedVersion(db, { keyId: row.id, instance, version, protocol });
    throw new PlumblineError('satellite_outdated', {
      message: `The satellite (version ${version}, protocol ${protocol}) is too old for this hub, which needs protocol ${oldestSatelliteProtocol} or newer.`,
    });
  }
  const minuteAgo = Date.now() - 60_000;
  if (row.lastUsedAt === null || row.lastUsedAt.getTime() < minuteAgo) await noteKeyUse(db, row.id);
  return { keyId: row.id, instance, version, protocol, integrationIds: row.integrationIds, address };
}

function matching(value: string | undefined, form: RegExp, header: string): string {
  if (value !== undefined && form.test(value)) return value;
  throw new PlumblineError('invalid_request', {
    message: `The header ${header} is missing or is not what it should be.`,
  });
}
