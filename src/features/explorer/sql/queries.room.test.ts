import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import { prepareReader, type Reader } from '../login/reader.ts';
import { createQueries, type Queries } from './queries.ts';
import { readVocabulary } from './vocabulary.ts';

let clone: TestDatabase;
let reader: Reader;
let queries: Queries;

beforeAll(async () => {
  clone = await cloneDatabase();
  await clone.db.execute(`
    create schema secret;
    create table secret.credentials (value text);
    insert into secret.credentials values ('hidden');
    create table secret.things (id bigint primary key, name text, at timestamptz, size numeric, ok boolean);
    insert into secret.things select n, 'thing ' || n, '2026-01-02T03:04:05Z', n / 8.0, n % 2 = 0 from generate_series(1, 12345) n;
    create view data.test_things as select * from secret.things`);
  reader = await prepareReader(clone.db, { ownCluster: false });
  queries = createQueries({ db: clone.db, reader });
});

afterAll(() => clone.drop());

const run = (sql: string, signal = new AbortController().signal, queryId?: string) =>
  queries.run({ sql, actorKey: 'user:1', queryId, signal });

async function failure(work: Promise<unknown>): Promise<PlumblineError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isPlumblineError(error)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

describe('what is run', () => {
  test.each([
    'select count(*) from test_things',
    'select count(*) from data.test_things t where t.name like $$thing 1%$$',
    'select * from test_things order by id limit 3',
    'table test_things limit 1',
    'values (1, 2), (3, 4)',
    'with a as (select * from test_things) select count(*) from a join test_things using (id)',
    'with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select sum(i) from n',
    'select date_trunc($$week$$, at) as week, count(*) filter (where ok), percentile_cont(0.5) within group (order by size) from test_things group by 1',
    'select row_number() over (partition by ok order by id desc), lag(name) over w from test_things window w as (order by id) limit 5',
    "select jsonb_build_object('a', 1) -> 'a', json_agg(name) from (select name from test_things limit 2) t",
    'select key, value from jsonb_each(\'{"a": 1}\')',
    'select x.a from jsonb_to_recordset(\'[{"a": 1}]\') as x(a int)',
    'select g from generate_series(1, 3) g',
    "select d::date from generate_series(date '2026-01-01', date '2026-01-03', interval '1 day') d",
    "select extract(year from at), at at time zone 'Europe/Berlin', current_date, now() from test_things limit 1",
    "select substring(name from 1 for 3), position('g' in name), trim(both ' ' from name), overlay(name placing 'x' from 1) from test_things limit 1",
    "select case when ok then 'a' else 'b' end, coalesce(name, ''), nullif(name, ''), greatest(1, 2), (array[1, 2])[1] from test_things limit 1",
    'select t.name, (t).size from test_things t limit 1',
    'select exists (select 1 from test_things), id in (select id from test_things) from test_things limit 1',
    'select ok, grouping(ok), count(*) from test_things group by grouping sets ((ok), ())',
    'explain select * from test_things',
    'explain (analyze, format json) select count(*) from test_things',
    'select 1; ',
    "/* a comment */ select 'a;b' -- and another",
    'select 1 union select 2 order by 1',
    "select translate(name, 'abc', 'xyz'), btrim(name), ltrim(name, 't'), rtrim(name, ' 0'), strpos(name, 'g') from test_things limit 1",
    "select replace(name, 'thing', 'x'), split_part(name, ' ', 1), lpad(name, 20, '.'), repeat('#', 3) from test_things limit 1",
    "select repeat('█', least(id::int, 40)) from test_things limit 1",
    'select pg_typeof(size)::text, cast(pg_typeof(name) as text) from test_things limit 1',
    "select name ilike '%1_', name not like 'a!%' escape '!', name like any (array['a%', 'b%']) from test_things limit 1",
    "select array[name] @> array['x'], '{a}'::text[] && array[name] from test_things limit 1",
    'select * from (select 1) as pgx, lateral (select 2) y',
  ])('%s', async (sql) => {
    const result = await run(sql);
    expect(result.columns.length).toBeGreaterThan(0);
    expect(result.limitedBy).toBeNull();
  });

  test('what a newer PostgreSQL has, where it is one', async () => {
    const { version } = await clone.db.one<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    );
    const since: [number, string][] = [
      [160_000, 'select any_value(name) from test_things'],
      [170_000, "select * from json_table('[{\"a\": 1}]', '$[*]' columns (a int path '$.a'))"],
    ];
    for (const [number, sql] of since) {
      // An older server refuses it in its own words, after our parser let it pass.
      if (version < number) expect((await failure(run(sql))).code).toBe('sql_failed');
      else expect((await run(sql)).rows).toHaveLength(1);
    }
  });

  test('types have PostgreSQL’s names and cells are as it writes them', async () => {
    const result = await run('select id, name, at, size, ok, null as nothing from test_things where id = 3');
    expect(result.columns).toEqual([
      { name: 'id', type: 'bigint' },
      { name: 'name', type: 'text' },
      { name: 'at', type: 'timestamp with time zone' },
      { name: 'size', type: 'numeric' },
      { name: 'ok', type: 'boolean' },
      { name: 'nothing', type: 'text' },
    ]);
    expect(result.rows).toEqual([['3', 'thing 3', '2026-01-02 03:04:05+00', '0.37500000000000000000', 'f', null]]);
  });
});

