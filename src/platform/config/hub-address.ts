import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { trimEndCharacter } from '../../domain/text-edges.ts';

/** `hub.address` of the state directory: how commands on this machine find the hub that runs with it. */
const HubAddress = z.strictObject({
  /** Of the listener itself, on loopback where it listens there: what goes there passes no proxy. */
  local: z.url(),
  /** How people reach it. */
  public: z.url(),
  /** Its certificate (PEM), whose names need not be those of the local address; null: plain HTTP. */
  certificate: z.string().nullable(),
  /** The directory the hub wrote this into: a copy of the file speaks of another hub. */
  directory: z.string(),
});
export type HubAddress = Omit<z.infer<typeof HubAddress>, 'directory'>;

const fileOf = (stateDirectory: string): string => join(stateDirectory, 'hub.address');

async function nameOf(stateDirectory: string): Promise<string> {
  const { dev, ino } = await stat(stateDirectory, { bigint: true });
  return `${dev}:${ino}`;
}

export async function writeHubAddress(stateDirectory: string, address: HubAddress): Promise<void> {
  const file = fileOf(stateDirectory);
  const text = JSON.stringify({ ...address, directory: await nameOf(stateDirectory) }, null, 2);
  await writeFile(`${file}.${process.pid}`, `${text}\n`);
  await rename(`${file}.${process.pid}`, file);
}

/** Undefined when no hub was started with this very directory, its original's or an older version's note apart. */
export async function readHubAddress(stateDirectory: string): Promise<HubAddress | undefined> {
  try {
    const { directory, ...address } = HubAddress.parse(JSON.parse(await readFile(fileOf(stateDirectory), 'utf8')));
    return directory === (await nameOf(stateDirectory)) ? address : undefined;
  } catch {
    return undefined;
  }
}

/** The same hub by its local or its public address, with or without a path's last slash, under any name of loopback. */
export function namesThisHub(url: URL, { local, public: open }: HubAddress): boolean {
  return [local, open].some((known) => sameAddress(url, new URL(known)));
}

function sameAddress(a: URL, b: URL): boolean {
  const path = ({ pathname }: URL): string => trimEndCharacter(pathname, '/');
  return a.protocol === b.protocol && portOf(a) === portOf(b) && hostOf(a) === hostOf(b) && path(a) === path(b);
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

const hostOf = ({ hostname }: URL): string =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname) ? 'loopback' : hostname;
