import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { readConnectionRoom, shortage } from './connections.ts';
import { endPredecessors, endProcess, forgetProcesses, type Role, writeHeartbeat } from './store.ts';

export interface PresenceOptions {
  db: Database;
  log: Log;
  role: Role;
  version: string;
  /** Ids of the master keys held now; asked at each heartbeat. */
  keyIds(): readonly string[];
  /** What the process knows of its machine; asked at each heartbeat. */
  facts(): Promise<{ [name: string]: unknown }>;
  /** Called before each heartbeat, e.g. to look for keys that were added. A failure is logged and tried again. */
  beforeBeat?(): Promise<void>;
}

export interface Presence {
  /** Writes the first heartbeat and goes on. */
  start(address: string | null): Promise<void>;
  /** Says that the process ended in order. */
  stop(): Promise<void>;
}

const beatMs = 10_000;
/** Who is long gone is looked for once an hour. */
const beatsPerCleaning = 360;

/** Makes this process visible to the others, to `doctor` and to the System page. */
export function createPresence(options: PresenceOptions): Presence {
  const { db, log } = options;
  const self = { id: randomUUID(), role: options.role, version: options.version, host: hostname(), pid: process.pid };
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const beat = async (address: string | null): Promise<void> => {
    await options.beforeBeat?.().catch((error: Error) => {
      // Still alive, and seen not to know what it should: a rotation must wait for it.
      log.warn({ error: error.message }, 'keys could not be read again');
    });
    await writeHeartbeat(db, { ...self, address, keyIds: [...options.keyIds()], facts: await options.facts() });
  };
  const goOn = async (address: string | null): Promise<void> => {
    let told = false;
    for (let count = 1; ; count++) {
      await delay(beatMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        await beat(address);
        if (count % beatsPerCleaning === 0) await forgetProcesses(db);
        told = false;
      } catch (error) {
        // Once per outage: the database may be restarting, and the next heartbeat tries again.
        if (!told) log.warn({ error: (error as Error).message }, 'heartbeat of this process failed');
        told = true;
      }
    }
  };
  return {
    async start(address) {
      await endPredecessors(db, self);
      await beat(address);
      await forgetProcesses(db);
      const short = shortage(await readConnectionRoom(db));
      if (short !== undefined) log.warn({ reason: short }, 'connections to the database may not be enough');
      running = goOn(address);
    },
    async stop() {
      stopping.abort();
      await running;
      if (running !== undefined) await endProcess(db, self.id).catch(() => undefined);
    },
  };
}