describe('what is refused before it reaches PostgreSQL', () => {
  test.each([
    // What PostgreSQL cannot interrupt, with arguments nobody has read: it would outlive timeout and cancellation.
    "select translate(repeat('a', 1000), string_agg(name, ''), '') from test_things",
    'select btrim(name, name) from test_things',
    "select ltrim(name, repeat('a', 10)), rtrim(name, 'b' || 'c') from test_things",
    'select trim(both name from name) from test_things',
    'select strpos(name, name), position(name in name) from test_things',
    'select pg_catalog.strpos(name, name) from test_things',
    'select normalize(name) from test_things',
    'select name is normalized from test_things',
    'select (name).normalize from test_things',
    'select replace(name, name, name) from test_things',
    'select split_part(name, name, 1), string_to_array(name, name) from test_things',
    'select name like name from test_things',
    'select name ilike any (select name from test_things) from test_things',
    'select name operator(pg_catalog.~~) name from test_things',
    'select array_agg(id) && array_agg(id) from test_things',
    'select jsonb_agg(id) @> jsonb_agg(id) from test_things',
    'select jsonb_agg(name) ?| array_agg(name) from test_things',
    `select strpos(name, '${'x'.repeat(201)}') from test_things`,
    "select repeat('x', 300000000)",
    "select repeat(repeat('x', 1000), 1000)",
    "select repeat('x', id::int), lpad('x', greatest(id::int, 1000)) from test_things",
    // Looked up among all types of the database: each table has one.
    "select pg_typeof(1) = 'access.users'",
    "select nullif(pg_typeof(1), 'access.users')",
    'select pg_typeof(1)::text::regtype',
    "select (1).pg_typeof = 'access.users'",
    'select pg_typeof(1)',
    // More than one, or other than a SELECT.
    'select 1; select 2',
    'select 1; reset all; set statement_timeout = 0',
    'set statement_timeout = 0',
    'set local role postgres',
    'set session authorization default',
    'reset role',
    'show all',
    'alter role plumbline_reader set statement_timeout = 0',
    "alter role current_user password 'x'",
    'create temp table t (a int)',
    'create table data.t (a int)',
    'create temporary view v as select 1',
    "create function data.f() returns int language sql as 'select 1'",
    'select 1 into t',
    'select * into temporary t from test_things',
    'create table t as select 1',
    "copy test_things to '/tmp/x'",
    'copy (select 1) to stdout',
    "copy test_things from program 'id'",
    'do $$ begin perform 1; end $$',
    'call something()',
    'lock table data.test_things',
    'begin',
    'commit',
    'rollback',
    'savepoint a',
    'prepare p as select 1',
    'execute p',
    'declare c cursor with hold for select 1',
    'fetch all from c',
    'listen x',
    "notify x, 'y'",
    'unlisten *',
    'vacuum',
    'analyze',
    'checkpoint',
    'discard all',
    "load 'auto_explain'",
    'grant select on data.test_things to public',
    'truncate data.test_things',
    'insert into data.test_things values (1)',
    'update data.test_things set name = null',
    'delete from data.test_things',
    'merge into data.test_things t using (select 1 as id) s on t.id = s.id when matched then delete',
    'explain analyze delete from data.test_things',
    'explain analyze create table t as select 1',
    'explain (analyze, wal) select 1',
    'explain execute p',
    "comment on table data.test_things is ''",
    // Hidden in something that looks like a SELECT.
    'with gone as (delete from data.test_things returning *) select * from gone',
    'with a as (with b as (insert into data.test_things values (1) returning 1) select * from b) select * from a',
    'select * from test_things for update',
    'select * from test_things for key share nowait',
    'select * from (select * from test_things for share) t',
    // Outside schema data.
    'select * from secret.credentials',
    'select * from SECRET.CREDENTIALS',
    'select * from "secret"."credentials"',
    'select * from U&"\\0073ecret".credentials',
    'select * from postgres.secret.credentials',
    'select * from explorer.analysts',
    'select * from pg_authid',
    'select * from pg_catalog.pg_authid',
    'select * from pg_stat_activity',
    'select * from pg_settings',
    'select * from pg_roles',
    'table pg_shadow',
    'select (select rolpassword from pg_authid limit 1)',
    'select * from information_schema.tables',
    'select * from test_things where id in (select 1 from pg_class)',
    'select * from test_things order by (select relname from pg_class limit 1)',
    'select * from test_things limit (select count(*) from pg_class)',
    'select count(*) filter (where exists (select from pg_class)) from test_things',
    'select 1 union select oid::int from pg_class',
    'select * from test_things t join lateral (select * from pg_class) c on true',
    'select * from pg_class union all (with pg_class as (select 1) select * from pg_class)',
    'with pg_authid as (select 1) select * from pg_authid',
    'select * from (with hidden as (select 1) select * from hidden) a, hidden',
    'with a as (select * from b), b as (select 1) select * from a',
    'select pg_authid from pg_authid',
    'select * from only pg_class',
    'select * from test_things tablesample system (1)',
    // Functions.
    'select pg_sleep(10)',
    'select pg_catalog.pg_sleep(10)',
    'select "pg_sleep"(10)',
    'select PG_SLEEP(10)',
    'select U&"pg\\005fsleep"(10)',
    'select (10).pg_sleep',
    'select (0.01::float8).pg_sleep',
    'select g.pg_sleep from generate_series(1, 2) g',
    "select ('secret.credentials'::text).to_regclass",
    "select (array['a'])[1].pg_sleep",
    "select pg_sleep_for('5 minutes')",
    "select query_to_xml('select * from secret.credentials', true, true, '')",
    "select table_to_xml('secret.credentials', true, true, '')",
    "select schema_to_xml('secret', true, true, '')",
    "select database_to_xml(true, true, '')",
    "select cursor_to_xml('c', 1, true, true, '')",
    "select * from ts_stat('select to_tsvector(value) from secret.credentials')",
    "select ts_rewrite('a'::tsquery, 'select to_tsquery(value), to_tsquery(value) from secret.credentials')",
    "select pg_notify('x', 'y')",
    'select pg_advisory_lock(1)',
    'select pg_try_advisory_xact_lock(1, 2)',
    'select lo_creat(-1)',
    "select lo_import('/etc/passwd')",
    "select lo_from_bytea(0, 'x')",
    'select lo_get(1)',
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('/etc/passwd')",
    "select * from pg_ls_dir('.')",
    'select * from pg_ls_logdir()',
    "select pg_stat_file('.')",
    "select dblink('host=127.0.0.1', 'select 1')",
    "select * from public.dblink('x') as t(a int)",
    "select set_config('statement_timeout', '0', false)",
    "select current_setting('data_directory')",
    "select current_setting('is_superuser')",
    'select pg_terminate_backend(1)',
    'select pg_cancel_backend(1)',
    'select pg_reload_conf()',
    'select pg_switch_wal()',
    "select nextval('secret.s')",
    "select setval('secret.s', 1)",
    'select txid_current()',
    'select pg_export_snapshot()',
    "select pg_get_viewdef('data.test_things')",
    "select has_table_privilege('secret.credentials', 'select')",
    "select pg_total_relation_size('secret.credentials')",
    'select version()',
    'select inet_server_addr()',
    'select current_query()',
    'select secret.f()',
    'select * from secret.f()',
    'select * from rows from (pg_sleep(1), generate_series(1, 2))',
    'select count(*) over (order by pg_sleep(1)) from test_things',
    'select * from test_things order by pg_sleep(1)',
    'select case when true then pg_sleep(1) end',
    "select * from xmltable('/a' passing '<a/>' columns b text)",
    "select xmlparse(document '<a/>')",
    'select xmlelement(name a)',
    "select * from json_table('[1]', '$[*]' columns (a oid path '$')) j",
    // Types that look things up, and names of the session.
    "select 'secret.credentials'::regclass",
    "select 'pg_sleep'::regproc",
    "select cast('postgres' as regrole)",
    "select regclass 'secret.credentials'",
    "select 'secret.credentials'::pg_catalog.regclass::text",
    'select null::secret.credentials',
    "select array['pg_authid']::regclass[]",
    "select '<a/>'::xml",
    'select * from jsonb_to_recordset(\'[{"a": 1}]\') as x(a regclass)',
    "select '1'::secret.credentials.value%type",
    'select current_user',
    'select session_user',
    'select user',
    'select current_catalog',
    'select current_schema',
    'select system_user',
    'select $1',
    'select 1 operator(secret.+) 2',
    'select 1 order by 1 using operator(secret.<)',
    // Not SQL at all.
    '',
    '   ',
    '-- only a comment',
    'selec 1',
    "select 'open",
    'select $$open',
    'select /* open',
    'select 1\0; drop table x',
    `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
    `select ${'1+'.repeat(40_000)}1`,
    '\\copy test_things to x',
    '\\! id',
  ])('%s', async (sql) => {
    const { code } = await failure(run(sql));
    expect(['sql_refused', 'sql_syntax']).toContain(code);
  });

  test('as many words as are taken are a list of thousands of keys', async () => {
    const keys = (count: number): string => Array.from({ length: count }, (_, index) => `'key-${index}'`).join();
    expect((await run(`select 1 where 'key-7' in (${keys(5_900)})`)).rows).toEqual([['1']]);
    const { code, message } = await failure(run(`select 1 where 'key-7' in (${keys(6_100)})`));
    expect([code, message]).toEqual(['sql_refused', 'The statement has more than 12,000 words and signs.']);
  });

  test.each([1000, 3000, 5000, 7000])(
    '%i operators in a row are run or refused, and the next statement is run',
    async (n) => {
      for (const sql of [
        `select ${'1+'.repeat(n)}1`,
        `select ${'not '.repeat(n)}true`,
        `select ${'('.repeat(n)}1${')'.repeat(n)}`,
      ]) {
        const code = await run(sql).then(
          () => 'run',
          (error: PlumblineError) => error.code,
        );
        // What has more words than are taken is refused before it is parsed.
        expect(['run', 'sql_syntax', 'sql_failed', 'sql_refused']).toContain(code);
        expect((await run('select 1')).rows).toEqual([['1']]);
      }
    },
  );

  test('no column of schema data has the name of a function that could do harm as value.name', async () => {
    const { columns, oneArgumentFunctions } = await readVocabulary(clone.db);
    const shared = [...columns].filter((column) => oneArgumentFunctions.has(column)).sort();
    // Each converts or measures its one argument, and mode is refused without an order. A column with another name: look at what PostgreSQL's function does.
    expect(['date', 'hash', 'line', 'mode', 'name', 'path', 'scale', 'text']).toEqual(expect.arrayContaining(shared));
  });

  test('the error names the place', async () => {
    const { data, message } = await failure(run("select 'é',\n  pg_sleep(1)"));
    expect(message).toBe('Function pg_sleep is not available here.');
    expect(data.position).toEqual({ line: 2, column: 3, offset: 14 });
    expect((await failure(run("select '💥' as x,\n  from from"))).data.position).toEqual({
      line: 2,
      column: 3,
      offset: 20,
    });
  });

  test('PostgreSQL’s own objections come with their place and words', async () => {
    const error = await failure(run('select 1,\n nmae from test_things'));
    expect(error.code).toBe('sql_failed');
    expect(error.upstream).toContain('column "nmae" does not exist');
    expect(error.data).toMatchObject({ sqlState: '42703', position: { line: 2, column: 2 } });
    expect((await failure(run('select 1 / 0'))).upstream).toBe('division by zero');
  });
});

describe('limits', () => {
  test('10,000 rows, and it says so', async () => {
    const result = await run('select id from test_things order by id');
    expect(result.rows).toHaveLength(10_000);
    expect(result.limitedBy).toBe('rows');
    expect((await run('select id from test_things limit 10000')).limitedBy).toBeNull();
  });

  test('bytes, and it says so', async () => {
    const small = createQueries({ db: clone.db, reader, limits: { rows: 10_000, bytes: 100_000, seconds: 20 } });
    const order = { actorKey: 'user:1', queryId: undefined, signal: new AbortController().signal };
    const many = await small.run({ ...order, sql: "select repeat('é', 500) from generate_series(1, 1000)" });
    expect(many.limitedBy).toBe('bytes');
    expect(many.rows).toHaveLength(100);
    const error = await failure(
      small.run({ ...order, sql: "select string_agg(repeat('x', 1000), '') from generate_series(1, 100000)" }),
    );
    expect(error.code).toBe('sql_failed');
    expect(error.message).toContain('larger than the whole limit');
  });

  test('one person never takes all places', async () => {
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    const greedy = controllers.map(({ signal }) => failure(run(endless, signal)));
    await expect.poll(activeReaders, patience).toBe(2);
    const other = { sql: 'select 1', actorKey: 'user:2', queryId: undefined, signal: new AbortController().signal };
    expect((await queries.run(other)).rows).toEqual([['1']]);
    for (const controller of controllers) controller.abort();
    await Promise.all(greedy);
    await expect.poll(activeReaders, patience).toBe(0);
  });

  test('one statement takes no more memory than a process may', async () => {
    const sql =
      "select length(a::text) from (select array_agg(repeat('x', 1000)) as a from generate_series(1, 900000)) t";
    const error = await failure(run(sql));
    expect(['53200', '54000']).toContain(error.data['sqlState']);
    expect((await run('select 1')).rows).toEqual([['1']]);
  });

  test('a query that never ends is stopped at its time, on the server, too', async () => {
    const quick = createQueries({ db: clone.db, reader, limits: { rows: 10, bytes: 1000, seconds: 1 } });
    const sql = 'with recursive bomb(n) as (select 1 union all select n + 1 from bomb) select count(*) from bomb';
    const error = await failure(
      quick.run({ sql, actorKey: 'user:1', queryId: undefined, signal: new AbortController().signal }),
    );
    expect(error.code).toBe('sql_timeout');
    await expect.poll(activeReaders, patience).toBe(0);
  });

  test('PostgreSQL’s own timeout is behind ours, and the session cannot write', async () => {
    const connection = await reader.connect('test');
    const show = async (name: string): Promise<string> =>
      (await connection.client.query<Record<string, string>>(`show ${name}`)).rows[0]?.[name] ?? '';
    expect(await show('statement_timeout')).toBe('32s');
    expect(await show('default_transaction_read_only')).toBe('on');
    expect(await show('search_path')).toBe('data, pg_catalog');
    expect(await show('lock_timeout')).toBe('2s');
    expect(await show('temp_file_limit')).toBe('1GB');
    await connection.client.end();
  });

  test('a query goes when its caller goes', async () => {
    const controller = new AbortController();
    const running = failure(run(endless, controller.signal));
    await expect.poll(activeReaders, patience).toBe(1);
    controller.abort();
    expect((await running).code).toBe('sql_cancelled');
    await expect.poll(activeReaders, patience).toBe(0);
  });

  test('a query is cancelled by its id, by its own asker only, also from another process', async () => {
    const queryId = randomUUID();
    const elsewhere = createQueries({ db: clone.db, reader });
    for (const canceller of [queries, elsewhere]) {
      const running = failure(run(endless, undefined, queryId));
      await expect.poll(activeReaders, patience).toBe(1);
      expect(await canceller.cancel('user:2', queryId)).toBe(false);
      expect(await canceller.cancel('user:1', queryId)).toBe(true);
      expect((await running).code).toBe('sql_cancelled');
      await expect.poll(activeReaders, patience).toBe(0);
    }
    expect(await queries.cancel('user:1', queryId)).toBe(false);
  });

  test('few at a time; too many waiting are told so, and a waiting one can be cancelled', async () => {
    const narrow = createQueries({ db: clone.db, reader, concurrency: 1 });
    // One runs, sixteen wait, three are one too many.
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    const refused: string[] = [];
    const running = controllers.map(async ({ signal }, index) => {
      const error = await failure(narrow.run({ sql: endless, actorKey: `user:${index}`, queryId: undefined, signal }));
      if (error.code === 'sql_busy') refused.push(error.code);
      return error.code;
    });
    await expect.poll(() => refused.length, patience).toBe(3);
    await expect.poll(activeReaders, patience).toBe(1);
    for (const controller of controllers.reverse()) controller.abort();
    const codes = await Promise.all(running);
    expect(codes.filter((code) => code === 'sql_cancelled')).toHaveLength(17);
    await expect.poll(activeReaders, patience).toBe(0);
  });
});

const patience = { timeout: 20_000 };

// In FROM the series would first be written to a temporary file, and end at its limit.
const endless = 'select count(*) from (select generate_series(1, 100000000000)) g';

async function activeReaders(): Promise<number> {
  const row = await clone.db.one<{ n: number }>(
    `select count(*) as n from pg_stat_activity where usename = $1 and datname = current_database() and state = 'active'`,
    [reader.role],
  );
  return row.n;
}
