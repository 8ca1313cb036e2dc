import { describe, expect, it } from 'vitest';
import { teamScope } from '../../../src/features/teams/index.ts';
import { type Database, nothingVisible, seeingOnly, type VisibleRows } from '../../../src/platform/database/index.ts';
import { silentLog } from '../../../src/platform/telemetry/index.ts';
import { applyVisibleRows } from '../../../src/schema.ts';
import { testDatabase } from '../../support/database.ts';
import { seedTeams } from './seed.ts';

async function prepared() {
  const db = await testDatabase();
  await applyVisibleRows(db, silentLog);
  const seeded = await seedTeams(db);
  const rows = await teamScope.rowsWithin(db, [[seeded.a.node]]);
  return { db, seeded, rows };
}

const within = <T>(rows: VisibleRows, work: () => Promise<T>): Promise<T> => seeingOnly(rows, work);
const refused = { code: '42501' };

/** Every table and view of ours, and what the role may do with it. */
const grantsOf = (db: Database): Promise<{ name: string; may: string; safe: boolean }[]> =>
  db.query(
    `select format('%s.%s', n.nspname, c.relname) as name, g.privilege_type as may,
            case c.relkind when 'r' then c.relrowsecurity and exists (select from pg_policies p
                                                    where p.schemaname = n.nspname and p.tablename = c.relname and p.policyname = 'visible_rows')
                 else coalesce('security_invoker=true' = any (c.reloptions), false) end as safe
       from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) g
       join pg_roles r on r.oid = g.grantee
      where r.rolname = (select 'plumbline_teams_' || oid from pg_database where datname = current_database())`,
  );

describe('statements of somebody of some teams', () => {
  it('may read tables whose rows are bounded, views that show what those do, and nothing else', async () => {
    const { db } = await prepared();
    const grants = await grantsOf(db);
    expect(grants.length).toBeGreaterThan(80);
    expect(grants.filter(({ may, safe }) => may !== 'SELECT' || !safe)).toEqual([]);
    const names = new Set(grants.map(({ name }) => name.split('.')[0]));
    for (const schema of ['access', 'vault', 'operations', 'explorer', 'inbox', 'data', 'shared', 'satellites'])
      expect([...names]).not.toContain(schema);
  });

  it('are refused for what belongs to nobody, for whatever writes, and for views that show everything', async () => {
    const { db, rows } = await prepared();
    for (const text of [
      'select from access.users',
      'select from access.audit_events',
      'select from data.people',
      'select from ingestion.set_aside',
      'select from vault.keys',
      "update code_quality.projects set name = 'x'",
      'delete from teams.people',
      'create table public.mine (id int)',
    ])
      await expect([text, within(rows, () => db.query(text))][1]).rejects.toMatchObject(refused);
    expect(await within(rows, () => db.query<{ id: number }>('select id from shared.projects'))).toHaveLength(1);
  });

  it('are bounded alone, in a transaction, in one that fixes its snapshot, and when they are prepared', async () => {
    const { db, rows, seeded } = await prepared();
    const text = 'select id from shared.projects order by id';
    const mine = [{ id: seeded.a.project }];
    const snapshot = await within(rows, () =>
      db.transaction(async (tx) => {
        await tx.execute('set transaction isolation level repeatable read, read only');
        return tx.query(text);
      }),
    );
    expect(snapshot).toEqual(mine);
    expect(await within(rows, () => db.query(text, [], 'projects'))).toEqual(mine);
    expect(await within(rows, () => db.transaction((tx) => tx.query(text)))).toEqual(mine);
    expect(await within(rows, () => db.transaction((tx) => tx.query(text, []), { prepared: true }))).toEqual(mine);
    // The same connections serve who may see everything, before and afterwards, also by the same name.
    expect(await db.query(text, [], 'projects')).toHaveLength(3);
    expect(await within(rows, () => db.query(text, [], 'projects'))).toEqual(mine);
    expect(await within(nothingVisible, () => db.query(text))).toEqual([]);
  });

  it('of several bounds see what lies within all of them', async () => {
    const { db, seeded } = await prepared();
    const { a, b, top } = seeded;
    const ids = async (...sets: number[][]) => (await teamScope.rowsWithin(db, sets)).projects;
    expect([await ids([top]), await ids([a.node, b.node])]).toEqual(
      [
        [a.project, b.project],
        [a.project, b.project],
      ].map((list) => expect.arrayContaining(list)),
    );
    expect([await ids([top], [b.node]), await ids([a.node], [b.node]), await ids([])]).toEqual([[b.project], [], []]);
  });

  it('end with the node: one that left its tree gives nothing', async () => {
    const { db, seeded } = await prepared();
    await db.execute('update teams.node_periods set valid_to = now() where node_id = $1', [seeded.a.node]);
    expect(await teamScope.rowsWithin(db, [[seeded.a.node]])).toEqual({ ...nothingVisible });
  });

  it('fail where the database was not prepared, or was changed since', async () => {
    const { db, rows } = await prepared();
    const bare = await testDatabase();
    await expect(within(rows, () => bare.query('select id from shared.projects'))).rejects.toThrow(/not prepared/);
    await db.execute('drop schema visible_shared cascade');
    await expect(within(rows, () => db.query('select id from shared.projects'))).rejects.toThrow();
    await applyVisibleRows(db, silentLog);
    expect(await within(rows, () => db.query('select id from shared.projects'))).toHaveLength(1);
  });

  it('are prepared once: a second start changes nothing', async () => {
    const { db } = await prepared();
    const state = () =>
      db.one(
        "select max(c.oid)::bigint as last from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname like 'visible%'",
      );
    const before = await state();
    await applyVisibleRows(db, silentLog);
    expect(await state()).toEqual(before);
  });
});
