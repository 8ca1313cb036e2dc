import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, onTestFailed, onTestFinished } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { Run } from '../../src/features/ingestion/contract.ts';
import { type Database, databaseFault } from '../../src/platform/database/index.ts';
import { type DataContents, dataContents } from '../crash/data-contents.ts';
import { connectEmbedded, killPostgres } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import {
  changeSource,
  type Connection,
  connectSource,
  findingsOf,
  retryAndWait,
  startSource,
  struck,
  syncAndWait,
} from './connected-hub.ts';
import { noteShown, printShown } from './shown.ts';
import { type DatabaseFaultName, type Fault, faults } from './table.ts';

const execute = promisify(execFile);

afterAll(printShown);

interface Scene {
  source: Simulator;
  product: Product;
  db: Database;
  connection: Connection;
  /** What was published of the struck project before anything went wrong. */
  before: DataContents;
}

const contentsOfStruck = (db: Database, { id }: Connection): Promise<DataContents> =>
  dataContents(db, { integrationId: id, project: struck });

/** A hub with an embedded database of its own and one integration, whose source has changed since its first sync. */
async function setTheScene(parent?: string): Promise<Scene> {
  const source = await startSource();
  const product = await startProduct(parent === undefined ? {} : { parent });
  const db = await connectEmbedded(product);
  onTestFailed(() => void process.stderr.write(`the end of the hub’s log:\n${product.log().slice(-6_000)}\n`));
  onTestFinished(async () => {
    await db.close();
    await product.close();
    await source.close();
  });
  const connection = await connectSource(product, 'source', source);
  const before = await contentsOfStruck(db, connection);
  expect(before['sonarqube_issues']?.rows).toBe(1_300);
  changeSource(source);
  return { source, product, db, connection, before };
}

/** The run ends as the table says; and after the next one everything is as if nothing had happened. */
async function expectAsInTable(name: DatabaseFaultName, run: Run, scene: Scene, heal?: () => Promise<void>) {
  const { source, product, db, connection, before } = scene;
  const row: Fault = faults[name];
  noteShown(name, run);
  expect({ status: run.status, code: run.error?.code ?? null }, JSON.stringify(run.error)).toEqual({
    status: row.status,
    code: row.code,
  });
  await heal?.();
  if (run.status !== 'success') expect(findingsOf(await contentsOfStruck(db, connection))).toEqual(findingsOf(before));
  const next =
    run.status === 'success'
      ? await syncAndWait(product, connection, { full: false })
      : await retryAndWait(product, run);
  expect(next).toMatchObject({ status: 'success', error: null });
  const undisturbed = await connectSource(product, 'undisturbed', source);
  expect(await dataContents(db, { integrationId: connection.id, besideAnother: true })).toEqual(
    await dataContents(db, { integrationId: undisturbed.id, besideAnother: true }),
  );
}

/** Starts a sync and acts while a publish is in the middle of its transaction, held up by a lock of ours. */
async function actInMidPublish(scene: Scene, act: (backend: number) => Promise<void>): Promise<Run> {
  const { product, db, connection, before } = scene;
  let run: Promise<Run> | undefined;
  await db
    .transaction(async (tx) => {
      await tx.execute('lock table code_quality.findings in share mode');
      run = syncAndWait(product, connection, { full: true });
      run.catch(() => undefined);
      const backend = await publishHeldUp(db);
      expect(await contentsOfStruck(db, connection)).toEqual(before);
      await act(backend);
      await delay(100);
    })
    // Our own connection goes down with the others.
    .catch((error: Error) =>
      expect(databaseFault(error), error.message).toMatchObject({ code: 'database_unavailable' }),
    );
  return run as Promise<Run>;
}

async function publishHeldUp(db: Database): Promise<number> {
  for (;;) {
    const held = await db.maybeOne<{ pid: number }>(
      "select pid from pg_locks where not granted and relation = 'code_quality.findings'::regclass limit 1",
    );
    if (held !== undefined) return held.pid;
    await delay(20);
  }
}

describe('a fault of the embedded database', () => {
  it('backend_killed', async () => {
    const scene = await setTheScene();
    const run = await actInMidPublish(scene, async (backend) => void process.kill(backend, 'SIGKILL'));
    expect(run.retries).toBeGreaterThan(0);
    await expectAsInTable('backend_killed', run, scene);
  });

  it('postmaster_killed', async () => {
    const scene = await setTheScene();
    const run = await actInMidPublish(scene, () => killPostgres(scene.product));
    expect(run.retries).toBeGreaterThan(0);
    expect(scene.product.log()).toContain('the embedded database ended; starting it again');
    await expectAsInTable('postmaster_killed', run, scene);
  });

  // Three minutes alone; one that hangs beside others is tried again alone.
  it('disk_full', { timeout: 600_000 }, async ({ skip }) => {
    const disk = await mountSmallDisk().catch((error: Error) => error);
    if (disk instanceof Error) {
      const reason = `a small file system cannot be mounted here: ${disk.message.trim().split('\n').at(-1)}`;
      process.stdout.write(`skipped: disk_full, ${reason}\n`);
      return skip(reason);
    }
    const scene = await setTheScene(disk);
    const filler = join(disk, 'filler');
    // Else a database that cannot write its last checkpoint would outlive a failed test.
    onTestFinished(() => rm(filler, { force: true }));
    // In mid-run: the list of projects is published, a page of issues is on its way.
    const match = { path: 'api/issues/list', project: struck, query: { p: '2' } };
    const fill = async (): Promise<void> => {
      // Vacuuming a catalog has each new connection write a file, and none is made where that fails: no test could wait.
      await scene.db.execute('alter system set autovacuum = off');
      await scene.db.execute('select pg_reload_conf()');
      // A fresh segment of the log, so that the tables run out of space and not the log, which no test could wait for.
      await scene.db.execute('select pg_switch_wal()');
      await scene.db.execute("select pg_logical_emit_message(true, 'test', 'a fresh segment')");
      await fillDisk(filler);
    };
    scene.source.faults.add({ match, kind: { type: 'hold', until: fill } });
    // More than fits into the space that earlier rows have left in the tables.
    const issues = { count: 6_000, seed: 8, rules: someRules(3), files: 40, directories: 2, root: 'more' };
    scene.source.state.addAnalysis(struck, { at: new Date(Date.now() + 2_000), version: '4', issues });
    const run = await syncAndWait(scene.product, scene.connection, { full: true });
    await expectAsInTable('disk_full', run, scene, async () => {
      await rm(filler);
      // A database that had no room for its log is started again by the hub.
      while ((await scene.product.api('readyz')).status !== 200) await delay(200);
    });
  });
});

/** A file system in memory that root can make as small as wanted, reachable for the user the database runs as. */
async function mountSmallDisk(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-disk-'));
  await execute('mount', ['-t', 'tmpfs', '-o', 'size=512m,mode=755', 'tmpfs', directory]);
  onTestFinished(async () => {
    await execute('umount', ['--lazy', directory]);
    await rm(directory, { recursive: true, force: true });
  });
  return directory;
}

/** Writes one file until nothing more fits beside it. */
async function fillDisk(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let size = 1_048_576; size >= 512; ) {
      const written = await file.write(Buffer.alloc(size)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
      if (written === undefined) size /= 2;
    }
  } finally {
    await file.close();
  }
}
