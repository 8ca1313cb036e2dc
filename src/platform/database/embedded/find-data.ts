import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../errors/index.ts';
import type { Log } from '../../telemetry/log.ts';
import { type Account, accountOf, serverAccount, serviceUser } from './account.ts';
import { findBinaries } from './binaries.ts';
import { type Cluster, freePort } from './cluster.ts';
import { dataExists, makeData } from './initialise.ts';
import {
  canPass,
  chooseHome,
  type ClusterRecord,
  databasePassword,
  giveTo,
  homeOf,
  lost,
  readDataId,
  readRecord,
  recordedHome,
  writeRecord,
} from './layout.ts';
import { recogniseData } from './recognise.ts';
import { lockDataDirectory, type StateLock } from './state-lock.ts';

export interface FindOptions {
  stateDirectory: string;
  log: Log;
  sync?: boolean;
}

export interface Found {
  cluster: Cluster;
  record: ClusterRecord;
  password: string;
  /** Held on the data directory. */
  lock: StateLock;
}

/** The data of a state directory: made on its first start, else found, locked and recognised as its own or as a copy. */
export async function findOrMake({ stateDirectory, log, sync = true }: FindOptions): Promise<Found> {
  const known = await readRecord(stateDirectory);
  const knownHome = known === undefined ? undefined : await homeOf(stateDirectory, known);
  const account = await accountFor(stateDirectory, knownHome, log);
  const home = knownHome ?? (await chooseHome(stateDirectory, account));
  const binaries = await findBinaries({ copyTo: home, account });
  const cluster: Cluster = { binaries, dataDirectory: join(home, 'data'), logFile: join(home, 'server.log'), account };
  const exists = await dataExists(cluster.dataDirectory);
  if (known !== undefined && !exists) throw lost('It is gone', cluster.dataDirectory);
  const password = await databasePassword(stateDirectory, !exists);
  if (password === undefined) throw lost('Its password is gone', join(stateDirectory, 'database.password'));
  if (exists) await requireMajor(cluster);
  else await makeData(cluster, { password, sync, log });
  const lock = await lockDataDirectory(cluster.dataDirectory);
  try {
    const dataId = await readDataId(cluster.dataDirectory);
    if (dataId === undefined || (known !== undefined && known.dataId !== dataId && known.becoming !== dataId)) {
      throw lost('Another one is in its place', cluster.dataDirectory);
    }
    const record = known ?? (await remember(stateDirectory, dataId, home));
    return { cluster, record: await recogniseData({ stateDirectory, home, record, cluster, log }), password, lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function remember(stateDirectory: string, dataId: string, home: string): Promise<ClusterRecord> {
  const record = { dataId, home: recordedHome(stateDirectory, home), port: await freePort() };
  await writeRecord(stateDirectory, record);
  return record;
}

/** The owner of existing data, whoever starts it now; else the user for new data. */
async function accountFor(
  stateDirectory: string,
  knownHome: string | undefined,
  log: Log,
): Promise<Account | undefined> {
  const home = knownHome ?? join(stateDirectory, 'database');
  const data = join(home, 'data');
  const owner = await ownerOf(data);
  const me = process.getuid?.();
  if (owner !== undefined && me !== 0) {
    if (owner === me) return undefined;
    throw new PlumblineError('embedded_database_unavailable', {
      message: `The database in ${data} belongs to another user (uid ${owner}).`,
      remedy: 'Start Plumbline as the user who started it first, or set PLUMBLINE_HOME to another directory.',
    });
  }
  const existing = owner === undefined || owner === 0 ? undefined : await accountOf(owner).catch(() => undefined);
  const account = existing ?? (await serverAccount(true));
  if (account === undefined) return undefined;
  if (existing === undefined && account.name !== serviceUser) {
    log.warn({ user: account.name }, 'no system user plumbline could be made; the database runs as this one');
  }
  // Passing through is enough for the database's user, whose own directory lies inside.
  await chmod(stateDirectory, 0o711);
  // Copied by root, or from a machine with other users: PostgreSQL opens only what is its own.
  if (owner !== undefined && existing === undefined) await giveTo(home, account);
  if (owner !== undefined) await requirePassable(data, account);
  return account;
}

async function requirePassable(data: string, account: Account): Promise<void> {
  if (await canPass(data, account)) return;
  throw new PlumblineError('embedded_database_unavailable', {
    message: `The system user ${account.name}, as whom the database runs, may not pass to ${data}.`,
    remedy: 'Put the state directory where every user may pass, e.g. below /var/lib, or let them pass (chmod o+x).',
  });
}

async function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (entry) => entry.uid,
    () => undefined,
  );
}

async function requireMajor(cluster: Cluster): Promise<void> {
  const major = Number((await readFile(join(cluster.dataDirectory, 'PG_VERSION'), 'utf8')).trim());
  if (major === cluster.binaries.major) return;
  throw new PlumblineError('database_major_mismatch', {
    message: `The database in ${cluster.dataDirectory} is of PostgreSQL ${major}; this version brings ${cluster.binaries.major}.`,
    data: { found: major, needed: cluster.binaries.major },
  });
}
