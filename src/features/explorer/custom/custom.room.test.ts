import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { applyViewFilesWithin } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { viewFiles } from '../../../schema.ts';
import type { Actor } from '../../access/index.ts';
import { createAnalyst, revokeAnalyst } from '../analysts/analysts.ts';
import { superviseAnalysts } from '../analysts/supervise.ts';
import { connectionInfo } from '../connection.ts';
import type { AnalystScope } from '../analysts/store.ts';
import { prepareReader, type Reader } from '../index.ts';
import { createQueries } from '../sql/queries.ts';

const admin: Actor = { kind: 'user', userId: 1, tokenId: null, name: 'ada', role: 'admin' };
let clone: TestDatabase;
let reader: Reader;
const clients: pg.Client[] = [];

beforeAll(async () => {
  clone = await cloneDatabase();
  reader = await prepareReader(clone.db, { ownCluster: false });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  const roles = await clone.db.query<{ name: string }>(
    `select rolname as name from pg_roles where shobj_description(oid, 'pg_authid') = 'Plumbline: reads for people in database ' || (select oid from pg_database where datname = current_database())`,
  );
  await clone.drop();
  const other = await cloneDatabase();
  for (const { name } of roles) await other.db.execute(`drop role if exists ${pg.escapeIdentifier(name)}`);
  await other.drop();
});

async function login(name: string, scope: AnalystScope) {
  const made = await createAnalyst(clone.db, {
    actor: admin,
    wanted: { name, scope, expiresAt: undefined },
    connection: connectionInfo(clone.db, reader),
    now: new Date(),
  });
  const client = new pg.Client({ connectionString: made.connectionString });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return { ...made.analyst, client };
}

const said = (client: pg.Client, sql: string): Promise<string> =>
  client.query(sql).then(
    () => 'done',
    (error: Error) => error.message,
  );

describe('a login with scope read_write', () => {
  it('builds in schema custom, together with others of its kind, and everybody who may read data reads it', async () => {
    const one = await login('one', 'read_write');
    await one.client.query('create table built as select 1 as a, count(*) as projects from data.sonarqube_projects');
    await one.client.query('create view custom.seen as select a + 1 as b from custom.built');
    const two = await login('two', 'read_write');
    await two.client.query('insert into custom.built values (2, 0)');
    await two.client.query('create temporary table passing (a int)');
    const only = await login('only', 'read');
    expect((await only.client.query('select b from custom.seen order by 1')).rows).toEqual([{ b: 2 }, { b: 3 }]);
    for (const sql of [
      'insert into custom.built values (3, 0)',
      'create table custom.mine (a int)',
      'drop view custom.seen',
    ])
      expect(await said(only.client, sql), sql).toMatch(/permission denied|read-only|must be owner/);
    const queries = createQueries({ db: clone.db, reader });
    const asked = (sql: string) =>
      queries.run({ actor: admin, sql, queryId: undefined, signal: new AbortController().signal } as never);
    expect(await asked('select b from custom.seen order by 1')).toMatchObject({ rows: [['2'], ['3']] });
    await expect(asked('select * from custom.nothing')).rejects.toMatchObject({ code: 'sql_refused' });
    // Its tables are found with their schema alone: a name of theirs never hides one of ours.
    await expect(asked('select * from seen')).rejects.toMatchObject({ code: 'sql_refused' });
  });

  it.each([
    ['create table data.mine (a int)', /permission denied for schema data/],
    ['create table public.mine (a int)', /permission denied for schema public/],
    ['create table explorer.mine (a int)', /permission denied for schema explorer/],
    ['create schema mine', /permission denied for database/],
    ['drop schema custom cascade', /must be owner of schema custom/],
    ['alter schema custom rename to mine', /must be owner of schema custom/],
    ['update data.sonarqube_projects set name = null', /permission denied|cannot update/],
    ['create or replace view data.sonarqube_projects as select 1 as id', /permission denied|must be owner/],
    ['select * from access.users', /permission denied for schema access/],
    ['select * from explorer.analysts', /permission denied for schema explorer/],
    ["create function custom.f() returns int language sql as 'select 1'", /permission denied for language sql/],
    [
      "create function custom.f() returns int language plpgsql as 'begin return 1; end'",
      /permission denied for language plpgsql/,
    ],
    ['do $$ begin end $$', /permission denied for language plpgsql/],
    ['create view custom.secret as select * from access.users', /permission denied for schema access/],
    ["copy (select 1) to program 'id'", /permission denied|must be superuser or have privileges/],
    ['create extension dblink', /permission denied|not available|must be/],
    ['create role another', /permission denied/],
    ["alter role current_user valid until 'infinity'", /permission denied/],
    ['set role none; create table custom.mine (a int)', /permission denied for schema custom/],
    ['select pg_sleep(1)', /permission denied/],
    [
      'create event trigger t on ddl_command_start execute function pg_sleep_for()',
      /permission denied|must be superuser/,
    ],
    ['alter database postgres set search_path = custom', /must be owner/],
  ])('is refused: %s', async (sql, reason) => {
    const { client, id } = await login('tries', 'read_write');
    expect(await said(client, sql)).toMatch(reason);
    await revokeAnalyst(clone.db, admin, id);
  });

  it('is put back to what it must be, and leaves what it built when it is revoked', async () => {
    const { client, role, id } = await login('restless', 'read_write');
    await client.query('create table custom.left_behind (a int)');
    await client.query(`set role none; alter role current_user set statement_timeout = 0`);
    await client.query(`alter default privileges grant select on tables to public`);
    await superviseAnalysts({ db: clone.db, log: silentLog }).handle('sweep', new AbortController().signal);
    const [settings] = await clone.db.query<{ all: string }>(
      `select array_to_string(setconfig, ';') as all from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where rolname = $1`,
      [role],
    );
    expect(settings?.all).toContain('statement_timeout=5min');
    expect(settings?.all).toContain('role=plumbline_custom');
    await revokeAnalyst(clone.db, admin, id);
    expect(await clone.db.query('select 1 from pg_roles where rolname = $1', [role])).toEqual([]);
    expect(await clone.db.query('select * from custom.left_behind')).toEqual([]);
  });
});

describe('views of schema custom', () => {
  it('are there again after ours were made anew, and what lost its columns says so and waits', async () => {
    const { client } = await login('views', 'read_write');
    await client.query('create view custom.projects as select id, source_key from data.sonarqube_projects');
    await client.query('create view custom.a_on_top as select count(*) as n from custom.projects');
    await client.query('create materialized view custom.stored as select n from custom.a_on_top');
    await client.query('create view custom.lone as select 1 as a');
    await clone.db.execute('create view data.passing as select 1 as a');
    await clone.db.execute('grant select on data.passing to public');
    await client.query('create view custom.of_passing as select a from data.passing');
    await clone.db.execute('delete from platform.data_views');
    expect(await clone.db.transaction((tx) => applyViewFilesWithin(tx, viewFiles))).toBe(true);
    expect(await clone.db.query('select name from platform.kept_views order by name')).toEqual(
      ['a_on_top', 'of_passing', 'projects', 'stored'].map((name) => ({ name })),
    );
    await prepareReader(clone.db, { ownCluster: false });
    expect((await client.query('select * from custom.stored, custom.a_on_top, custom.lone')).rowCount).toBe(1);
    const kept = await clone.db.query('select name, error from platform.kept_views');
    expect(kept).toEqual([{ name: 'of_passing', error: expect.stringContaining('data.passing') }]);
  });
});
