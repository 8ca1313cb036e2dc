import { describe, expect, it, onTestFinished } from 'vitest';
import { cloneDatabase, testDatabase } from '../../../../test/support/database.ts';
import { type Database, migrateWithin, readMigrations } from '../../../platform/database/index.ts';
import { migrationFolders, ownSchemas } from '../../../schema.ts';
import { audit } from '../audit.ts';
import { hashedFields, hashOfRow } from './hash.ts';
import { listAuditEvents } from './store.ts';
import { verifyAuditTrail } from './verify.ts';

const system = { kind: 'system', name: 'test' } as const;
const verify = (db: Database) => verifyAuditTrail(db, { now: () => new Date() });

/** As many rows, in transactions of one each but the last two, which share one. */
async function trailOf(count: number): Promise<Database> {
  const db = await testDatabase();
  const write = (...names: number[]): Promise<void> =>
    db.transaction(async (tx) => {
      for (const name of names)
        await audit(
          tx,
          system,
          'thing.changed',
          { kind: 'thing', id: name, name: `no. ${name}` },
          { é: ['€', null], name },
        );
    });
  for (let name = 1; name <= count - 2; name++) await write(name);
  await write(count - 1, count);
  return db;
}

const broken = async (db: Database) => {
  const { whole, broken } = await verify(db);
  expect(whole).toBe(false);
  return broken;
};

