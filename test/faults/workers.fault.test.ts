import { randomBytes } from 'node:crypto';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { type DataContents, dataContents } from '../crash/data-contents.ts';
import { cloneDatabase } from '../support/database.ts';
import { startProduct } from '../support/product.ts';
import { changeSource, connectSource, startSource, struck, syncAndWait } from './connected-hub.ts';
import { noteShown, printShown } from './shown.ts';
import { faults } from './table.ts';

afterAll(printShown);

it('worker_killed', async () => {
  const source = await startSource();
  const database = await cloneDatabase();
  const options = {
    databaseUrl: database.connectionString,
    env: {
      PLUMBLINE_MASTER_KEY: randomBytes(32).toString('base64'),
      // What the killed one held is taken over soon.
      PLUMBLINE_TEST_LEASE_SECONDS: '5',
    },
  };
  const web = await startProduct({ ...options, role: 'web' });
  const workers = await Promise.all([1, 2].map(() => startProduct({ ...options, role: 'worker' })));
  onTestFinished(async () => {
    await Promise.all([web, ...workers].map((product) => product.close()));
    await database.drop();
    await source.close();
  });
  const connection = await connectSource(web, 'source', source);
  const contents = (): Promise<DataContents> =>
    dataContents(database.db, { integrationId: connection.id, project: struck });
  const before = await contents();
  expect(before['sonarqube_issues']?.rows).toBe(1_300);
  changeSource(source);

  let during: DataContents | undefined;
  const killHolder = async (): Promise<void> => {
    const { pid } = await database.db.one<{ pid: number }>(
      `select split_part(holder, '#', 2)::int as pid from ingestion.tasks
        where state = 'leased' and slice = $1 and phase = 'current'`,
      [`project:${struck}`],
    );
    process.kill(pid, 'SIGKILL');
    during = await contents();
  };
  const match = { path: 'api/issues/list', project: struck, query: { p: '2' } };
  source.faults.add({ match, kind: { type: 'hold', until: killHolder } });

  const run = await syncAndWait(web, connection, { full: true });
  noteShown('worker_killed', run);
  expect({ status: run.status, code: run.error?.code ?? null }).toEqual({
    status: faults.worker_killed.status,
    code: faults.worker_killed.code,
  });
  expect(run.retries).toBeGreaterThan(0);
  expect(during).toEqual(before);
  expect(await syncAndWait(web, connection, { full: false })).toMatchObject({ status: 'success', error: null });
  const undisturbed = await connectSource(web, 'undisturbed', source);
  expect(await dataContents(database.db, { integrationId: connection.id, besideAnother: true })).toEqual(
    await dataContents(database.db, { integrationId: undisturbed.id, besideAnother: true }),
  );
});
