import type { WorkPort } from '../../connectors/work/index.ts';
import type { Json } from '../../connectors/contract.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Route } from '../access/index.ts';
import { type CheckElsewhere, type FarIntegration, placeOf } from '../integrations/index.ts';
import type { Ingestion } from '../ingestion/index.ts';
import { createChecks } from './checks.ts';
import { createDoor, type Door, holderOf } from './door.ts';
import { presenceOf } from './model.ts';
import { createPorts } from './ports.ts';
import { satelliteRoutes } from './routes.ts';
import { lastSeen } from './store/satellites.ts';

export { type AwaySatellite, awaySatellites } from './away.ts';
export { satellitesData } from './integration-data.ts';
export { satelliteMetrics } from './metrics.ts';
export type { Door as SatelliteDoor } from './door.ts';
export type { Caller as SatelliteCaller } from './admission.ts';

export interface SatellitesOptions {
  db: Database;
  log: Log;
  now(): Date;
  version: string;
  /** Id of this installation, as satellites know it. */
  tenant(): Promise<string>;
  publicUrl(): URL;
  /** Integrations that satellites read; none that is being deleted. */
  far(): Promise<FarIntegration[]>;
  work: Pick<
    Ingestion,
    'portOf' | 'placesWithWork' | 'underWay' | 'queues' | 'resumeLease' | 'whereaboutsOf' | 'releaseLeases'
  >;
  /** How often satellites call; tests are in a hurry. */
  heartbeatSeconds?: number;
  idleSeconds?: number;
  leaseSeconds?: number;
}

export interface Satellites {
  routes: Route[];
  door: Door;
  checkElsewhere: CheckElsewhere;
  /** Those of the integrations that no satellite is there for. */
  offline(integrationIds: readonly number[]): Promise<ReadonlySet<number>>;
}

const placeOfId = (id: number): string => placeOf({ id, place: 'satellite' });

/** A lease outlives a short absence of the way between satellite and hub. */
const standardLeaseSeconds = 120;

export function createSatellites(options: SatellitesOptions): Satellites {
  const { db, now, work, leaseSeconds = standardLeaseSeconds } = options;
  const makePort = (satelliteId: number, integrationId: number): WorkPort =>
    work.portOf({ holder: holderOf(satelliteId), place: placeOfId(integrationId), leaseSeconds });
  let known: string | undefined;
  const door = createDoor({
    ...options,
    // Asked for with every call; it never changes while a process runs.
    tenant: async () => (known ??= await options.tenant()),
    ports: createPorts({
      make: makePort,
      async integrationOf(taskId) {
        const found = await work.whereaboutsOf(taskId);
        return found?.place === placeOfId(found?.integrationId ?? 0) ? found?.integrationId : undefined;
      },
    }),
    placesWithWork: work.placesWithWork,
    underWay: work.underWay,
    resumeLease: (lease, holder) => work.resumeLease(lease, holder, leaseSeconds),
    releaseLeases: work.releaseLeases,
    async readable(ids) {
      const far = await options.far();
      return far
        .filter((one) => ids.includes(one.id))
        .map(({ id, name, kind, settings }) => ({ id, name, kind, settings: settings as Json }));
    },
  });
  return {
    door,
    checkElsewhere: createChecks({ db, now }),
    routes: satelliteRoutes({
      ...options,
      async queues(ids) {
        const queues = await work.queues(ids.map(placeOfId));
        return new Map(ids.map((id) => [id, queues.get(placeOfId(id)) ?? { waiting: 0, reading: 0 }]));
      },
    }),
    async offline(integrationIds) {
      const seen = await lastSeen(db, integrationIds);
      return new Set(
        integrationIds.filter((id) => {
          const at = seen.get(id);
          return at === undefined || presenceOf(at, now()) === 'offline';
        }),
      );
    },
  };
}