describe('the audit trail', () => {
  it('is a chain: each row has its place and a hash that goes on from the one before', async () => {
    const db = await trailOf(4);
    const rows = await db.query<{ sequence: number; previous: string; hash: string }>(
      `select sequence, encode(previous_hash, 'hex') as previous, encode(hash, 'hex') as hash from access.audit_chain order by sequence`,
    );
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(rows.map(({ previous }) => previous)).toEqual([
      '0'.repeat(64),
      ...rows.slice(0, -1).map(({ hash }) => hash),
    ]);
    expect(await verify(db)).toEqual({
      whole: true,
      rows: 4,
      last: { sequence: 4, hash: rows.at(-1)?.hash },
      removed: null,
      broken: null,
      checkedAt: expect.any(String),
    });
  });

  it('is waited for longer than any other lock, as everybody who changes something comes to it', async () => {
    const db = await testDatabase();
    const limits: string[] = [];
    await db.transaction(async (tx) => {
      const limit = async (): Promise<void> => {
        limits.push((await tx.one<{ lock_timeout: string }>('show lock_timeout')).lock_timeout);
      };
      await audit(tx, system, 'thing.changed', { kind: 'thing', id: 1 });
      await limit();
      tx.beforeCommit(limit);
    });
    expect(limits).toEqual(['5s', '1min']);
  });

  it('is whole before its first row', async () => {
    expect(await verify(await testDatabase())).toMatchObject({ whole: true, rows: 0, last: null });
  });

  it.each([
    "at = at + interval '1 microsecond'",
    "actor_kind = 'local'",
    "actor_name = 'somebody else'",
    'user_id = 1',
    'token_id = 1',
    "action = 'thing.seen'",
    "object_kind = 'other'",
    'object_id = null',
    "object_name = 'no. 7'",
    `details = details - 'name'`,
    "remote_address = '192.0.2.1'",
    "request_id = ''",
  ])('tells a row that was changed: %s', async (change) => {
    const db = await trailOf(4);
    expect(await db.execute(`update access.audit_events set ${change} where object_id = '2'`)).toBe(1);
    expect(await broken(db)).toMatchObject({
      kind: 'changed_row',
      sequence: 2,
      message: expect.stringContaining('Row 2'),
    });
  });

  it('tells a changed row whose hash was made to fit, by the next one', async () => {
    const db = await trailOf(4);
    await db.execute(`update access.audit_events set actor_name = 'somebody else' where object_id = '2'`);
    const row = await db.one<{ sequence: number; fields: string[]; previous: string }>(
      `select c.sequence, ${hashedFields} as fields, encode(c.previous_hash, 'hex') as previous
         from access.audit_chain c join access.audit_events e on e.id = c.event_id where c.sequence = 2`,
    );
    await db.execute(`update access.audit_chain set hash = decode($1, 'hex') where sequence = 2`, [hashOfRow(row)]);
    expect(await broken(db)).toMatchObject({ kind: 'changed_row', sequence: 3 });
    await db.execute(
      'update access.audit_chain set previous_hash = (select hash from access.audit_chain where sequence = 2) where sequence = 3',
    );
    expect(await broken(db)).toMatchObject({ kind: 'changed_row', sequence: 3 });
  });

  it('tells a trail that was written anew up to its end, by what was noted of the end', async () => {
    const [db, other] = [await trailOf(4), await trailOf(4)];
    // A trail that fits by itself, of another installation.
    for (const table of ['access.audit_events', 'access.audit_chain']) {
      const rows = await other.query<{ row: string }>(`select r::text as row from ${table} r`);
      await db.execute(`delete from ${table}`);
      await db.execute(
        `insert into ${table} ${table === 'access.audit_events' ? 'overriding system value' : ''}
         select (given::${table}).* from unnest($1::text[]) as given`,
        [rows.map(({ row }) => row)],
      );
    }
    expect(await broken(db)).toMatchObject({ kind: 'changed_row', sequence: 4 });
  });

  it('tells a row that is gone, alone or with its place', async () => {
    const db = await trailOf(5);
    await db.execute(
      'delete from access.audit_events where id = (select event_id from access.audit_chain where sequence = 3)',
    );
    expect(await broken(db)).toMatchObject({ kind: 'missing_row', sequence: 3, eventId: expect.any(Number) });
    await db.execute('delete from access.audit_chain where sequence = 3');
    expect(await broken(db)).toMatchObject({ kind: 'missing_row', sequence: 3 });
    await db.execute(
      'delete from access.audit_events where id = (select event_id from access.audit_chain where sequence = 1)',
    );
    await db.execute('delete from access.audit_chain where sequence = 1');
    expect(await broken(db)).toMatchObject({ kind: 'missing_row', sequence: 1 });
  });

  it('tells a row that was put in, without a place or behind the end', async () => {
    const db = await trailOf(3);
    const { id } = await db.one<{ id: number }>(
      `insert into access.audit_events (actor_kind, actor_name, action, object_kind)
       values ('system', 'nobody', 'user.created', 'user') returning id`,
    );
    expect(await broken(db)).toMatchObject({ kind: 'inserted_row', sequence: null, eventId: id });
    await db.execute(`insert into access.audit_chain select 4, $1, hash, sha256('x') from access.audit_head`, [id]);
    expect(await broken(db)).toMatchObject({ kind: 'inserted_row', sequence: 4, eventId: id });
  });

  it('names the first place of several', async () => {
    const db = await trailOf(5);
    await db.execute(
      `insert into access.audit_events (actor_kind, actor_name, action, object_kind) values ('system', 'x', 'x', 'x')`,
    );
    await db.execute(`update access.audit_events set actor_name = 'x' where object_id in ('2', '4')`);
    expect(await broken(db)).toMatchObject({ kind: 'changed_row', sequence: 2 });
    await db.execute('update access.audit_chain set event_id = -1 where sequence = 1');
    expect(await broken(db)).toMatchObject({ kind: 'missing_row', sequence: 1 });
  });

  it('tells an end that was cut off, by how many were written', async () => {
    const db = await trailOf(5);
    await db.execute(
      'delete from access.audit_events where id in (select event_id from access.audit_chain where sequence > 3)',
    );
    await db.execute('delete from access.audit_chain where sequence > 3');
    expect(await broken(db)).toEqual({
      kind: 'cut_tail',
      sequence: 4,
      eventId: null,
      message: 'The trail ends with row 3, and 5 were written: the last 2 are gone.',
    });
    await db.execute('truncate access.audit_events, access.audit_chain');
    expect(await broken(db)).toMatchObject({ kind: 'cut_tail', sequence: 1 });
  });

  it('takes nothing more, and no change with it, when nobody knows where it ended', async () => {
    const db = await trailOf(3);
    await db.execute('delete from access.audit_head');
    await db.execute('create table public.changes (name text)');
    const change = db.transaction(async (tx) => {
      await tx.execute("insert into public.changes values ('made')");
      await audit(tx, system, 'thing.changed', { kind: 'thing' });
    });
    await expect(change).rejects.toMatchObject({ code: 'audit_head_missing' });
    expect(await db.query('select * from public.changes')).toEqual([]);
    expect(await broken(db)).toMatchObject({ kind: 'no_head', sequence: null });
  });

  it('is read in pages: more rows than one of them, and the first of the next', async () => {
    const db = await testDatabase();
    await db.transaction(async (tx) => {
      for (let id = 1; id <= 1_002; id++) await audit(tx, system, 'thing.changed', { kind: 'thing', id });
    });
    expect(await verify(db)).toMatchObject({ whole: true, rows: 1_002 });
    await db.execute(`update access.audit_events set object_id = 'x' where object_id = '1001'`);
    expect(await verify(db)).toMatchObject({ rows: 1_000, broken: { kind: 'changed_row', sequence: 1_001 } });
  });
});

