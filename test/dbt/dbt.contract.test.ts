import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { installed, type OutsideProgram, type Ran, run } from '../../lab/simulators/outside/install.ts';
import type { Actor } from '../../src/features/access/index.ts';
import { createAnalyst } from '../../src/features/explorer/analysts/analysts.ts';
import { connectionInfo } from '../../src/features/explorer/connection.ts';
import { prepareReader, type Reader } from '../../src/features/explorer/index.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { branch, issue, mainBranch, sonarqubeStage } from '../support/sonarqube-stage.ts';

/** dbt as its registry has it, on the project that people are given as an example. */
const dbt: OutsideProgram = {
  name: 'dbt',
  version: '1.10',
  files: { 'requirements.txt': 'dbt-core~=1.10.0\ndbt-postgres==1.10.2\n' },
  commands: [
    ['python3', '-m', 'venv', 'venv'],
    ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
  ],
};

const admin: Actor = { kind: 'local', userId: null, tokenId: null, name: 'tester', role: 'admin' };
const example = fileURLToPath(new URL('../../examples/dbt', import.meta.url));

let clone: TestDatabase;
let reader: Reader;
let project: string;
let env: Record<string, string>;
let role: string;

beforeAll(async () => {
  clone = await cloneDatabase();
  const stage = sonarqubeStage(clone.db);
  await stage.setUp();
  const day = (n: number): string => `2026-03-0${n}T10:00:00.000Z`;
  await stage.publish([
    { stream: 'branches', records: [branch()] },
    {
      stream: 'issues',
      scope: mainBranch,
      records: [1, 2, 2].map((n, index) => issue({ key: `i${index}`, createdAt: day(n) })),
    },
  ]);
  reader = await prepareReader(clone.db, { ownCluster: false });
  const made = await createAnalyst(clone.db, {
    actor: admin,
    wanted: { name: 'dbt', scope: 'read_write', expiresAt: undefined },
    connection: connectionInfo(clone.db, reader),
    now: new Date(),
  });
  role = made.analyst.role;
  const { hostname, port, username, password, pathname } = new URL(made.connectionString);
  env = {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: pathname.slice(1),
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    DBT_USE_COLORS: 'false',
  };
  project = await mkdtemp(join(tmpdir(), 'plumbline-dbt-'));
  await cp(example, project, { recursive: true });
});

afterAll(async () => {
  const owned = await clone.db.query<{ rolname: string }>(
    `select rolname from pg_roles where shobj_description(oid, 'pg_authid') like 'Plumbline:%database ' || (select oid from pg_database where datname = current_database())`,
  );
  await clone.drop();
  const rest = await cloneDatabase();
  for (const { rolname } of [...owned, { rolname: role }])
    await rest.db.execute(`drop role if exists "${rolname}"`).catch(() => undefined);
  await rest.drop();
  await rm(project, { recursive: true, force: true });
});

async function call(context: TestContext, ...args: string[]): Promise<Ran> {
  const found = await installed(dbt);
  if (!('directory' in found)) {
    process.stderr.write(`Skipped: ${found.reason}\n`);
    return context.skip(found.reason);
  }
  return run([join(found.directory, 'venv/bin/dbt'), ...args, '--profiles-dir', project], {
    directory: project,
    env,
    limitMs: 600_000,
  });
}

async function succeeds(context: TestContext, ...args: string[]): Promise<string> {
  const { code, output } = await call(context, ...args);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return output;
}

const built = (table: string) => clone.db.query(`select * from custom.${table} order by 1`);

describe('dbt in schema custom', { timeout: 900_000 }, () => {
  it('connects, builds tables, views and what grows by steps, tests them and documents them', async (context) => {
    expect(await succeeds(context, 'debug')).toContain('All checks passed');
    await succeeds(context, 'run');
    expect(await built('open_issues_by_project')).toMatchObject([{ open_issues: 3 }]);
    expect(await built('share_of_issues')).toMatchObject([{ open_issues: 3 }]);
    expect(await clone.db.query(`select day::text, issues from custom.issues_by_day order by 1`)).toEqual([
      { day: '2026-03-01', issues: 1 },
      { day: '2026-03-02', issues: 2 },
    ]);
    // Again: what is there is replaced, and what grows is added to.
    await succeeds(context, 'run');
    expect(await built('issues_by_day')).toHaveLength(2);
    expect(await succeeds(context, 'test')).toMatch(/PASS=6 WARN=0 ERROR=0/);
    await succeeds(context, 'docs', 'generate');
    const catalog = JSON.parse(await readFile(join(project, 'target/catalog.json'), 'utf8')) as {
      nodes: Record<string, { columns: object }>;
      sources: Record<string, { columns: Record<string, unknown> }>;
    };
    expect(Object.keys(catalog.nodes)).toHaveLength(3);
    expect(catalog.sources['source.plumbline_example.plumbline.sonarqube_projects']?.columns).toHaveProperty(
      'source_key',
    );
  });

  it('is refused what it must not do, each with what PostgreSQL says', async (context) => {
    const refused: [string, string, RegExp][] = [
      [
        'beside_ours',
        `{{ config(pre_hook="create table data.mine (a int)") }} select 1 as a`,
        /permission denied for schema data/,
      ],
      [
        'rows_of_ours',
        `{{ config(pre_hook="delete from data.sonarqube_projects") }} select 1 as a`,
        /cannot delete from view|permission denied for view/,
      ],
      ['accounts', 'select * from access.users', /permission denied for schema access/],
      [
        'a_function',
        `{{ config(pre_hook="create function custom.f() returns int language sql as 'select 1'") }} select 1 as a`,
        /permission denied for language sql/,
      ],
      [
        'the_schema',
        `{{ config(pre_hook="drop schema custom cascade") }} select 1 as a`,
        /must be owner of schema custom/,
      ],
    ];
    for (const [name, sql] of refused) await writeFile(join(project, 'models', `${name}.sql`), sql);
    const { code, output } = await call(context, 'run', '--select', ...refused.map(([name]) => name));
    expect(code).toBe(1);
    await writeFile(join(project, 'models', 'own_schema.sql'), `{{ config(schema='mine') }} select 1 as a`);
    const schema = await call(context, 'run', '--select', 'own_schema');
    expect(schema).toEqual({ code: 2, output: expect.stringMatching(/permission denied for database/) });
    for (const [name, , reason] of refused) expect([name, output]).toEqual([name, expect.stringMatching(reason)]);
    expect(await clone.db.query(`select nspname from pg_namespace where nspname like '%mine%'`)).toEqual([]);
    expect(await clone.db.query('select 1 from data.sonarqube_projects')).toHaveLength(1);
  });
});
