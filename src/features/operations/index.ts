import type { RetainedRows } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import { machineFacts } from '../../platform/telemetry/index.ts';
import type { KeySource } from '../../platform/vault/index.ts';
import type { Route } from '../access/index.ts';
import { type InstallationOptions, installationRoutes } from './installation/routes.ts';
import { backupRoutes } from './backup/routes.ts';
import { type DoctorOptions, doctorRoutes } from './doctor/doctor.ts';
import { readAgainAfterUpgrade, readingAgainWords } from './doctor/upgrade-check.ts';
import { createPresence, type Presence } from './processes/presence.ts';
import { processRoutes } from './processes/routes.ts';
import type { Role } from './processes/store.ts';
import { retentionReaction, retentionRoutes } from './retention/retention.ts';
import { createRotations } from './rotation/rotation.ts';
import { rotationRoutes } from './rotation/routes.ts';

export { deadEndpoints } from './outgoing-webhooks/index.ts';
export type { HubFacts } from './doctor/hub-checks.ts';
export { recogniseInstallation } from './installation/recognise.ts';
export { installationId, isHeld } from './installation/store.ts';
export { newestHeartbeat } from './processes/store.ts';

export interface OperationsOptions extends DoctorOptions, Omit<InstallationOptions, 'db'> {
  /** Where the vault has its keys from. */
  keys: KeySource;
  connectionString: string;
  /** PostgreSQL schemas of ours. */
  schemas: readonly string[];
  /** Tables that a backup does not hold, with the reason. */
  leftOut: Readonly<Record<string, string>>;
  /** What may be forgotten after a time. */
  retention: readonly RetainedRows[];
  role: Role;
  stateDirectory: string;
}

export interface Operations {
  routes: Route[];
  reactions: Reaction[];
  /** This process, as the others see it. */
  presence: Presence;
  stop(): Promise<void>;
}

/** Keeping an installation running. Nothing runs before `presence.start`. */
export function createOperations(options: OperationsOptions): Operations {
  const { db, log, vault, keys, role, version } = options;
  const rotations = createRotations({ db, log, vault, keys });
  const presence = createPresence({
    db,
    log,
    role,
    version,
    keyIds: () => vault.keyIds(),
    // A rotation waits until the new key was seen here.
    beforeBeat: () => vault.reload(),
    facts: () => ownFacts(options),
  });
  return {
    routes: [
      ...processRoutes(db),
      ...installationRoutes(options),
      ...rotationRoutes(db, rotations),
      ...backupRoutes(db, options),
      ...retentionRoutes(options),
      ...doctorRoutes(options),
    ],
    reactions: [retentionReaction(options)],
    stop: () => rotations.stop(),
    presence: {
      stop: () => presence.stop(),
      async start(address) {
        await presence.start(address);
        for (const row of await readAgainAfterUpgrade(db, options.recordForms)) log.info(row, readingAgainWords(row));
      },
    },
  };
}

async function ownFacts({ db, vault, stateDirectory }: OperationsOptions): Promise<{ [name: string]: unknown }> {
  const before = Date.now();
  const { now } = await db.one<{ now: Date }>('select clock_timestamp() as now');
  return {
    ...(await machineFacts(stateDirectory)),
    node: process.version,
    clockSkewMs: Math.round((before + Date.now()) / 2 - now.getTime()),
    sealsWith: vault.sealsWith(),
  };
}
