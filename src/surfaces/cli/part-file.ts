import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

export interface PartFile {
  handle: FileHandle;
  /** Gives it its name; on disk when this resolves. */
  finish(): Promise<void>;
  /** Removes it. */
  drop(): Promise<void>;
}

/**
 * A file that has its name only once it is whole. Until then it lies beside under another one, which goes with this
 * process however that ends: a shell of its own session waits for the end of a pipe, which no signal can keep open.
 */
export async function openPartFile(file: string): Promise<PartFile> {
  const target = resolve(file);
  await sweepParts(target);
  const part = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  const handle = await open(part, 'wx', 0o600);
  const guard = guardPart(part);
  return {
    handle,
    async finish() {
      await handle.sync();
      await handle.close();
      await rename(part, target);
      const directory = await open(dirname(target), 'r');
      await directory.sync();
      await directory.close();
      guard();
    },
    async drop() {
      await handle.close().catch(() => undefined);
      await rm(part, { force: true });
      guard();
    },
  };
}

/** Returns what ends the guard. Where there is no shell the next backup sweeps. */
function guardPart(part: string): () => void {
  const guard = spawn('/bin/sh', ['-c', 'cat >/dev/null; exec rm -f -- "$0"', part], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return () => guard.stdin?.destroy();
}

/** What a machine that went down in the middle left: parts of this file whose process is no more. */
async function sweepParts(target: string): Promise<void> {
  const prefix = `${basename(target)}.`;
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    const pid = name.startsWith(prefix)
      ? /^(\d+)(?:-[0-9a-f]{8})?\.part$/.exec(name.slice(prefix.length))?.[1]
      : undefined;
    if (pid !== undefined && !lives(Number(pid))) await rm(join(dirname(target), name), { force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
