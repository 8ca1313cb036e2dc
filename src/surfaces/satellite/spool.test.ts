import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../platform/telemetry/log.ts';
import type { Parcel } from './hub-client.ts';
import { openSpool } from './spool.ts';

const lease = { taskId: 7, fence: 2 };
const parcel = (text: string): Parcel => ({ bytes: Buffer.from(text), compressed: false, digest: 'a'.repeat(64) });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-spool-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const stage = (sequence: number) => ({ name: 'stage', sequence, parcel: parcel(`batch ${sequence}`) }) as const;

/** A hub that takes nothing until it is back, and never again once it has refused. */
function hubAway() {
  const there = Promise.withResolvers<void>();
  there.promise.catch(() => undefined);
  const sent: string[] = [];
  const send = async (_: unknown, { bytes }: Parcel): Promise<void> => {
    await there.promise;
    sent.push(Buffer.from(bytes).toString());
  };
  return { sent, send, comeBack: there.resolve, refuse: there.reject };
}

/** Of the second batch, as a disk does that has room for the first one only. */
async function spoolOfFullDisk() {
  const codes: unknown[] = [];
  const log = { ...silentLog, error: (fields: { code?: unknown }) => void codes.push(fields.code) };
  const spool = await openSpool({ directory, maxBytes: 1_000, log });
  // No file can be written where a folder is.
  await mkdir(join(directory, `7.2/000000002.stage.plain.${'a'.repeat(64)}.half`), { recursive: true });
  return { spool, codes };
}

describe('a disk that takes no more', () => {
  it('keeps what was read in memory, behind what lies there, and reading waits until the hub has it', async () => {
    const { spool, codes } = await spoolOfFullDisk();
    const { send, sent, comeBack } = hubAway();
    await spool.keep(lease, stage(1), send);
    expect([spool.state().full, codes]).toEqual([false, []]);
    let waits = true;
    const kept = spool.keep(lease, stage(2), send).finally(() => (waits = false));
    await vi.waitFor(() => expect(spool.state().full).toBe(true));
    expect([waits, spool.waits(lease), codes]).toEqual([true, true, ['satellite_buffer_full']]);
    comeBack();
    await kept;
    expect(sent).toEqual(['batch 1', 'batch 2']);
    expect(spool.state()).toEqual({ bytes: 0, full: false });
    expect(await readdir(directory)).toEqual([]);
  });

  it('ends with what the hub said of what it waited for', async () => {
    const { spool } = await spoolOfFullDisk();
    const { send, refuse } = hubAway();
    await spool.keep(lease, stage(1), send);
    const kept = spool.keep(lease, stage(2), send);
    refuse(new Error('another has it'));
    await expect(kept).rejects.toThrow('another has it');
    await spool.drop(lease);
    expect(spool.state()).toEqual({ bytes: 0, full: false });
  });
});
