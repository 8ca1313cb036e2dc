import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { connect } from '../../platform/database/index.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import type { Actor, Route } from '../access/index.ts';
import { type CreatedAnalyst, QueryAnswer, type SavedQuery, type SchemaDescription } from './contract.ts';
import { createExplorer, type Explorer, prepareReader, type Reader } from './index.ts';
import { createQueries } from './sql/queries.ts';

let clone: TestDatabase;
let reader: Reader;
let explorer: Explorer;

beforeAll(async () => {
  clone = await cloneDatabase();
  reader = await prepareReader(clone.db, { ownCluster: false });
  explorer = createExplorer({ db: clone.db, reader, log: silentLog, now: () => new Date() });
});

afterAll(async () => {
  const roles = await clone.db.query<{ role_name: string }>('select role_name from explorer.analysts');
  await clone.drop();
  for (const { role_name: role } of roles) await dropRole(role);
  await dropRole(reader.role);
});

const person = (id: number, role: Actor['role'] = 'viewer'): Actor => ({
  kind: 'user',
  userId: id,
  tokenId: null,
  name: `person ${id}`,
  role,
});
const admin = person(1, 'admin');

interface Call {
  actor?: Actor;
  params?: object;
  query?: object;
  body?: object;
}

async function call<T>(method: Route['method'], path: string, request: Call = {}, room = explorer): Promise<T> {
  const route = room.routes.find(
    (candidate) => candidate.method === method && candidate.path === `/api/v1/explorer/${path}`,
  );
  if (route === undefined) throw new Error(`no route ${method} ${path}`);
  const handle = route.handle as unknown as (request: object) => Promise<unknown>;
  const answer = await handle({
    actor: request.actor ?? admin,
    params: route.params?.parse(request.params ?? {}),
    query: route.query?.parse(request.query ?? {}),
    body: route.body?.parse(request.body ?? {}),
    signal: new AbortController().signal,
  });
  return (route.response === undefined || !isPlain(answer) ? answer : route.response.parse(answer)) as T;
}

const isPlain = (answer: unknown): boolean => Object.getPrototypeOf(answer) === Object.prototype;

async function streamText(answer: { stream: AsyncIterable<unknown> }): Promise<string> {
  let text = '';
  for await (const chunk of answer.stream) text += String(chunk);
  return text;
}

async function asked(body: { sql: string }): Promise<QueryAnswer> {
  const answer = await call<{ contentType: string; stream: AsyncIterable<unknown> }>('POST', 'query', { body });
  expect(answer.contentType).toBe('application/json; charset=utf-8');
  return QueryAnswer.strict().parse(JSON.parse(await streamText(answer)));
}

describe('schema data', () => {
  test('every column is shown, has a comment, and points only to what there is', async () => {
    const columns = await clone.db.query<{ table_name: string; column_name: string }>(
      `select c.relname::text as table_name, a.attname::text as column_name from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'data'::regnamespace and a.attnum > 0 and not a.attisdropped and c.relkind in ('v', 'r', 'm', 'f', 'p')`,
    );
    const schema = await call<SchemaDescription>('GET', 'schema');
    const shown = new Set(
      schema.tables.flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`)),
    );
    expect(columns.length).toBeGreaterThan(100);
    expect(columns.map((c) => `${c.table_name}.${c.column_name}`).filter((name) => !shown.has(name))).toEqual([]);
    const silent = schema.tables.flatMap((table) => [
      ...(table.comment === '' ? [table.name] : []),
      ...table.columns.filter((column) => column.comment === '').map((column) => `${table.name}.${column.name}`),
    ]);
    expect(silent).toEqual([]);
    const dangling = schema.tables.flatMap((table) =>
      table.columns.flatMap(({ name, foreignKey }) =>
        foreignKey === null || shown.has(`${foreignKey.table}.${foreignKey.column}`) ? [] : [`${table.name}.${name}`],
      ),
    );
    expect(dangling).toEqual([]);
    expect(schema.tables.map((table) => table.name)).toEqual(
      expect.arrayContaining(['runs', 'run_tasks', 'sonarqube_issues']),
    );
  });

  test('is available as Markdown, every column in a row', async () => {
    const schema = await call<SchemaDescription>('GET', 'schema');
    const text = await streamText(await call('GET', 'schema.md'));
    for (const table of schema.tables) {
      expect(text).toContain(`## ${table.name}`);
      for (const column of table.columns) expect(text).toContain(`| \`${column.name}\` | ${column.type} |`);
    }
  });

  test('counts, newest times and examples come from the rows', async () => {
    await clone.db.execute(
      `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
       values (7, 'backfill', 'success', 'schedule', '2026-01-02T03:04:00Z', '2026-01-02T03:04:05Z')`,
    );
    const fresh = createExplorer({ db: clone.db, reader, log: silentLog, now: () => new Date() });
    const schema = await call<SchemaDescription>('GET', 'schema', {}, fresh);
    const runs = schema.tables.find((table) => table.name === 'runs');
    expect(runs?.rows).toEqual({ count: 1, estimated: false });
    expect(runs?.freshAt).toBe('2026-01-02T03:04:05.000Z');
    expect(runs?.columns.find((column) => column.name === 'kind')).toMatchObject({ type: 'text', example: 'backfill' });
    expect(runs?.referencedBy).toContainEqual({ table: 'run_tasks', column: 'run_id', to: 'id' });
  });
});

