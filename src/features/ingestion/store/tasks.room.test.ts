import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../../platform/database/index.ts';
import { insertRun } from './runs.ts';
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