describe('who writes to the audit trail', () => {
  it('leaves nothing of what was taken back', async () => {
    const db = await trailOf(2);
    const undone = db.transaction(async (tx) => {
      await audit(tx, system, 'thing.changed', { kind: 'thing', id: 'undone' });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await db.transaction((tx) => audit(tx, system, 'thing.changed', { kind: 'thing', id: 'after' }));
    expect(await verify(db)).toMatchObject({ whole: true, rows: 3, last: { sequence: 3 } });
  });

  it('waits for nobody whose transaction goes on', async () => {
    const db = await trailOf(2);
    await db.transaction(async (slow) => {
      await audit(slow, system, 'slow.began', { kind: 'thing' });
      await db.transaction((quick) => audit(quick, system, 'quick.done', { kind: 'thing' }));
      await audit(slow, system, 'slow.ended', { kind: 'thing' });
    });
    expect(await verify(db)).toMatchObject({ whole: true, rows: 5 });
    const order = await db.query<{ action: string }>(
      `select e.action from access.audit_chain c join access.audit_events e on e.id = c.event_id where c.sequence > 2 order by c.sequence`,
    );
    expect(order.map(({ action }) => action)).toEqual(['quick.done', 'slow.began', 'slow.ended']);
  });

  it('makes one chain with all who write at the same time', async () => {
    const db = await testDatabase();
    const begun = Promise.withResolvers<void>();
    let waiting = 5;
    const writers = Array.from({ length: 5 }, (_, writer) =>
      db.transaction(async (tx) => {
        await audit(tx, system, 'thing.changed', { kind: 'thing', id: writer });
        waiting -= 1;
        if (waiting === 0) begun.resolve();
        // All have begun, and come to their ends together.
        await begun.promise;
        await audit(tx, system, 'thing.changed', { kind: 'thing', id: writer });
      }),
    );
    await Promise.all(writers);
    expect(await verify(db)).toMatchObject({ whole: true, rows: 10, last: { sequence: 10 } });
  });
});

it('rows of versions without a chain are chained by the migration', async () => {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  for (const schema of ['data', ...ownSchemas]) await db.execute(`drop schema if exists ${schema} cascade`);
  const migrations = await readMigrations(migrationFolders);
  const chain = migrations.findIndex(({ name }) => name.endsWith('-audit-chain'));
  await db.transaction((tx) => migrateWithin(tx, migrations.slice(0, chain)));
  await db.execute(
    `insert into access.audit_events (at, actor_kind, actor_name, user_id, action, object_kind, object_id, object_name, details)
     select timestamptz '2026-01-02 03:04:05.060708+05:30' + n * interval '1 microsecond', 'user', name, n, 'thing.changed', 'thing', n::text, name,
            jsonb_build_object('name', name, 'é', 1.50, 'list', jsonb_build_array(n, null, 'x'))
       from unnest(array['', 'Ada', E'line\\nand\\ttab', 'back\\slash', '🙂 ’', '5:x']) with ordinality as given (name, n)`,
  );
  await db.transaction((tx) => migrateWithin(tx, migrations));
  expect(await verify(db)).toMatchObject({ whole: true, rows: 6, last: { sequence: 6 } });
  await db.transaction((tx) => audit(tx, system, 'thing.changed', { kind: 'thing' }));
  expect(await verify(db)).toMatchObject({ whole: true, rows: 7 });
  expect(await listAuditEvents(db, {}, { before: undefined, limit: 1 })).toMatchObject([{ sequence: 7 }]);
});