describe('a query', () => {
  test('answers with columns, typed cells and limits', async () => {
    const sql =
      "select 1 as n, 9007199254740993 as big, 1.50 as exact, true as ok, null as nothing, 'NaN'::float8 as nan, '{\"a\": 1}'::jsonb as doc";
    const answer = await asked({ sql });
    expect(answer.rows).toEqual([[1, '9007199254740993', '1.50', true, null, 'NaN', '{"a": 1}']]);
    expect(answer).toMatchObject({
      rowCount: 1,
      truncated: false,
      limitedBy: null,
      limits: { rows: 10_000, seconds: 30 },
    });
  });

  test('answers in pieces that are one JSON text, whatever the size', async () => {
    const wide = await asked({ sql: `select ${'n, '.repeat(29)}'a"b' from generate_series(1, 1000) n` });
    expect(wide.rows.map((row) => row[0])).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect([wide.rows.at(-1)?.at(-1), wide.rowCount]).toEqual(['a"b', 1000]);
    expect((await asked({ sql: 'select 1 as n where false' })).rows).toEqual([]);
    expect((await asked({ sql: 'select from generate_series(1, 3)' })).rows).toEqual([[], [], []]);
  });

  test('as CSV is disarmed, and says when it was cut', async () => {
    const sql = "select '=1+1' as formula, -1.50 as n, false as no, null as nothing, 'a,b' as text";
    const file = await call<{ fileName: string; stream: AsyncIterable<unknown> }>('POST', 'query', {
      body: { sql, format: 'csv' },
    });
    expect(await streamText(file)).toBe('formula,n,no,nothing,text\r\n\'=1+1,-1.50,false,,"a,b"\r\n');
    const cut = await call<{ fileName: string; stream: AsyncIterable<unknown> }>('POST', 'query', {
      body: { sql: 'select g from generate_series(1, 20000) g', format: 'csv' },
    });
    expect(cut.fileName).toBe('query-first-10000-rows.csv');
    const lines = (await streamText(cut)).trimEnd().split('\r\n');
    expect(lines).toHaveLength(10_002);
    expect(lines.at(-1)).toBe('# cut off after 10000 rows (limit of rows)');
  });

  test('that has ended cannot be cancelled', async () => {
    expect(await call('DELETE', 'query/:queryId', { params: { queryId: randomUUID() } })).toEqual({ cancelled: false });
  });
});

