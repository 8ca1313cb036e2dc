import { setTimeout as delay } from 'node:timers/promises';
import { advisoryLocks, type Database } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { KeySource, Vault } from '../../../platform/vault/index.ts';
import {
  activateKey,
  countOthers,
  nameNextKey,
  readKeyRows,
  retireOthers,
  rewrapAll,
} from '../../../platform/vault/rotation.ts';
import { listProcesses, type ProcessRow } from '../processes/store.ts';
import type { Rotation } from '../contract.ts';

export interface RotationOptions {
  db: Database;
  log: Log;
  vault: Vault;
  keys: KeySource;
}

export interface Rotations {
  /** Begins one, or goes on with one that was interrupted, in this process; answers how it stands. */
  start(): Promise<Rotation>;
  read(): Promise<Rotation>;
  stop(): Promise<void>;
}

const pollMs = 500;

/**
 * Rotation of the master key in four steps, each of which can be killed and repeated: a new key is named; when every
 * live process holds it, it is made the one to seal with; when every live process seals with it, what is under older
 * keys is brought under it; when nothing is, the older keys are retired. No secret is opened for it.
 */
export function createRotations(options: RotationOptions): Rotations {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let rewrapped = { done: 0, failed: [] as string[] };

  const read = async (): Promise<Rotation> => {
    // Asked before anything is read: what ends while it is read was not interrupted.
    const isRunning = running !== undefined || (await runsElsewhere(options.db));
    const rows = await readKeyRows(options.db);
    const newest = rows.at(-1);
    const older = rows.slice(0, -1);
    const base = { keyId: newest?.id ?? '', rewrapped: rewrapped.done, failed: rewrapped.failed.slice(0, 100) };
    if (newest === undefined || older.length === 0) return { ...base, phase: 'idle', waitingFor: [], left: 0 };
    const waitingFor = await behind(options.db, newest);
    const left = await countOthers(options.db, newest.id);
    if (!newest.active) return { ...base, phase: 'waiting_for_key', waitingFor, left };
    if (waitingFor.length > 0) return { ...base, phase: 'waiting_for_use', waitingFor, left };
    return { ...base, phase: isRunning ? 'rewrapping' : 'interrupted', waitingFor, left };
  };

  return {
    read,
    async start() {
      if (running === undefined) {
        await options.db.transaction((tx) => nameNextKey(tx, options.keys));
        await options.vault.reload();
        rewrapped = { done: 0, failed: [] };
        running = carryOut(options, stopping.signal, (progress) => (rewrapped = progress))
          .catch((error: Error) => {
            if (!stopping.signal.aborted) options.log.error({ error: error.message }, 'rotation of the key failed');
          })
          .finally(() => (running = undefined));
      }
      return read();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Whether a process of any host is at it: its session holds the lock. */
async function runsElsewhere(db: Database): Promise<boolean> {
  const { held } = await db.one<{ held: boolean }>(
    `select exists (select from pg_locks l join pg_database d on d.oid = l.database
        where l.locktype = 'advisory' and d.datname = current_database() and l.granted
          and l.objsubid = 1 and l.classid::bigint << 32 | l.objid::bigint = $1) as held`,
    [advisoryLocks.keyRotation],
  );
  return held;
}

async function carryOut(
  { db, log, vault }: RotationOptions,
  signal: AbortSignal,
  told: (progress: { done: number; failed: string[] }) => void,
): Promise<void> {
  const client = await db.pool.connect();
  try {
    const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [
      advisoryLocks.keyRotation,
    ]);
    if (rows[0]?.ours !== true) return;
    const newest = (await readKeyRows(db)).at(-1);
    if (newest === undefined) return;
    await everybody(db, newest, signal);
    await activateKey(db, newest.id);
    await vault.reload();
    await everybody(db, { ...newest, active: true }, signal);
    const progress = await rewrapAll({ db, vault }, told);
    told(progress);
    const left = await countOthers(db, newest.id);
    if (left > 0) {
      log.warn({ keyId: newest.id, left, failed: progress.failed.slice(0, 10) }, 'older keys are still needed');
      return;
    }
    await retireOthers(db, newest.id);
    log.info({ keyId: newest.id, rewrapped: progress.done }, 'key rotated');
  } finally {
    // The lock belongs to the session and ends with it.
    client.release(true);
  }
}

/** Waits until every live process holds the key, and seals with it once it is active. */
async function everybody(db: Database, key: { id: string; active: boolean }, signal: AbortSignal): Promise<void> {
  while ((await behind(db, key)).length > 0) await delay(pollMs, undefined, { signal });
}

async function behind(db: Database, key: { id: string; active: boolean }): Promise<Rotation['waitingFor']> {
  const live = (await listProcesses(db)).filter((row) => row.alive);
  const ready = (row: ProcessRow): boolean =>
    key.active ? row.facts['sealsWith'] === key.id : row.keyIds.includes(key.id);
  return live.filter((row) => !ready(row)).map(({ host, pid, role }) => ({ host, pid, role }));
}
