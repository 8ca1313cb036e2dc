import type { Queryable } from '../../platform/database/index.ts';
import { presenceOf } from './model.ts';
import { listKeys } from './store/keys.ts';
import { listSatellites } from './store/satellites.ts';

export interface AwaySatellite {
  id: number;
  name: string;
  seenAt: Date;
}

/** Satellites that the page calls offline; one whose key was revoked is not missed. */
export async function awaySatellites(db: Queryable, now: Date): Promise<AwaySatellite[]> {
  const revoked = new Set((await listKeys(db)).flatMap(({ id, revokedAt }) => (revokedAt === null ? [] : [id])));
  return (await listSatellites(db))
    .filter(({ keyId, seenAt }) => !revoked.has(keyId) && presenceOf(seenAt, now) === 'offline')
    .map(({ id, name, seenAt }) => ({ id, name, seenAt }));
}