describe('saved queries', () => {
  test('have an address; their maker and administrators change them, and every change is on the audit trail', async () => {
    const body = { name: 'Open críticals, by project', sql: 'select 1' };
    const saved = await call<SavedQuery>('POST', 'queries', { actor: person(2), body });
    expect(saved).toMatchObject({
      slug: 'open-cri-ticals-by-project',
      description: '',
      createdBy: 'person 2',
      editable: true,
    });
    const twin = await call<SavedQuery>('POST', 'queries', { actor: person(3), body });
    expect(twin.slug).toMatch(/^open-cri-ticals-by-project-[0-9a-f]{6}$/);
    const params = { id: saved.slug };
    expect(await call('GET', 'queries/:id', { actor: person(3), params })).toMatchObject({
      id: saved.id,
      editable: false,
    });
    await expect(call('PATCH', 'queries/:id', { actor: person(3), params, body: { sql: 'x' } })).rejects.toMatchObject({
      code: 'saved_query_not_yours',
    });
    await expect(call('DELETE', 'queries/:id', { actor: person(3), params })).rejects.toMatchObject({
      code: 'saved_query_not_yours',
    });
    const changed = await call('PATCH', 'queries/:id', {
      actor: person(2),
      params: { id: String(saved.id) },
      body: { sql: 'select 2' },
    });
    expect(changed).toMatchObject({ sql: 'select 2', slug: saved.slug, name: saved.name });
    expect(await call('DELETE', 'queries/:id', { actor: admin, params })).toEqual({ ok: true });
    await expect(call('GET', 'queries/:id', { params })).rejects.toMatchObject({ code: 'saved_query_not_found' });
    const trail = await clone.db.query<{ action: string }>(
      "select action from access.audit_events where object_kind = 'saved_query' order by id",
    );
    expect(trail.map((row) => row.action)).toEqual([
      'saved_query.created',
      'saved_query.created',
      'saved_query.changed',
      'saved_query.deleted',
    ]);
  });

  test('a name of digits only is not taken for a number', async () => {
    const saved = await call<SavedQuery>('POST', 'queries', { body: { name: '1', sql: 'select 1' } });
    expect(saved.slug).toBe('query-1');
  });
});

