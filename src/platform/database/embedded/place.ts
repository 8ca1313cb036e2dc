import { chown, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Account } from './account.ts';
import { DirectoryIdentity, identityOf, isNoted, isOne, machineName } from './directory-identity.ts';
import { writeDurably } from './durable-file.ts';
import { processesIn } from './processes.ts';

/** `plumbline.place` of a data directory: where it was when it was last started. Copied with the data, so a copy differs. */
const Place = z.strictObject({
  machine: z.string(),
  /** The state directory it belongs to. */
  state: z.strictObject({ path: z.string(), identity: DirectoryIdentity }),
  data: z.strictObject({ path: z.string(), identity: DirectoryIdentity }),
});
export type Place = z.infer<typeof Place>;

/** What is at the noted paths now, as far as this machine can see. */
export interface Original {
  state: DirectoryIdentity | undefined;
  data: DirectoryIdentity | undefined;
}

/**
 * same: what was noted, perhaps moved. copy: the data were copied; the original is elsewhere, or may be. borrowed: the
 * state directory was copied or made anew, and its data are those of another one that is still there.
 */
export type Judgement = 'same' | 'copy' | 'borrowed';

export function judgePlace(noted: Place, now: Place, original: Original): Judgement {
  const stands = original.state !== undefined && isNoted(noted.state.identity, original.state);
  if (stands && !isOne(original.state, now.state.identity)) {
    return isOne(original.data, now.data.identity) ? 'borrowed' : 'copy';
  }
  // One of the two was noted: the whole was moved, the machine started again, or the data were put on another disk.
  if (isNoted(noted.data.identity, now.data.identity) || isNoted(noted.state.identity, now.state.identity))
    return 'same';
  // Moved by copying and removing: on this machine the original would be seen.
  return noted.machine === now.machine ? 'same' : 'copy';
}

export async function lookAround(noted: Place): Promise<Original> {
  return { state: await identityOf(noted.state.path), data: await identityOf(noted.data.path) };
}

/** Throws when one of them is not a directory. */
export async function placeNow(stateDirectory: string, dataDirectory: string): Promise<Place> {
  const [state, data] = [await identityOf(stateDirectory), await identityOf(dataDirectory)];
  if (state === undefined || data === undefined) throw new Error(`${dataDirectory} cannot be looked at`);
  return {
    machine: await machineName(),
    state: { path: stateDirectory, identity: state },
    data: { path: dataDirectory, identity: data },
  };
}

const fileOf = (dataDirectory: string): string => join(dataDirectory, 'plumbline.place');

/** Undefined for data of a version that did not note it, and for a note that cannot be read. */
export async function readPlace(dataDirectory: string): Promise<Place | undefined> {
  const text = await readFile(fileOf(dataDirectory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Place.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writePlace(dataDirectory: string, place: Place, account: Account | undefined): Promise<void> {
  const file = fileOf(dataDirectory);
  await writeDurably(file, `${JSON.stringify(place, null, 2)}\n`);
  if (account !== undefined) await chown(file, account.uid, account.gid);
}

/** What a copied data directory says of a server that runs is said of the original's: one that is stopped by it. */
export async function forgetCopiedServer(dataDirectory: string): Promise<void> {
  if ((await processesIn(dataDirectory)).length > 0) return;
  await rm(join(dataDirectory, 'postmaster.pid'), { force: true });
}
