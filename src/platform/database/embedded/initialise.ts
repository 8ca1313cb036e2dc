import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../../telemetry/log.ts';
import { type Cluster, initCluster } from './cluster.ts';
import { syncDirectory } from './durable-file.ts';
import { writeDataId } from './layout.ts';
import { describeProblem } from './problem.ts';

/** Makes the data directory beside its place and renames it, so that what has the name is whole. Returns the data id. */
export async function makeData(
  cluster: Cluster,
  { password, sync, log }: { password: string; sync: boolean; log: Log },
): Promise<string> {
  const home = dirname(cluster.dataDirectory);
  await removeUnfinished(home);
  log.info({ directory: cluster.dataDirectory }, 'making the database');
  // A name of its own: an initdb whose hub was killed may still be writing to the last one.
  const unfinished: Cluster = { ...cluster, dataDirectory: join(home, `data.new-${randomUUID()}`) };
  const made = await initCluster(unfinished, { password, sync });
  if (made.status !== 0) {
    const problem = await describeProblem(unfinished, 'made', made);
    await rm(unfinished.dataDirectory, { recursive: true, force: true });
    throw problem;
  }
  const id = await writeDataId(unfinished.dataDirectory, cluster.account);
  await rename(unfinished.dataDirectory, cluster.dataDirectory);
  await syncDirectory(home);
  return id;
}

async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith('data.new')) continue;
    // One that is still being written to goes with the next start.
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

export async function dataExists(dataDirectory: string): Promise<boolean> {
  return stat(join(dataDirectory, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}
