import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../../platform/database/index.ts';
import { insertRun, insertTask, type NewTask } from './runs.ts';
import { claimTask, heartbeat, type LeasedTask, pauseHost } from './tasks.ts';

let clone: TestDatabase;
let db: Database;
beforeEach(async () => {
  clone = await cloneDatabase();
  db = clone.db;
});
afterEach(() => clone.drop());

const host = 'https://sonar.example.com';
const run = (integrationId: number, priority: number, hostKey = host): Promise<number> =>
  db.transaction((tx) =>
    insertRun(tx, {
      integrationId,
      hostKey,
      kind: 'incremental_sync',
      priority,
      requestedBy: 'schedule',
      fullListing: false,
    }),
  );

describe('a host that asked for a pause', () => {
  it('is left alone by every process, also by those that hold a task of it, and by no longer than it asked', async () => {
    await run(1, 3);
    const held = (await claimTask(db, 'first#1')) as LeasedTask;
    await run(2, 3);
    await pauseHost(db, host, new Date(Date.now() + 60_000));
    expect(await claimTask(db, 'second#1')).toBeUndefined();
    expect((await heartbeat(db, held)).pausedUntil).toBeInstanceOf(Date);
    // An earlier end does not shorten it.
    await pauseHost(db, host, new Date(Date.now() + 1_000));
    expect(await claimTask(db, 'second#1')).toBeUndefined();
    await db.execute("update ingestion.hosts set paused_until = now() - interval '1 second'");
    expect(await claimTask(db, 'second#1')).toMatchObject({ integrationId: 2 });
  });

  it('does not keep others waiting', async () => {
    await run(1, 3);
    await run(2, 3, 'https://other.example.com');
    await pauseHost(db, host, new Date(Date.now() + 60_000));
    expect(await claimTask(db, 'first#1')).toMatchObject({ integrationId: 2 });
  });
});

describe('a host', () => {
  it('has four slots for all processes and integrations together', async () => {
    for (let integrationId = 1; integrationId <= 6; integrationId += 1) await run(integrationId, 3);
    const claims = [];
    for (const holder of ['a#1', 'b#2', 'a#1', 'b#2', 'a#1', 'b#2']) claims.push(await claimTask(db, holder));
    expect(claims.map((task) => task !== undefined)).toEqual([true, true, true, true, false, false]);
  });
});

describe('which task comes next', () => {
  const add = (runId: number, integrationId: number, phase: NewTask['phase'], slice: string, priority: number) =>
    db.transaction((tx) => insertTask(tx, { runId, integrationId, hostKey: host, slice, phase, priority }));
  const end = (task: LeasedTask | undefined) =>
    db.execute("update ingestion.tasks set state = 'success' where id = $1", [task?.id]);
  /** As many claims, each ended before the next. */
  const inTurn = async (count: number): Promise<string[]> => {
    const claimed: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const task = await claimTask(db, 'a#1');
      claimed.push(task === undefined ? 'none' : `${task.slice} ${task.phase}`);
      await end(task);
    }
    return claimed;
  };

  it('shares the slots of its host only with those that could run now', async () => {
    const id = await run(1, 3);
    await end(await claimTask(db, 'a#1'));
    await add(id, 1, 'current', 'shop', 3);
    await add(id, 1, 'history', 'shop', 5);
    const present = await claimTask(db, 'a#1');
    expect(present).toMatchObject({ phase: 'current', slots: 4 });
    await add(id, 1, 'current', 'billing', 3);
    expect(await claimTask(db, 'b#2')).toMatchObject({ slice: 'billing', slots: 2 });
    expect(await heartbeat(db, present as LeasedTask)).toMatchObject({ state: 'held', slots: 2 });
  });

  it('is the most urgent, then the oldest; the eleventh claim serves the least urgent class', async () => {
    const id = await run(1, 3);
    await end(await claimTask(db, 'a#1'));
    await db.execute('update ingestion.hosts set claims = 0');
    for (const slice of ['a', 'b']) await add(id, 1, 'history', slice, 5);
    for (let at = 0; at < 12; at += 1) await add(id, 1, 'current', `p${at}`, 3);
    const claimed = await inTurn(14);
    expect(claimed.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => `p${at} current`));
    expect(claimed.slice(10)).toEqual(['a history', 'p10 current', 'p11 current', 'b history']);
  });

  it('alternates between integrations of a host', async () => {
    const [first, second] = [await run(1, 3), await run(2, 3)];
    await db.execute(`insert into ingestion.schedules (integration_id, next_run_at) values (1, now()), (2, now())`);
    for (const slice of ['a', 'b']) await add(first, 1, 'current', slice, 3);
    for (const slice of ['x', 'y']) await add(second, 2, 'current', slice, 3);
    expect(await inTurn(7)).toEqual([
      'discovery discovery',
      'discovery discovery',
      'a current',
      'x current',
      'b current',
      'y current',
      'none',
    ]);
  });

  it('is none of a slice whose present waits or is being read, whatever host has its turn', async () => {
    const id = await run(1, 3);
    await end(await claimTask(db, 'a#1'));
    await add(id, 1, 'history', 'a', 0);
    await add(id, 1, 'current', 'a', 3);
    const current = await claimTask(db, 'a#1');
    expect(current).toMatchObject({ slice: 'a', phase: 'current' });
    // The host's only waiting task waits for that one; another host is served meanwhile.
    await run(2, 3, 'https://other.example.com');
    await db.execute('update ingestion.hosts set last_served_at = now() where host_key <> $1', [host]);
    await db.execute("update ingestion.hosts set last_served_at = '-infinity' where host_key = $1", [host]);
    expect(await claimTask(db, 'a#1')).toMatchObject({ integrationId: 2 });
    expect(await claimTask(db, 'a#1')).toBeUndefined();
    await end(current);
    expect(await claimTask(db, 'a#1')).toMatchObject({ slice: 'a', phase: 'history' });
  });

  it('is handed to one of those who ask at the same moment, and none goes away empty-handed', async () => {
    const id = await run(1, 3);
    await end(await claimTask(db, 'a#1'));
    for (const slice of ['a', 'b', 'c', 'd', 'e', 'f']) await add(id, 1, 'current', slice, 3);
    const claims = await Promise.all(Array.from({ length: 6 }, (_, at) => claimTask(db, `w${at}#1`)));
    const slices = claims.flatMap((task) => (task === undefined ? [] : [task.slice]));
    expect(slices.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a blackout window', () => {
  beforeEach(() =>
    db.execute(
      `insert into ingestion.schedules (integration_id, next_run_at, blackout_until)
       values (1, now(), now() + interval '1 hour'), (2, now(), null)`,
    ),
  );

  it('keeps scheduled work waiting, and neither what people and webhooks ask for nor other integrations', async () => {
    await run(1, 3);
    expect(await claimTask(db, 'a#1')).toBeUndefined();
    await run(2, 3);
    expect(await claimTask(db, 'a#1')).toMatchObject({ integrationId: 2 });
    await run(1, 1);
    expect(await claimTask(db, 'a#1')).toMatchObject({ integrationId: 1 });
  });

  it('ends', async () => {
    await run(1, 3);
    await db.execute(
      "update ingestion.schedules set blackout_until = now() - interval '1 second' where integration_id = 1",
    );
    expect(await claimTask(db, 'a#1')).toMatchObject({ integrationId: 1 });
  });
});
