import { chown, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { type Account, labAccount, makeReachable } from '../account.ts';
import type { LabContext } from '../context.ts';
import { fetchArtifact, mavenRepository } from '../maven.ts';
import { choosePorts, isFree } from '../ports.ts';
import { spawnDetached } from '../processes.ts';
import { unpack } from '../unpack.ts';
import { chooseAnalysers } from './analysers.ts';
import { serverArguments } from './command-line.ts';
import { findJava } from './java.ts';
import { type LabRecord, writeRecord } from './record.ts';
import { type LabVersion, type Ports, type Release, releaseOf, serverArtifact } from './releases.ts';

export interface StartOptions {
  version: LabVersion;
  /** The web port; without it the kept one, else the version's usual one, else any free one. */
  port?: number;
  /** True where nothing points to the kept web port, as in tests: then another is taken when somebody else listens there. */
  mayMove?: boolean;
  /** Further `sonar.` properties of a first or repeated start; a running server keeps what it was started with. */
  properties?: Readonly<Record<string, string>>;
  /** True where it is stopped again within minutes, as in tests: its programs begin quicker and never get as fast. */
  shortLived?: boolean;
  /** Of the vendor’s analysers, by the middle of their names, as `java`; all when left out. Of a start, not of a running one. */
  analysers?: readonly string[];
}

interface Start {
  directory: string;
  options: StartOptions;
  /** Of an earlier start. */
  kept: LabRecord | undefined;
}

/** Gets, unpacks and starts the server, and keeps in `lab.json` how; does not wait until it is ready. */
export async function launch(context: LabContext, { directory, options, kept }: Start): Promise<LabRecord> {
  const release = releaseOf(options.version);
  const account = await labAccount();
  const java = await findJava(release.java, { env: context.env, account });
  const home = join(directory, 'server');
  await makeReachable(directory, { ours: context.stateDirectory, account });
  const ports = await portsFor(release, { wanted: options.port, kept: kept?.ports, mayMove: options.mayMove });
  await ensureUnpacked(context, { home, release });
  await chooseAnalysers(home, options.analysers);
  await ownWritable(home, account);
  const { properties = {}, shortLived = false } = options;
  const args = serverArguments({ home, release, ports, properties, shortLived });
  context.note(`Starting SonarQube ${release.release} on port ${ports.web} with ${java.executable}`);
  const pid = await spawnDetached({
    executable: java.executable,
    args,
    directory: home,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: join(home, 'temp'), SONAR_JAVA_PATH: java.executable },
    log: consoleLog(directory),
    account,
  });
  const record: LabRecord = {
    version: options.version,
    release: release.release,
    ports,
    url: `http://127.0.0.1:${ports.web}${options.properties?.['sonar.web.context'] ?? ''}`,
    pid,
    java: java.executable,
    startedAt: new Date().toISOString(),
    fed: kept?.fed ?? [],
  };
  await writeRecord(directory, record);
  return record;
}

async function ensureUnpacked(
  context: LabContext,
  { home, release }: { home: string; release: Release },
): Promise<void> {
  if (await lstat(home).catch(() => undefined)) return;
  const archive = await fetchArtifact(serverArtifact(release), {
    cacheDirectory: context.cacheDirectory,
    repository: await mavenRepository(context.env),
    progress: context.progress(`Downloading SonarQube ${release.release}`),
    note: context.note,
  });
  context.note(`Unpacking SonarQube ${release.release}`);
  await unpack(archive, home);
}

/** The program itself stays ours; the server's user gets only the folders that it writes to. */
async function ownWritable(home: string, account: Account | undefined): Promise<void> {
  if (account === undefined) return;
  const own = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return;
    if (found.uid !== account.uid) await chown(path, account.uid, account.gid);
    if (!found.isDirectory()) return;
    for (const name of await readdir(path)) await own(join(path, name));
  };
  for (const folder of ['data', 'logs', 'temp', 'extensions']) {
    await mkdir(join(home, folder), { recursive: true });
    await own(join(home, folder));
  }
}

interface PortsWanted {
  wanted: number | undefined;
  kept: Ports | undefined;
  mayMove?: boolean | undefined;
}

/**
 * The web port is kept at any price unless it may move, because integrations point to it; one asked for never moves. The
 * two inner ones may always change. Throws `lab_port_taken`.
 */
export async function portsFor(release: Release, { wanted, kept, mayMove = false }: PortsWanted): Promise<Ports> {
  const web = wanted ?? (mayMove ? undefined : kept?.web);
  if (web !== undefined && !(await isFree(web))) {
    throw new PlumblineError('lab_port_taken', { message: `Another program listens on 127.0.0.1:${web}.` });
  }
  const preferred = kept ?? release.preferredPorts;
  return choosePorts({ web: web ?? preferred.web, search: preferred.search, database: preferred.database });
}

/** What the main process says; made anew at each start. */
export function consoleLog(directory: string): string {
  return join(directory, 'console.log');
}
