import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Migration, migrateWithin, readMigrations } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { audit, verifyAuditTrail } from '../../access/index.ts';
import { databaseIdentity } from '../../explorer/login/reader-role.ts';
import { ensureCustom } from '../../explorer/custom/owner.ts';
import { applyViews, leftOutOfBackups, viewFiles, migrationFolders, ownSchemas } from '../../../schema.ts';
import { inspectBackup } from './inspect.ts';
import { restoreBackup } from './restore.ts';
import { backedUpTables } from './tables.ts';
import { startBackup } from './write-backup.ts';

const migrations = await readMigrations(migrationFolders);
const last = migrations.at(-1) as Migration;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-backup-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A database whose schema stands where an older version left it; 0: an empty one. */
async function databaseAt(number: number): Promise<TestDatabase> {
  const clone = await cloneDatabase();
  onTestFinished(() => clone.drop());
  for (const schema of ['data', ...ownSchemas]) await clone.db.execute(`drop schema if exists ${schema} cascade`);
  if (number > 0)
    await clone.db.transaction((tx) =>
      migrateWithin(
        tx,
        migrations.filter((one) => one.number <= number),
      ),
    );
  return clone;
}

const optionsOf = ({ connectionString }: TestDatabase) => ({
  connectionString,
  schemas: ownSchemas,
  leftOut: leftOutOfBackups,
  version: '0.0.0-test',
  log: silentLog,
  now: () => new Date(),
});

async function backUp(from: TestDatabase, name = 'backup'): Promise<string> {
  const file = join(directory, name);
  await pipeline(await startBackup(optionsOf(from), new AbortController().signal), createWriteStream(file));
  return file;
}

async function restoreInto(to: TestDatabase, file: string, known: readonly Migration[] = migrations, replace = false) {
  return restoreBackup({
    connectionString: to.connectionString,
    backup: await inspectBackup(file),
    migrations: known,
    viewFiles,
    schemas: ownSchemas,
    leftOut: leftOutOfBackups,
    keyIds: [],
    replace,
    log: silentLog,
    told: () => undefined,
  });
}

/** Rows with everything that text could trip over. */
const strange = ['tab\tand\nline', 'back\\slash \\N', '', 'quote \' and " and ‘’', '🙂 \u2028'];

async function addUsers({ db }: TestDatabase): Promise<void> {
  for (const [index, name] of strange.entries()) {
    await db.execute('insert into access.users (email, name, role, password_hash) values ($1, $2, $3, $4)', [
      `user${index}@example.com`,
      name,
      'viewer',
      'none',
    ]);
  }
  await db.execute(`insert into integrations.integrations (name, kind, settings) values ('a', 'sonarqube', $1)`, [
    JSON.stringify({ url: 'http://a', strange }),
  ]);
}

const buildViews = ({ db }: TestDatabase) => applyViews(db, silentLog);