describe('an analyst', () => {
  async function analyst(name: string): Promise<CreatedAnalyst> {
    return call('POST', 'analysts', { body: { name } });
  }

  async function connectAs(created: CreatedAnalyst): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: created.connectionString });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  test('gets a login whose password is shown once, and loses it with its sessions when it is revoked', async () => {
    const created = await analyst('Ann Alyst');
    expect(created.analyst).toMatchObject({ name: 'Ann Alyst', expired: false, sessions: 0, createdBy: 'person 1' });
    const password = new URL(created.connectionString).password;
    const client = await connectAs(created);
    expect((await client.query('select count(*) from sonarqube_issues')).rows).toEqual([{ count: 0 }]);
    const { analysts } = await call<{ analysts: CreatedAnalyst['analyst'][] }>('GET', 'analysts');
    expect(analysts).toMatchObject([{ name: 'Ann Alyst', sessions: 1 }]);
    const everything = await clone.db.query<{ row: string }>(
      'select a::text as row from explorer.analysts a union all select e::text from access.audit_events e',
    );
    expect(JSON.stringify([analysts, everything])).not.toContain(password);
    await expect(analyst('ann alyst')).rejects.toMatchObject({ code: 'analyst_name_taken' });
    const ended = new Promise((resolve) => client.once('end', resolve));
    expect(await call('DELETE', 'analysts/:id', { params: { id: String(created.analyst.id) } })).toEqual({ ok: true });
    await ended;
    await expect(connectAs(created)).rejects.toThrow(/password authentication failed|does not exist/);
    await expect(call('DELETE', 'analysts/:id', { params: { id: String(created.analyst.id) } })).rejects.toMatchObject({
      code: 'analyst_not_found',
    });
    expect(await roleExists(created.analyst.role)).toBe(false);
    const again = await analyst('Ann Alyst');
    await call('DELETE', 'analysts/:id', { params: { id: String(again.analyst.id) } });
  });

  test('made with an API token goes with it', async () => {
    const token = await clone.db.one<{ id: number }>(
      `insert into access.api_tokens (name, token_hash, prefix, role) values ('bi', '\\x01', 'plb_', 'admin') returning id`,
    );
    const made = await call<CreatedAnalyst>('POST', 'analysts', {
      actor: { ...admin, kind: 'token', tokenId: token.id },
      body: { name: 'of a token' },
    });
    const own = await analyst('of a person');
    await supervise();
    expect([await roleExists(made.analyst.role), await roleExists(own.analyst.role)]).toEqual([true, true]);
    await clone.db.execute('delete from access.api_tokens where id = $1', [token.id]);
    await supervise();
    expect([await roleExists(made.analyst.role), await roleExists(own.analyst.role)]).toEqual([false, true]);
    await call('DELETE', 'analysts/:id', { params: { id: String(own.analyst.id) } });
  });

  test('expires, at most a year ahead', async () => {
    const at = (days: number) => ({
      name: `until ${days}`,
      expiresAt: new Date(Date.now() + days * 86_400_000).toISOString(),
    });
    for (const days of [-1, 366]) {
      await expect(call('POST', 'analysts', { body: at(days) })).rejects.toMatchObject({
        code: 'analyst_expiry_invalid',
      });
    }
    const created = await call<CreatedAnalyst>('POST', 'analysts', { body: at(364) });
    const client = await connectAs(created);
    const ended = new Promise((resolve) => client.once('end', resolve));
    await clone.db.execute(
      `update explorer.analysts set expires_at = now() - interval '1 second' where id = ${created.analyst.id}`,
    );
    await clone.db.execute(`alter role ${created.analyst.role} valid until '2000-01-01'`);
    await supervise();
    await ended;
    await expect(connectAs(created)).rejects.toThrow('password authentication failed');
  });

  const refused: [string, RegExp][] = [
    ['create table t (a int)', /permission denied|no schema|read-only/],
    ['create table data.t (a int)', /permission denied|read-only/],
    ['create temp table t (a int)', /permission denied|read-only/],
    ['select * into temp t from sonarqube_issues', /permission denied|read-only/],
    ['create schema mine', /permission denied|read-only/],
    ['create table public.t (a int)', /permission denied|read-only/],
    ['select * from code_quality.findings', /permission denied/],
    ['select * from integrations.credentials', /permission denied/],
    ['select * from access.users', /permission denied/],
    ['select * from explorer.analysts', /permission denied/],
    ['select * from pg_authid', /permission denied/],
    ['select * from pg_shadow', /permission denied/],
    ['select * from pg_stat_activity', /permission denied/],
    ['select * from pg_locks', /permission denied/],
    ['insert into sonarqube_tags select * from sonarqube_tags', /permission denied|read-only|cannot insert/],
    ['update sonarqube_projects set name = null', /permission denied|read-only|cannot update/],
    ['delete from sonarqube_projects', /permission denied|read-only|cannot delete/],
    ['truncate code_quality.findings', /permission denied|read-only/],
    ['drop view data.sonarqube_issues', /must be owner|read-only/],
    ['alter view data.sonarqube_issues rename to x', /must be owner|read-only/],
    ['begin; lock table code_quality.findings', /permission denied|read-only/],
    ["copy (select 1) to program 'id'", /permission denied|must be superuser or have privileges/],
    ["copy (select 1) to '/tmp/x'", /permission denied|must be superuser or have privileges/],
    ["select pg_read_file('/etc/passwd')", /permission denied/],
    ["select * from pg_ls_dir('.')", /permission denied/],
    ["select lo_import('/etc/passwd')", /permission denied/],
    ['select lo_creat(-1)', /permission denied/],
    ["select lo_from_bytea(0, 'x')", /permission denied/],
    ["select pg_notify('x', 'y')", /permission denied/],
    ['select pg_sleep(1)', /permission denied/],
    ['select pg_advisory_lock(7001420)', /permission denied/],
    ['select pg_try_advisory_xact_lock(1)', /permission denied/],
    ["select query_to_xml('select 1', true, true, '')", /permission denied/],
    ["select * from ts_stat('select to_tsvector(''a'')')", /permission denied/],
    ['select pg_terminate_backend(1)', /permission denied/],
    ['select pg_cancel_backend(1)', /permission denied/],
    ['select pg_reload_conf()', /permission denied/],
    ['select pg_export_snapshot()', /permission denied/],
    ['set role postgres', /permission denied|does not exist/],
    ['set session authorization postgres', /permission denied|does not exist/],
    ['create role another', /permission denied|read-only/],
    ['alter role current_user superuser', /permission denied|read-only|must be superuser/],
    ["alter role current_user valid until 'infinity'", /permission denied|read-only/],
    ['alter role current_user connection limit 100', /permission denied|read-only/],
    ['alter system set fsync = off', /permission denied/],
    ["load '/tmp/x'", /access to library|could not access|permission denied/],
    ['create extension dblink', /permission denied|read-only|not available/],
    ["create function f() returns int language sql as 'select 1'", /permission denied|no schema|read-only/],
    ['vacuum full code_quality.findings', /permission denied/],
    ['checkpoint', /permission denied|must be superuser or have privileges/],
    ['comment on view data.sonarqube_issues is null', /must be owner|read-only/],
    ['grant select on data.sonarqube_issues to public', /permission denied|read-only/],
  ];

  // Read-only is only a default that a session may switch off, so every refusal is tried with it off, too.
  test.each(['on', 'off'])(
    'is refused what it must not do, with default_transaction_read_only = %s',
    async (readOnly) => {
      const created = await analyst(`refused ${readOnly}`);
      const client = await connectAs(created);
      await client.query(`set default_transaction_read_only = ${readOnly}`);
      const passed: string[] = [];
      for (const [sql, reason] of refused) {
        const message = await client.query(sql).then(
          () => 'done',
          (error: Error) => error.message,
        );
        await client.query('rollback');
        const warned = /^(vacuum|grant)/.test(sql) && message === 'done';
        if (!reason.test(message) && !warned) passed.push(`${sql}: ${message}`);
      }
      await client.end();
      expect(passed).toEqual([]);
      expect(await privilegesOfPublic()).toEqual([]);
    },
  );

  test('may change its own settings for a while: the next minute puts them back and ends what goes on for too long', async () => {
    const created = await analyst('restless');
    const client = await connectAs(created);
    await client.query('set default_transaction_read_only = off');
    await client.query('alter role current_user set statement_timeout = 0');
    await client.query(`alter role current_user in database ${clone.name} set work_mem = '4GB'`);
    expect(await setting(created, 'statement_timeout')).toBe('0');
    await supervise();
    expect(await setting(created, 'statement_timeout')).toBe('5min');
    expect(await setting(created, 'work_mem')).toBe('16MB');
    expect(await setting(created, 'search_path')).toBe('data, pg_catalog');
    expect(await settingsWrittenAgain()).toBe(false);
    await client.end();
  });

  async function setting(created: CreatedAnalyst, name: string): Promise<string> {
    const client = await connectAs(created);
    const { rows } = await client.query<Record<string, string>>(`show ${name}`);
    await client.end();
    return rows[0]?.[name] ?? '';
  }

  async function settingsWrittenAgain(): Promise<boolean> {
    const xmin =
      "select string_agg(xmin::text, ',' order by setrole, setdatabase) as x from pg_db_role_setting where setrole in (select oid from pg_roles where rolname = $1)";
    const before = await clone.db.one(xmin, [reader.role]);
    await supervise();
    return JSON.stringify(before) !== JSON.stringify(await clone.db.one(xmin, [reader.role]));
  }

  async function supervise(): Promise<void> {
    await explorer.reactions
      .find((reaction) => reaction.name === 'explorer.supervise-analysts')
      ?.handle('sweep', new AbortController().signal);
  }

  async function privilegesOfPublic(): Promise<unknown[]> {
    return clone.db.query(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('access', 'integrations', 'ingestion', 'code_quality', 'insights', 'explorer', 'platform', 'vault', 'jobs')
         and c.relkind in ('r', 'v', 'm', 'p') and has_table_privilege('public', c.oid, 'select')`,
    );
  }
});

describe('the reader', () => {
  test('belongs to this database alone where a cluster has several hubs, and its password differs at each start', async () => {
    const other = await cloneDatabase();
    const [one, two] = await Promise.all([
      prepareReader(other.db, { ownCluster: false }),
      prepareReader(clone.db, { ownCluster: false }),
    ]);
    expect(one.unavailable).toBeNull();
    expect(one.role).not.toBe(two.role);
    expect(two.role).toBe(reader.role);
    await other.drop();
    // What a dropped database left behind is taken over by who comes next.
    expect(one.role).toMatch(/^plumbline_reader(_\d+)?$/);
    await dropRole(one.role);
  });

  test('two processes of one hub set each other’s password, and both go on', async () => {
    const processes = await Promise.all([1, 2, 3].map(() => prepareReader(clone.db, { ownCluster: false })));
    const connections = await Promise.all([...processes, ...processes, reader].map((each) => each.connect('test')));
    for (const connection of connections) {
      const { rows } = await connection.client.query<{ u: string }>('select current_user::text as u');
      expect(rows).toEqual([{ u: reader.role }]);
      await connection.client.end();
    }
  });

  test('is off with a code where the database user may not make roles; everything else works', async () => {
    const password = 'for-this-test-only';
    await clone.db.execute(`create role plain_owner login password '${password}'`);
    const url = new URL(clone.connectionString);
    url.username = 'plain_owner';
    url.password = password;
    const plain = connect({
      connectionString: url.toString(),
      applicationName: 'test',
      log: silentLog,
      maxConnections: 2,
    });
    await clone.db.execute(
      'grant usage on schema explorer to plain_owner; grant all on all tables in schema explorer to plain_owner',
    );
    const off = await prepareReader(plain, { ownCluster: false });
    expect(off.unavailable).toMatchObject({ code: 'sql_unavailable', remedy: expect.stringContaining('CREATEROLE') });
    const room = createExplorer({ db: plain, reader: off, log: silentLog, now: () => new Date() });
    const query = call('POST', 'query', { body: { sql: 'select 1' } }, room);
    await expect(query).rejects.toMatchObject({ code: 'sql_unavailable' });
    expect(await call('GET', 'connection', {}, room)).toMatchObject({
      available: false,
      reason: { code: 'sql_unavailable' },
    });
    await plain.close();
    await clone.db.execute('drop owned by plain_owner; drop role plain_owner');
  });

  test('leaves the functions it takes from everybody to those who use the database already', async () => {
    const shared = await cloneDatabase();
    await shared.db.execute('create role neighbour login; create role stranger login');
    await shared.db.execute(`grant create on database ${shared.name} to neighbour`);
    const { role } = await prepareReader(shared.db, { ownCluster: false });
    const may = "select has_function_privilege($1, 'pg_advisory_xact_lock(bigint)', 'execute') as may";
    const allowed = await Promise.all(
      ['neighbour', 'stranger', role].map(async (name) => (await shared.db.one<{ may: boolean }>(may, [name])).may),
    );
    expect(allowed).toEqual([true, false, false]);
    await shared.drop();
    for (const name of ['neighbour', 'stranger', role]) await dropRole(name);
  });

  test('works with a database user that may make roles and is no superuser', async () => {
    const owned = await cloneDatabase();
    const password = 'for-this-test-only';
    await owned.db.execute(`create role role_maker login createrole password '${password}'`);
    await owned.db.execute(`alter database ${owned.name} owner to role_maker`);
    await owned.db.execute('grant all on schema data, explorer, access to role_maker with grant option');
    await owned.db.execute('grant all on all tables in schema data, explorer, access to role_maker with grant option');
    const url = new URL(owned.connectionString);
    url.username = 'role_maker';
    url.password = password;
    const maker = connect({
      connectionString: url.toString(),
      applicationName: 'test',
      log: silentLog,
      maxConnections: 3,
    });
    const theirs = await prepareReader(maker, { ownCluster: false });
    expect(theirs.unavailable).toBeNull();
    const queries = createQueries({ db: maker, reader: theirs, limits: { rows: 10, bytes: 1000, seconds: 1 } });
    const order = { actorKey: 'local', queryId: undefined, signal: new AbortController().signal };
    expect((await queries.run({ ...order, sql: 'select count(*) from runs' })).rows).toEqual([['0']]);
    const endless = queries.run({ ...order, sql: 'select count(*) from generate_series(1, 100000000000) g' });
    await expect(endless).rejects.toMatchObject({ code: 'sql_timeout' });
    await maker.close();
    await owned.drop();
    await dropRole(theirs.role);
    await dropRole('role_maker');
  });
});

async function roleExists(role: string): Promise<boolean> {
  return (await clone.db.query('select 1 from pg_roles where rolname = $1', [role])).length > 0;
}

/** Roles outlive the test's database, so they are removed from another one. */
async function dropRole(role: string): Promise<void> {
  const url = new URL(clone.connectionString);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  await client.query(`drop role if exists ${pg.escapeIdentifier(role)}`);
  await client.end();
}
