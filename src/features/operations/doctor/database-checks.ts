import type { Database, MigrationId } from '../../../platform/database/index.ts';
import type { DoctorCheck } from '../contract.ts';
import { readConnectionRoom, shortage } from '../processes/connections.ts';
import { area, judgeSkew, size } from './model.ts';

const { ok, info, warning, bad } = area('database');

export async function databaseChecks(db: Database, known: readonly MigrationId[]): Promise<DoctorCheck[]> {
  return [
    await server(db),
    await clock(db),
    await migrations(db, known),
    ...(await room(db)),
    await deadRows(db),
    await longTransactions(db),
    await outlivingQueries(db),
    ...(await settings(db)),
    await extensions(db),
  ];
}

async function server(db: Database): Promise<DoctorCheck> {
  const row = await db.one<{ version: string; number: number; up: string; replica: boolean }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
            date_trunc('second', now() - pg_postmaster_start_time())::text as up, pg_is_in_recovery() as replica`,
  );
  const message = `PostgreSQL ${row.version}, up for ${row.up}`;
  if (row.replica) return bad('server', `${message}; it is a replica`, 'Set DATABASE_URL to the primary server.');
  if (row.number >= 150_000) return ok('server', message);
  return bad('server', message, 'Upgrade the server to PostgreSQL 15 or newer.');
}

/** The process's clock against the database's, in the middle of the call. */
async function clock(db: Database): Promise<DoctorCheck> {
  const before = Date.now();
  const { now } = await db.one<{ now: Date }>('select clock_timestamp() as now');
  const { outcome, words } = judgeSkew((before + Date.now()) / 2 - now.getTime());
  if (outcome === 'ok') return ok('clock', `this machine’s clock is ${words} the database’s`);
  const make = outcome === 'bad' ? bad : warning;
  return make('clock', `this machine’s clock is ${words} the database’s`, 'Let both machines follow a time server.');
}

async function migrations(db: Database, known: readonly MigrationId[]): Promise<DoctorCheck> {
  const rows = await db.query<{ room: string; number: number; name: string; at: Date }>(
    'select room, number, name, applied_at as at from platform.migrations order by number, room',
  );
  const last = rows.at(-1);
  const missing = known.find(({ room, number }) => !rows.some((row) => row.room === room && row.number === number));
  const unknown = rows.find(({ room, number }) => !known.some((one) => one.room === room && one.number === number));
  if (missing === undefined && unknown === undefined)
    return ok('migrations', `${last?.name} is the last, applied ${last?.at.toISOString()}`);
  return bad(
    'migrations',
    missing === undefined
      ? `${unknown?.name} was applied by another version; this version does not have it`
      : `${last?.name} is the last; this version has ${missing.name}, which is not applied`,
    'Restart every process with one version.',
  );
}

async function room(db: Database): Promise<DoctorCheck[]> {
  const { bytes } = await db.one<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
  const tables = await db.query<{ name: string; bytes: number; rows: number }>(
    `select format('%I.%I', schemaname, relname) as name, pg_total_relation_size(relid) as bytes, n_live_tup as rows
       from pg_stat_user_tables order by 2 desc limit 5`,
  );
  const connections = await readConnectionRoom(db);
  const { used, limit, needed, byOthers } = connections;
  const words = `${used} of ${limit} in use, ${byOthers} by others; the processes that run need up to ${needed}`;
  const short = shortage(connections);
  return [
    info('size', `${size(bytes)}; largest: ${tables.map((row) => `${row.name} ${size(row.bytes)}`).join(', ')}`),
    short === undefined
      ? ok('connections', words)
      : warning(
          'connections',
          `${words}: ${short}`,
          'Raise max_connections or the role’s limit, or run fewer processes.',
        ),
  ];
}

async function deadRows(db: Database): Promise<DoctorCheck> {
  const rows = await db.query<{ name: string; dead: number; live: number; vacuumed: Date | null }>(
    `select format('%I.%I', schemaname, relname) as name, n_dead_tup as dead, n_live_tup as live,
            greatest(last_vacuum, last_autovacuum) as vacuumed
       from pg_stat_user_tables where n_dead_tup > 50000 and n_dead_tup > n_live_tup * 0.4 order by n_dead_tup desc limit 5`,
  );
  if (rows.length === 0) return ok('dead rows', 'no table is bloated');
  const list = rows.map((row) => `${row.name} ${row.dead} dead of ${row.dead + row.live}`).join(', ');
  return warning('dead rows', list, 'Let autovacuum work: look for long transactions, and run VACUUM on these tables.');
}

async function longTransactions(db: Database): Promise<DoctorCheck> {
  const rows = await db.query<{ name: string; state: string; age: string }>(
    `select coalesce(nullif(application_name, ''), 'unnamed') as name, state, date_trunc('second', now() - xact_start)::text as age
       from pg_stat_activity
      where datname = current_database() and xact_start < now() - interval '10 minutes' and backend_type = 'client backend'
      order by xact_start limit 5`,
  );
  if (rows.length === 0) return ok('long transactions', 'none is older than ten minutes');
  const list = rows.map((row) => `${row.name} (${row.state}) for ${row.age}`).join(', ');
  return warning('long transactions', list, 'They keep dead rows alive: end them, unless it is a backup or a restore.');
}

/** Seconds: people's queries end after 32 s, analysts' after 5.5 min. */
const outlived = { people: 60, analysts: 420 };

/** What goes on after its time cannot be interrupted. */
export async function outlivingQueries(db: Database, after: typeof outlived = outlived): Promise<DoctorCheck> {
  const rows = await db.query<{ pid: number; role: string; age: string }>(
    `select pid, usename as role, date_trunc('second', now() - query_start)::text as age
       from pg_stat_activity
      where datname = current_database() and state = 'active' and backend_type = 'client backend'
        and (usename like 'plumbline\\_reader%' and query_start < clock_timestamp() - make_interval(secs => $1)
          or usename like 'plumbline\\_analyst\\_%' and query_start < clock_timestamp() - make_interval(secs => $2))
      order by query_start limit 5`,
    [after.people, after.analysts],
  );
  if (rows.length === 0) return ok('SQL of people', 'no query outlives its time');
  const list = rows.map(({ pid, role, age }) => `process ${pid} (${role}) for ${age}`).join(', ');
  const remedy =
    'PostgreSQL cannot interrupt what it is in: restart the database (the embedded one stops at once when the hub does), and revoke the login if it goes on.';
  return bad('SQL of people', list, remedy);
}

async function settings(db: Database): Promise<DoctorCheck[]> {
  const rows = await db.query<{ name: string; setting: string }>(
    `select name, current_setting(name) as setting from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'shared_buffers', 'work_mem',
                     'max_wal_size', 'server_encoding', 'TimeZone') order by name`,
  );
  const value = new Map(rows.map((row) => [row.name, row.setting]));
  const checks = [info('settings', rows.map((row) => `${row.name} ${row.setting}`).join(', '))];
  for (const name of ['fsync', 'full_page_writes', 'autovacuum']) {
    if (value.get(name) === 'on') continue;
    checks.push(
      bad('settings', `${name} is off`, `Set ${name} = on: data is not safe, or the database grows for ever.`),
    );
  }
  if (value.get('server_encoding') !== 'UTF8') {
    checks.push(
      bad('settings', `the encoding is ${value.get('server_encoding')}`, 'Use a database with encoding UTF8.'),
    );
  }
  return checks;
}

async function extensions(db: Database): Promise<DoctorCheck> {
  const rows = await db.query<{ name: string }>(
    `select extname || ' ' || extversion as name from pg_extension order by 1`,
  );
  return info('extensions', rows.map((row) => row.name).join(', '));
}
