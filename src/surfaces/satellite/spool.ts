import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lease } from '../../connectors/work/index.ts';
import type { ErrorCode } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Parcel } from './hub-client.ts';

/** What waits on the disk for the hub, in the order of its holding. */
export interface Kept {
  name: 'stage' | 'finish';
  sequence: number;
  parcel: Parcel;
}

/** Of one holding, in its order; read one by one, as together they may be large. */
export interface Left {
  lease: Lease;
  parcels: { name: Kept['name']; sequence: number; read(): Promise<Parcel> }[];
}

type Send = (name: Kept['name'], parcel: Parcel) => Promise<unknown>;

export interface Spool {
  /** True while something of this lease lies here: what comes next has to wait behind it. */
  waits(lease: Lease): boolean;
  /**
   * Resolves once it is on the disk and there is room for more: the oldest is kept, and reading waits. What the disk does
   * not take is kept in memory, and reading waits until the hub has it.
   */
  keep(lease: Lease, kept: Kept, send: Send): Promise<void>;
  /** Resolves once all of it was sent; throws what kept it from being sent. */
  emptied(lease: Lease): Promise<void>;
  /** Nobody wants it any more. */
  drop(lease: Lease): Promise<void>;
  /** Leases of which an earlier process left something, with what it left. */
  left(): Promise<Left[]>;
  state(): { bytes: number; full: boolean };
}

export interface SpoolOptions {
  directory: string;
  maxBytes: number;
  log: Log;
}

interface Waiting {
  bytes: number;
  sending: Promise<void>;
  failure: { error: unknown } | undefined;
  count: number;
}

const full: ErrorCode = 'satellite_buffer_full';

const nothingWaits = (): Waiting => ({ bytes: 0, sending: Promise.resolve(), failure: undefined, count: 0 });

const nameOf = ({ taskId, fence }: Lease): string => `${taskId}.${fence}`;
const fileForm = /^(\d{9})\.(stage|finish)\.(plain|zstd)\.([0-9a-f]{64})$/;

/** What the hub could not take yet, in files that outlive the process. */
export async function openSpool({ directory, maxBytes, log }: SpoolOptions): Promise<Spool> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const leases = new Map<string, Waiting>();
  let bytes = await bytesIn(directory);
  let room = Promise.withResolvers<void>();
  let saidFull = false;
  let unwritten = 0;

  const folderOf = (lease: Lease): string => join(directory, nameOf(lease));
  const freed = (count: number): void => {
    bytes -= count;
    if (bytes >= maxBytes) return;
    if (saidFull) log.info({ bytes }, 'the buffer has room again, reading goes on');
    saidFull = false;
    room.resolve();
    room = Promise.withResolvers<void>();
  };
  const forRoom = async (waiting: Waiting): Promise<void> => {
    while (bytes >= maxBytes && waiting.failure === undefined) {
      if (!saidFull)
        log.error(
          { code: full, bytes, maxBytes },
          'the buffer is full: what was read is kept, reading waits for the hub',
        );
      saidFull = true;
      await room.promise;
    }
    if (waiting.failure !== undefined) throw waiting.failure.error;
  };

  return {
    waits: (lease) => leases.has(nameOf(lease)),
    async keep(lease, kept, send) {
      const folder = folderOf(lease);
      const file = await writeParcel(folder, kept).catch((error: unknown) => {
        log.error(
          { code: full, error: `The disk takes no more: ${(error as Error).message}` },
          'the disk takes no more: what was read is kept in memory, reading waits for the hub',
        );
        return undefined;
      });
      const size = file === undefined ? 0 : kept.parcel.bytes.length;
      bytes += size;
      const waiting = leases.get(nameOf(lease)) ?? nothingWaits();
      leases.set(nameOf(lease), waiting);
      waiting.count += 1;
      waiting.bytes += size;
      waiting.sending = waiting.sending.then(async () => {
        if (waiting.failure !== undefined) return;
        try {
          await send(kept.name, file === undefined ? kept.parcel : await readParcel(join(folder, file)));
          if (file !== undefined) await rm(join(folder, file), { force: true });
          waiting.bytes -= size;
          waiting.count -= 1;
          if (waiting.count === 0 && leases.get(nameOf(lease)) === waiting) {
            leases.delete(nameOf(lease));
            await rm(folder, { recursive: true, force: true });
          }
          freed(size);
        } catch (error) {
          waiting.failure = { error };
          room.resolve();
          room = Promise.withResolvers<void>();
        }
      });
      if (file !== undefined) return forRoom(waiting);
      unwritten += 1;
      await waiting.sending;
      unwritten -= 1;
      if (waiting.failure !== undefined) throw waiting.failure.error;
    },
    async emptied(lease) {
      const waiting = leases.get(nameOf(lease));
      await waiting?.sending;
      if (waiting?.failure !== undefined) throw waiting.failure.error;
    },
    async drop(lease) {
      const waiting = leases.get(nameOf(lease));
      leases.delete(nameOf(lease));
      const size = waiting?.bytes ?? (await bytesIn(folderOf(lease)));
      await rm(folderOf(lease), { recursive: true, force: true });
      if (size > 0) freed(size);
    },
    left: () => leftIn(directory),
    state: () => ({ bytes, full: bytes >= maxBytes || unwritten > 0 }),
  };
}

/** Named only when it is whole, and on the disk: a name that is there holds what was read. */
async function writeParcel(folder: string, { name, sequence, parcel }: Kept): Promise<string> {
  const form = parcel.compressed ? 'zstd' : 'plain';
  const file = `${String(sequence).padStart(9, '0')}.${name}.${form}.${parcel.digest}`;
  const half = join(folder, `${file}.half`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const handle = await open(half, 'w', 0o600);
    try {
      await handle.writeFile(parcel.bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(half, join(folder, file));
  } catch (error) {
    // It would take the room that is missing.
    await rm(half, { force: true }).catch(() => undefined);
    throw error;
  }
  return file;
}

async function readParcel(path: string): Promise<Parcel> {
  const [, , , form, digest = ''] = fileForm.exec(path.slice(path.lastIndexOf('/') + 1)) ?? [];
  return { bytes: await readFile(path), compressed: form === 'zstd', digest };
}

async function leftIn(directory: string): Promise<Left[]> {
  const found: Left[] = [];
  for (const folder of (await readdir(directory)).toSorted()) {
    const [, task, fence] = /^(\d+)\.(\d+)$/.exec(folder) ?? [];
    if (task === undefined || fence === undefined) continue;
    const parcels: Left['parcels'] = [];
    for (const file of (await readdir(join(directory, folder))).toSorted()) {
      const [, sequence, name] = fileForm.exec(file) ?? [];
      if (sequence === undefined) continue;
      const read = (): Promise<Parcel> => readParcel(join(directory, folder, file));
      parcels.push({ name: name as Kept['name'], sequence: Number(sequence), read });
    }
    found.push({ lease: { taskId: Number(task), fence: Number(fence) }, parcels });
  }
  return found;
}

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries)
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  return sum;
}
