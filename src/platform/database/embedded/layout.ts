import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, lchown, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { PlumblineError } from '../../errors/index.ts';
import type { Account } from './account.ts';
import { writeDurably } from './durable-file.ts';

/** `cluster.json` of the state directory: what the next start must find again. */
const ClusterRecord = z.object({
  /** Also in the data directory: tells this data from any other. */
  dataId: z.string(),
  /** The directory that holds `data`; relative to the state directory when it lies inside. */
  home: z.string(),
  /** Kept from start to start, so that what people configured elsewhere stays right. */
  port: z.number().int(),
  /** Set while a copy is given an identity of its own, which its data may already have. */
  becoming: z.string().optional(),
});
export type ClusterRecord = z.infer<typeof ClusterRecord>;

const recordFile = (stateDirectory: string): string => join(stateDirectory, 'cluster.json');
const passwordFile = (stateDirectory: string): string => join(stateDirectory, 'database.password');
const idFile = (dataDirectory: string): string => join(dataDirectory, 'plumbline.id');

const insideHome = 'database';

/** Where the database goes that a user cannot reach below the state directory. */
const outsideHome = '/var/lib/plumbline-databases';

export async function readRecord(stateDirectory: string): Promise<ClusterRecord | undefined> {
  const text = await readFile(recordFile(stateDirectory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = ClusterRecord.safeParse(safeJson(text));
  if (parsed.success) return parsed.data;
  throw new PlumblineError('embedded_database_lost', {
    message: `${recordFile(stateDirectory)} is damaged.`,
    remedy: 'Restore it from a backup; the database itself is untouched.',
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function writeRecord(stateDirectory: string, record: ClusterRecord): Promise<void> {
  await writeDurably(recordFile(stateDirectory), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * The directory that holds `data`. Data that lie inside the state directory are its own, whatever path an older version
 * wrote down: that path leads from a copy to the original.
 */
export async function homeOf(stateDirectory: string, { home, dataId }: ClusterRecord): Promise<string> {
  if (!isAbsolute(home)) return join(stateDirectory, home);
  const inside = join(stateDirectory, insideHome);
  if (!home.startsWith(`${outsideHome}/`)) return inside;
  return (await readDataId(join(inside, 'data'))) === dataId ? inside : home;
}

/** As `cluster.json` keeps it. */
export function recordedHome(stateDirectory: string, home: string): string {
  return home === join(stateDirectory, insideHome) ? insideHome : home;
}

/** Made once, before the cluster, so that an interrupted first start finds the same. Undefined: none and `make` is off. */
export async function databasePassword(stateDirectory: string, make: boolean): Promise<string | undefined> {
  const file = passwordFile(stateDirectory);
  const present = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (present !== undefined && present.trim() !== '') return present.trim();
  if (!make) return undefined;
  const password = randomBytes(24).toString('base64url');
  await writeDurably(file, `${password}\n`);
  return password;
}

export async function readDataId(dataDirectory: string): Promise<string | undefined> {
  const text = await readFile(idFile(dataDirectory), 'utf8').catch(() => undefined);
  return text?.trim();
}

export async function writeDataId(
  dataDirectory: string,
  account: Account | undefined,
  id: string = randomUUID(),
): Promise<string> {
  await writeDurably(idFile(dataDirectory), `${id}\n`);
  if (account !== undefined) await chown(idFile(dataDirectory), account.uid, account.gid);
  return id;
}

/**
 * The directory that holds `data`: below the state directory, or outside when it lies below a directory that
 * `account` may not pass (as root: a 0700 home, a temporary directory).
 */
export async function chooseHome(stateDirectory: string, account: Account | undefined): Promise<string> {
  const inside = join(stateDirectory, insideHome);
  const home =
    account === undefined || (await canPass(stateDirectory, account)) ? inside : join(outsideHome, randomUUID());
  await mkdir(home, { recursive: true, mode: 0o755 });
  await chmod(home, 0o700);
  if (account !== undefined) await chown(home, account.uid, account.gid);
  return home;
}

/** True when a user may pass every directory down to `path`; ACLs are not looked at. */
export async function canPass(path: string, account: Account): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Where older versions, which noted nothing else, say the database of this state directory was made. */
export async function standsElsewhere({ home }: ClusterRecord, homeNow: string): Promise<boolean> {
  if (!isAbsolute(home) || home === homeNow) return false;
  return stat(join(home, 'data')).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}

export function lost(what: string, where: string): PlumblineError {
  return new PlumblineError('embedded_database_lost', {
    message: `This state directory was made with a database that cannot be found. ${what}: ${where}.`,
  });
}

/** Gives a tree to a user: one copied by root, or from a machine where ids mean other users. Links are not followed. */
export async function giveTo(directory: string, account: Account): Promise<void> {
  await lchown(directory, account.uid, account.gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await giveTo(path, account);
    else await lchown(path, account.uid, account.gid);
  }
}
