import { expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { tick } from '../../ingestion/scheduling/scheduler.ts';
import { recogniseInstallation, type RecogniseOptions } from './recognise.ts';
import { installationRoutes } from './routes.ts';
import { isHeld, placeOfServer } from './store.ts';

const path = '/api/v1/installation';

async function staged() {
  let left = 0;
  let ended = 0;
  let publicUrl: string | undefined = 'https://hub.example/';
  const hub = await testHub({
    routes: (db) =>
      installationRoutes({
        db,
        publicUrl: () => publicUrl,
        async leaveToOriginal() {
          left++;
        },
      }),
  });
  const start = (changes: Partial<RecogniseOptions> = {}): Promise<void> =>
    recogniseInstallation({
      db: hub.db,
      log: silentLog,
      dataId: 'one',
      publicUrl,
      saidToBeCopy: false,
      async endSessions() {
        ended++;
      },
      ...changes,
    });
  return {
    hub,
    start,
    counts: () => ({ left, ended }),
    useUrl: (url: string | undefined) => void (publicUrl = url),
  };
}

it('a copy is held until a person says what it is, and keeps an id of its own', async () => {
  const { hub, start, counts, useUrl } = await staged();
  await start();
  await start();
  const { body: original } = await hub.call('GET', path);
  expect(original).toMatchObject({ heldSince: null, copiedFrom: null, decision: null });
  expect((await hub.call('POST', path, { body: { decision: 'separate' } })).status).toBe(409);

  await start({ dataId: 'two' });
  await start({ dataId: 'two' });
  const { body: copy } = await hub.call('GET', path);
  expect(copy).toMatchObject({
    copiedFrom: original.id,
    heldSince: expect.any(String),
    originalUrl: 'https://hub.example/',
  });
  expect([copy.id === original.id, counts()]).toEqual([false, { left: 0, ended: 1 }]);

  // Under the original's public URL the two cannot both go on.
  const same = await hub.call('POST', path, { body: { decision: 'separate' } });
  expect([same.status, same.body.error.code, await isHeld(hub.db)]).toEqual([409, 'installation_same_address', true]);
  useUrl('https://copy.example/');
  expect((await hub.call('POST', path, { as: 'viewer', body: { decision: 'separate' } })).status).toBe(403);
  const decided = await hub.call('POST', path, { body: { decision: 'separate' } });
  expect([decided.status, decided.body]).toEqual([
    200,
    expect.objectContaining({ id: copy.id, heldSince: null, decision: 'separate' }),
  ]);
  expect((await hub.call('GET', '/api/v1/audit')).body.events[0]).toMatchObject({
    action: 'installation.decided',
    objectId: 'separate',
  });
  expect(counts().left).toBe(1);
  await start({ dataId: 'two', saidToBeCopy: true });
  expect(await isHeld(hub.db)).toBe(false);

  // Moved by a backup: it takes the place of the original, and nothing is left to it.
  await start({ dataId: undefined });
  expect(await isHeld(hub.db)).toBe(true);
  const taken = await hub.call('POST', path, { body: { decision: 'original' } });
  expect([taken.body.decision, await isHeld(hub.db), counts().left]).toEqual(['original', false, 1]);
  await start({ dataId: undefined });
  expect(await isHeld(hub.db)).toBe(false);
});

it('another database of the same server is another place, and a person’s word makes a copy', async () => {
  const [one, two] = [await staged(), await staged()];
  expect(await placeOfServer(one.hub.db)).not.toBe(await placeOfServer(two.hub.db));
  await one.start();
  await one.start({ saidToBeCopy: true });
  expect(await isHeld(one.hub.db)).toBe(true);
});

it('nothing starts by itself while it is held', async () => {
  const { hub } = await staged();
  await hub.db.execute(
    `insert into integrations.integrations (name, kind, settings) values ('sonar', 'sonarqube', '{}')`,
  );
  const source = { id: 1, hostKey: 'h', intervalSeconds: 60, blackouts: [], auditTime: null, name: 'sonar' };
  const sources = { active: async () => [source] } as never;
  let held = true;
  const options = {
    db: hub.db,
    sources,
    log: silentLog,
    random: () => 0,
    onDue: () => undefined,
    held: async () => held,
  };
  const runs = async (): Promise<number> => (await hub.db.query('select from ingestion.runs')).length;
  await tick(options);
  expect(await runs()).toBe(0);
  held = false;
  await tick(options);
  expect(await runs()).toBe(1);
});
