import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import { PlumblineError } from '../src/platform/errors/index.ts';

/**
 * Unpacks a zip whose entries all lie below one top folder into `directory`, that folder left out. Written beside
 * and renamed, so that an interrupted run is never taken for a whole one; `directory` must not exist, and nobody else
 * may unpack to it at the same time.
 */
export async function unpack(archive: string, directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const zip = await openPromise(archive).catch((cause: unknown) => {
    throw new PlumblineError('lab_archive_invalid', { message: `${archive} is not a readable zip archive.`, cause });
  });
  // yauzl itself refuses names that are absolute or climb with `..`.
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.slice(entry.fileName.indexOf('/') + 1);
    if (name === '') continue;
    const path = join(unfinished, name);
    if (entry.fileName.endsWith('/')) await makeDirectory(path);
    else await writeEntry(path, entry, await zip.openReadStreamPromise(entry, {}));
  }
  await rename(unfinished, directory);
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
}

async function writeEntry(path: string, entry: Entry, content: NodeJS.ReadableStream): Promise<void> {
  await makeDirectory(dirname(path));
  await pipeline(content, createWriteStream(path));
  // The upper half of the attributes holds the Unix mode; only "may be executed" is taken over from it.
  const executable = ((entry.externalFileAttributes >>> 16) & 0o100) !== 0;
  await chmod(path, executable ? 0o755 : 0o644);
}
