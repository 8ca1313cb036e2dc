import type { Heartbeat } from '../../../connectors/work/index.ts';
import type { Queryable } from '../../../platform/database/index.ts';

/** What it said last; empty before its first heartbeat. */
export type SatelliteState = Partial<Omit<Heartbeat, 'clock'>>;

export interface SatelliteRow {
  id: number;
  keyId: number;
  instance: string;
  name: string;
  version: string;
  protocol: number;
  startedAt: Date;
  seenAt: Date;
  clockAheadMs: number;
  state: SatelliteState;
}

const columns = `id, key_id as "keyId", instance, name, version, protocol, started_at as "startedAt", seen_at as "seenAt",
  clock_ahead_ms as "clockAheadMs", state`;

export interface Arrival {
  keyId: number;
  instance: string;
  name: string;
  version: string;
  protocol: number;
  address: string;
  startedAt: string;
  clockAheadMs: number;
}

/** One row for each instance of each key, however often it starts; `anew`: another process of it was here before. */
export async function upsertSatellite(db: Queryable, arrival: Arrival): Promise<{ id: number; anew: boolean }> {
  const before = await db.maybeOne<{ startedAt: Date }>(
    'select started_at as "startedAt" from satellites.satellites where key_id = $1 and instance = $2',
    [arrival.keyId, arrival.instance],
  );
  const { id } = await db.one<{ id: number }>(
    `insert into satellites.satellites (key_id, instance, name, version, protocol, address, started_at, clock_ahead_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (key_id, instance) do update
        set name = excluded.name, version = excluded.version, protocol = excluded.protocol, address = excluded.address,
            started_at = excluded.started_at, clock_ahead_ms = excluded.clock_ahead_ms, seen_at = now()
     returning id`,
    [
      arrival.keyId,
      arrival.instance,
      arrival.name,
      arrival.version,
      arrival.protocol,
      arrival.address,
      arrival.startedAt,
      arrival.clockAheadMs,
    ],
  );
  return { id, anew: before !== undefined && before.startedAt.toISOString() !== arrival.startedAt };
}

/** A version that is refused is shown all the same. */
export async function noteRefusedVersion(
  db: Queryable,
  satellite: Pick<Arrival, 'keyId' | 'instance' | 'version' | 'protocol'>,
): Promise<void> {
  await db.execute(
    `update satellites.satellites set version = $3, protocol = $4, seen_at = now() where key_id = $1 and instance = $2`,
    [satellite.keyId, satellite.instance, satellite.version, satellite.protocol],
  );
}

export async function findSatellite(db: Queryable, keyId: number, instance: string): Promise<number | undefined> {
  const row = await db.maybeOne<{ id: number }>(
    'select id from satellites.satellites where key_id = $1 and instance = $2',
    [keyId, instance],
  );
  return row?.id;
}

export async function noteHeartbeat(
  db: Queryable,
  id: number,
  { state, clockAheadMs }: { state: SatelliteState; clockAheadMs: number },
): Promise<void> {
  await db.execute('update satellites.satellites set seen_at = now(), state = $2, clock_ahead_ms = $3 where id = $1', [
    id,
    JSON.stringify(state),
    clockAheadMs,
  ]);
}

export function listSatellites(db: Queryable): Promise<SatelliteRow[]> {
  return db.query(`select ${columns} from satellites.satellites order by seen_at desc, id limit 500`);
}

/** Newest sign of a satellite that may read each integration: with a key that is good. */
export async function lastSeen(db: Queryable, integrationIds: readonly number[]): Promise<ReadonlyMap<number, Date>> {
  const rows = await db.query<{ id: number; at: Date }>(
    `select i.integration_id as id, max(s.seen_at) as at
       from satellites.key_integrations i
       join satellites.keys k on k.id = i.key_id and k.revoked_at is null
       join satellites.satellites s on s.key_id = k.id
      where i.integration_id = any ($1) group by 1`,
    [integrationIds],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}
