import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

/** What tells a directory from a copy of it: no tool that copies files can give the copy either of the first two. */
export const DirectoryIdentity = z.strictObject({
  inode: z.string(),
  /** Birth in nanoseconds; null where the file system does not know it. */
  born: z.string().nullable(),
  /** May differ after the machine was started again. */
  device: z.string(),
});
export type DirectoryIdentity = z.infer<typeof DirectoryIdentity>;

/** Undefined when there is no such directory, or it may not be looked at. */
export async function identityOf(directory: string): Promise<DirectoryIdentity | undefined> {
  const found = await stat(directory, { bigint: true }).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) return undefined;
  const { ino, dev, birthtimeNs } = found;
  return { inode: String(ino), born: birthtimeNs === 0n ? null : String(birthtimeNs), device: String(dev) };
}

/** The same directory as was noted, wherever it is now. Without births inodes of two file systems could be equal. */
export function isNoted(noted: DirectoryIdentity, now: DirectoryIdentity): boolean {
  if (noted.inode !== now.inode) return false;
  return noted.born !== null && now.born !== null ? noted.born === now.born : noted.device === now.device;
}

/** The same directory at this moment, under whatever two names: a link, a bind mount, another spelling. */
export function isOne(a: DirectoryIdentity | undefined, b: DirectoryIdentity | undefined): boolean {
  return a !== undefined && b !== undefined && a.inode === b.inode && a.device === b.device;
}

/** Of a copy on another machine, paths and missing originals say nothing. */
export async function machineName(): Promise<string> {
  const id = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  return `${id.trim()}@${hostname()}`;
}