describe('backup and restore of a database', () => {
  it('bring an older version’s backup up to this one, with every row and every sequence', async () => {
    const old = await databaseAt(last.number - 1);
    await addUsers(old);
    const file = await backUp(old);
    const to = await databaseAt(0);
    const { rows } = await restoreInto(to, file);
    expect(rows).toBeGreaterThan(strange.length);
    const users = await to.db.query<{ name: string }>('select name from access.users order by id');
    expect(users.map((user) => user.name)).toEqual(strange);
    expect(await to.db.query('select settings from integrations.integrations')).toEqual(
      await old.db.query('select settings from integrations.integrations'),
    );
    expect(await to.db.one('select max(number) as n from platform.migrations')).toEqual({ n: last.number });
    const next = await to.db.one<{ id: number }>(
      `insert into access.users (email, name, role, password_hash) values ('next@example.com', '', 'viewer', 'none') returning id`,
    );
    expect(next.id).toBe(strange.length + 1);
  });

  it('keep what analysts built: tables with rows, keys, indexes and comments, and views that read each other', async () => {
    const from = await databaseAt(last.number);
    await buildViews(from);
    const { db } = from;
    const owner = await db.transaction(async (tx) => ensureCustom(tx, await databaseIdentity(tx)));
    await db.transaction(async (tx) => {
      await tx.execute(`set local role ${owner}`);
      for (const text of [
        `create table custom."Odd name" (id bigint primary key, "a b" text not null default 'x', n numeric(10, 2)[], at timestamptz, check (id > 0))`,
        `create index on custom."Odd name" (lower("a b"))`,
        `comment on table custom."Odd name" is 'It''s odd'`,
        `comment on column custom."Odd name".n is 'some numbers'`,
        'create view custom.b_projects as select p.id, p.name from data.sonarqube_projects p',
        'create view custom.a_count as select count(*) as n from custom.b_projects',
        'create materialized view custom.stored as select n from custom.a_count',
        'create sequence custom.numbers',
        'create table custom.empty ()',
      ])
        await tx.execute(text);
    });
    for (const [id, text] of strange.entries())
      await db.execute('insert into custom."Odd name" values ($1, $2, $3, now())', [id + 1, text, '{1.5,NULL}']);
    const file = await backUp(from);
    const to = await databaseAt(last.number);
    await buildViews(to);
    await to.db.transaction(async (tx) => ensureCustom(tx, await databaseIdentity(tx)));
    await to.db.execute('create table custom.of_before (a int)');
    await restoreInto(to, file, migrations, true);
    const contents = ({ db: of }: TestDatabase) =>
      of.query(
        `select (select jsonb_agg(o order by id) from custom."Odd name" o) as rows, (select jsonb_agg(s) from custom.stored s) as stored,
                array(select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'custom."Odd name"'::regclass order by 1) as constraints,
                array(select indexdef from pg_indexes where schemaname = 'custom' order by 1) as indexes,
                array(select concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(a.attrelid, a.attnum))
                        from pg_attribute a where a.attrelid = 'custom."Odd name"'::regclass and a.attnum > 0 order by a.attnum) as columns,
                obj_description('custom."Odd name"'::regclass) as comment`,
      );
    expect(await contents(to)).toEqual(await contents(from));
    const names = await to.db.query<{ name: string; owner: string }>(
      `select relname as name, pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'custom'::regnamespace and relkind in ('r', 'v', 'm', 'S') order by relname collate "C"`,
    );
    expect(names.map(({ name }) => name)).toEqual(['Odd name', 'a_count', 'b_projects', 'stored']);
    expect(new Set(names.map((one) => one.owner.replace(/_\d+$/, '')))).toEqual(new Set(['plumbline_custom']));
    expect((await inspectBackup(file)).head.custom?.leftOut).toEqual([
      { name: 'empty', reason: 'it has no columns' },
      { name: 'numbers', reason: 'it is a sequence' },
    ]);
  });

  it('keep the chain of the audit trail, of this version and of those that had none', async () => {
    const system = { kind: 'system', name: 'test' } as const;
    const from = await databaseAt(last.number);
    for (const id of [1, 2, 3])
      await from.db.transaction((tx) => audit(tx, system, 'test.event', { kind: 'test', id }, { strange }));
    const before = await verifyAuditTrail(from.db, { now: () => new Date(0) });
    const to = await databaseAt(0);
    await restoreInto(to, await backUp(from));
    expect(before).toMatchObject({ whole: true, rows: 3 });
    expect(await verifyAuditTrail(to.db, { now: () => new Date(0) })).toEqual(before);
    await to.db.transaction((tx) => audit(tx, system, 'test.event', { kind: 'test', id: 4 }));
    expect(await verifyAuditTrail(to.db, { now: () => new Date(0) })).toMatchObject({ whole: true, rows: 4 });

    const chain = migrations.find(({ name }) => name.endsWith('-audit-chain'));
    const old = await databaseAt((chain?.number ?? 0) - 1);
    await old.db.execute(
      `insert into access.audit_events (actor_kind, actor_name, action, object_kind)
       select 'system', text, 'test.event', 'test' from unnest($1::text[]) as text`,
      [strange],
    );
    const newer = await databaseAt(0);
    await restoreInto(newer, await backUp(old, 'old'));
    expect(await verifyAuditTrail(newer.db, { now: () => new Date(0) })).toMatchObject({
      whole: true,
      rows: strange.length,
    });
  });

  it('refuse a newer version’s backup and one with an edited migration, and touch nothing', async () => {
    const from = await databaseAt(last.number);
    const file = await backUp(from);
    const to = await databaseAt(0);
    await expect(restoreInto(to, file, migrations.slice(0, -1))).rejects.toMatchObject({ code: 'backup_newer' });
    const edited = migrations.map((migration) => (migration === last ? { ...migration, checksum: 'x' } : migration));
    await expect(restoreInto(to, file, edited)).rejects.toMatchObject({ code: 'migration_edited' });
    expect(await to.db.query('select nspname from pg_namespace where nspname = any($1)', [ownSchemas])).toEqual([]);
  });

  it('replace what is there only when told, and leave it when the backup cannot be loaded', async () => {
    const from = await databaseAt(last.number);
    const file = await backUp(from);
    const to = await databaseAt(last.number);
    await addUsers(to);
    await expect(restoreInto(to, file)).rejects.toMatchObject({ code: 'restore_not_empty' });
    // The database refuses in the middle of the load.
    await to.db.execute(
      `create function public.no() returns event_trigger language plpgsql as $$ begin raise 'no'; end $$`,
    );
    await to.db.execute(
      `create event trigger no on ddl_command_end when tag in ('CREATE TABLE') execute function public.no()`,
    );
    await expect(restoreInto(to, file, migrations, true)).rejects.toMatchObject({
      code: 'restore_failed',
      upstream: 'no',
    });
    expect(await to.db.query('select from access.users')).toHaveLength(strange.length);
    await to.db.execute('drop event trigger no');
    await restoreInto(to, file, migrations, true);
    expect(await to.db.query('select from access.users')).toEqual([]);
  });

  it('read one moment, whatever is written meanwhile', async () => {
    const from = await databaseAt(last.number);
    const stream = await startBackup(optionsOf(from), new AbortController().signal);
    await new Promise((resolve) => stream.once('readable', resolve));
    await addUsers(from);
    const file = join(directory, 'moment');
    await pipeline(stream, createWriteStream(file));
    const { head, manifest } = await inspectBackup(file);
    const index = head.tables.findIndex((table) => table.schema === 'access' && table.name === 'users');
    expect(manifest.tables[index]?.rows).toBe(0);
  });

  it('make one backup at a time, and let go of the database when the taker leaves', async () => {
    const from = await databaseAt(last.number);
    await from.db.execute(
      `insert into access.audit_events (actor_kind, actor_name, action, object_kind)
       select 'system', md5(i::text) || repeat(md5((-i)::text), 20), 'test', 'test' from generate_series(1, 20000) i`,
    );
    const leaving = new AbortController();
    const stream = await startBackup(optionsOf(from), leaving.signal);
    await expect(startBackup(optionsOf(from), new AbortController().signal)).rejects.toMatchObject({
      code: 'backup_running',
    });
    leaving.abort();
    await new Promise((resolve) => stream.once('close', resolve));
    for (;;) {
      const rows = await from.db.query(`select from pg_stat_activity where application_name = 'plumbline backup'`);
      if (rows.length === 0) break;
    }
    const { manifest } = await inspectBackup(await backUp(from));
    expect(manifest.tables.map((table) => table.rows)).toContain(20_000);
  });

  it('hold every table of ours but those left out by name, each after what it refers to', async () => {
    const { db } = await databaseAt(last.number);
    const tables = (await backedUpTables(db, { schemas: ownSchemas, leftOut: leftOutOfBackups })).map(
      (table) => `${table.schema}.${table.name}`,
    );
    const all = await db.query<{ name: string }>(
      `select format('%s.%s', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname <> all ('{pg_catalog,information_schema,pg_toast,public}') and c.relkind in ('r', 'p')
          and not c.relispartition and c.relpersistence = 'p' order by 1`,
    );
    expect(all.map((row) => row.name).filter((name) => !tables.includes(name))).toEqual([
      'access.sessions',
      'access.setup',
      'access.sign_in_attempts',
      'insights.hotspots_became_vulnerabilities',
      'insights.moving_nodes',
      'insights.moving_projects',
      'insights.node_daily',
      'insights.node_projects',
      'insights.open_ages',
      'insights.present',
      'insights.project_levels',
      'insights.resolve_days',
      'insights.resolve_times',
      'operations.processes',
      'platform.migrations',
      'trace.mentions',
      'trace.registry_hosts',
    ]);
    expect(tables.indexOf('integrations.integrations')).toBeLessThan(tables.indexOf('integrations.credentials'));
    expect(tables.indexOf('ingestion.runs')).toBeLessThan(tables.indexOf('ingestion.tasks'));
  });
});
