import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Seeded, seedTeams } from '../../../test/security/teams/seed.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type Hub, startHub } from '../../hub.ts';
import { rebuildDaily } from '../code-quality/daily/rebuild-daily.ts';
import { followNodes, rebuildRollups } from '../insights/index.ts';
import { loadConfig } from '../../platform/config/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';
import type { Figure, FigureName, Overview } from './contract.ts';

let database: TestDatabase;
let hub: Hub;
let home: string;
let seeded: Seeded;
let local: string;
const tokens = new Map<string, string>();

async function ask(path: string, token = local): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, hub.url), { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

async function overview(query = '', token = local): Promise<Overview> {
  const { status, body } = await ask(`/api/v1/overview${query}`, token);
  expect([status, status === 200 ? '' : body]).toEqual([200, '']);
  return body as Overview;
}

const figure = (answer: Overview, name: FigureName): Figure => {
  const found = answer.figures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no figure ${name}`);
  return found;
};

async function tokenFor(role: string, nodes: readonly number[]): Promise<string> {
  const response = await fetch(new URL('/api/v1/tokens', hub.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${local}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: role, role, nodes }),
  });
  return ((await response.json()) as { secret: string }).secret;
}

/** Does it, and what takes it back afterwards. */
async function while_(change: string, back: string, then: () => Promise<void>): Promise<void> {
  await database.db.execute(change);
  try {
    await then();
  } finally {
    await database.db.execute(back);
  }
}

/** Those that are written, not computed by the database. */
async function ownColumns(schema: string, table: string): Promise<string> {
  const { names } = await database.db.one<{ names: string }>(
    `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as names from information_schema.columns
      where table_schema = $1 and table_name = $2 and is_generated = 'NEVER'`,
    [schema, table],
  );
  return names;
}

/** Every integration was read whole a minute ago, and is read every quarter of an hour. */
async function readJustNow(): Promise<void> {
  await database.db.execute(
    `insert into ingestion.schedules (integration_id, next_run_at) select id, now() from integrations.integrations
       on conflict (integration_id) do nothing`,
  );
  await database.db.execute(
    `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
     select id, 'incremental_sync', 'success', 'test', now() - interval '2 minutes', now() - interval '1 minute'
       from integrations.integrations`,
  );
}

beforeAll(async () => {
  database = await cloneDatabase();
  seeded = await seedTeams(database.db);
  await readJustNow();
  // So that what is of this week is something, too, whenever this runs.
  await database.db.execute(
    `update deployments.deployments set at = now(), ended_at = now();
     update policy.results set valid_from = now();
     update code_quality.branches set analyzed_at = '2026-11-20' where is_main;
     insert into ingestion.sync_wants (integration_id, slice, phase, priority)
       select integration_id, slice, 'current', 3 from ingestion.slices;
     update running.verdicts set verdict = 'failed', reason = 'GATE_FAILED', said_by = 'gate';
     insert into insights.age_targets (node_id, severity, days, changed_by) values (0, 'high', 1, 'test')`,
  );
  home = await mkdtemp(join(tmpdir(), 'plumbline-overview-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  local = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  tokens.set('everything', local);
  tokens.set('a', await tokenFor('viewer', [seeded.a.node]));
  tokens.set('b', await tokenFor('team_manager', [seeded.b.node]));
  tokens.set('nothing', await tokenFor('viewer', []));
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

describe('every number', () => {
  const names = [
    'open_vulnerabilities',
    'open_critical',
    'open_high',
    'open_medium',
    'open_low',
    'targets_due',
    'targets_broken',
    'opened_this_week',
    'gates_failed',
    'images_failed',
    'images_failed_this_week',
    'running_failed',
    'deployments_this_week',
    'deployments_failed_this_week',
  ] as const satisfies readonly FigureName[];

  it.each(['everything', 'a', 'b', 'nothing'])(
    'is as long as the list it leads to, for who works in %s',
    async (who) => {
      const token = tokens.get(who);
      for (const query of who === 'nothing' ? [''] : ['', `?node=${seeded[who === 'b' ? 'b' : 'a'].node}`]) {
        const { figures } = await overview(query, token);
        expect(figures.map(({ name }) => name)).toEqual(names);
        for (const { name, rows, state, value } of figures) {
          const { status, body } = await ask(rows, token);
          const total = (body as { total: number }).total;
          // Of who works in nothing nothing is connected.
          const told = who === 'nothing' ? ['not_connected', null] : ['known', total];
          expect([who, query, name, status, state, value]).toEqual([who, query, name, 200, ...told]);
        }
      }
    },
  );

  it('is of the caller’s teams alone, and of a node’s', async () => {
    const values = async (query: string, who: string): Promise<(number | null)[]> => {
      const answer = await overview(query, tokens.get(who));
      return (['open_high', 'gates_failed', 'images_failed', 'running_failed', 'deployments_this_week'] as const).map(
        (name) => figure(answer, name).value,
      );
    };
    expect(await values('', 'everything')).toEqual([3, 3, 3, 3, 3]);
    expect(await values('', 'a')).toEqual([1, 1, 1, 1, 1]);
    expect(await values(`?node=${seeded.b.node}`, 'everything')).toEqual([1, 1, 1, 1, 1]);
    expect(await values(`?node=${seeded.top}`, 'everything')).toEqual([2, 2, 2, 2, 2]);
    const foreign = await ask(`/api/v1/overview?node=${seeded.b.node}`, tokens.get('a'));
    expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'org_node_not_found' } } });
  });

  it('is as long as its list, of all and of a node, where none of them is 0', async () => {
    const { db } = database;
    const before = await db.one<{ id: number }>('select max(id) as id from code_quality.findings');
    // Of each level one found today, and one of which the target is about to break.
    const findings = await ownColumns('code_quality', 'findings');
    await db.execute(
      `insert into code_quality.findings (${findings}) overriding system value
       select ${findings} from (
         select (jsonb_populate_record(f, jsonb_build_object('id', (select max(id) from code_quality.findings) + row_number() over (),
                'source_key', f.source_key || more.level || more.days, 'raw_level', more.level, 'opened_at', now() - make_interval(days => more.days),
                'period_from', now() - make_interval(days => more.days)))).*
           from code_quality.findings f
           join code_quality.branches b on b.id = f.branch_id and b.is_main
          cross join (values ('BLOCKER', 0), ('MEDIUM', 0), ('LOW', 0), ('LOW', 27)) as more (level, days)) copies`,
    );
    await db.execute(
      `insert into insights.age_targets (node_id, severity, days, changed_by) values (0, 'low', 28, 'test') on conflict do nothing`,
    );
    const deployments = await ownColumns('deployments', 'deployments');
    await db.execute(
      `insert into deployments.deployments (${deployments}) overriding system value
       select ${deployments} from (
         select (jsonb_populate_record(d, jsonb_build_object('id', d.id + 100000, 'source_key', d.source_key || ' again', 'status', 'failed'))).*
           from deployments.deployments d) copies`,
    );
    const projects = await db.query<{ id: number }>('select id from code_quality.projects');
    await db.transaction((tx) =>
      rebuildDaily(
        tx,
        projects.map(({ id }) => id),
      ),
    );
    await rebuildRollups(db);
    await followNodes(db);
    try {
      for (const query of ['', `?node=${seeded.a.node}`, `?node=${seeded.top}`]) {
        const { figures } = await overview(query);
        expect(figures.map(({ name }) => name)).toEqual(names);
        for (const { name, rows, value } of figures) {
          const { total } = (await ask(rows)).body as { total: number };
          expect([query, name, value, total > 0]).toEqual([query, name, total, true]);
        }
      }
    } finally {
      await db.execute(`delete from code_quality.findings where id > ${before.id}`);
      await db.execute('delete from deployments.deployments where id > 100000');
      await db.execute(`delete from insights.age_targets where severity = 'low'`);
      await db.transaction((tx) =>
        rebuildDaily(
          tx,
          projects.map(({ id }) => id),
        ),
      );
      await rebuildRollups(db);
      await followNodes(db);
    }
  });

  it('has the time of its newest fact', async () => {
    const answer = await overview();
    for (const { name, asOf } of answer.figures) expect([name, asOf]).not.toEqual([name, null]);
    const newest = await database.db.one<{ at: Date }>('select max(analyzed_at) as at from code_quality.branches');
    expect(figure(answer, 'gates_failed').asOf).toBe(newest.at.toISOString());
  });

  it('is grey with since when once what it was read from is late, and its neighbours are not', async () => {
    const sonar = `integration_id in (select id from integrations.integrations where name = 'mkalpha-sonar')`;
    await while_(
      `update ingestion.runs set finished_at = now() - interval '46 minutes' where ${sonar}`,
      `update ingestion.runs set finished_at = now() - interval '1 minute' where ${sonar}`,
      async () => {
        const answer = await overview();
        expect(figure(answer, 'gates_failed').stale).toEqual({
          since: expect.any(String) as string,
          integrations: ['mkalpha-sonar'],
        });
        expect(figure(answer, 'images_failed').stale?.integrations).toEqual(['mkalpha-sonar']);
        expect(figure(answer, 'deployments_this_week').stale).toBeNull();
        expect(answer.freshness.filter(({ stale }) => stale).map(({ name }) => name)).toEqual(['mkalpha-sonar']);
        expect(figure(await overview('', tokens.get('b')), 'gates_failed').stale).toBeNull();
      },
    );
  });

  it('says that it is not whole, and is no 0 then', async () => {
    await while_(
      `update ingestion.runs set status = 'partial' where integration_id in (select id from integrations.integrations where kind = 'sonarqube')`,
      `update ingestion.runs set status = 'success'`,
      async () => {
        const answer = await overview();
        expect(figure(answer, 'open_high')).toMatchObject({
          state: 'incomplete',
          value: 3,
          why: { code: 'first_reading' },
        });
        expect(figure(answer, 'open_critical')).toMatchObject({ state: 'incomplete', value: null, change30Days: null });
        expect(figure(answer, 'images_failed')).toMatchObject({ state: 'incomplete' });
        expect(figure(answer, 'deployments_this_week')).toMatchObject({ state: 'known' });
      },
    );
    await while_(
      `update policy.results set valid_to = now() where image_id = ${seeded.a.image}`,
      `update policy.results set valid_to = null where image_id = ${seeded.a.image}`,
      async () =>
        expect(figure(await overview(), 'images_failed')).toMatchObject({
          state: 'incomplete',
          value: 2,
          of: 3,
          unsaid: 1,
          why: { code: 'still_judging' },
        }),
    );
  });

  it('that could not be read says so with a code, and takes no other with it', async () => {
    await while_(
      'alter table policy.results rename to results_gone',
      'alter table policy.results_gone rename to results',
      async () => {
        const answer = await overview();
        for (const name of ['images_failed', 'images_failed_this_week'] as const)
          expect(figure(answer, name)).toMatchObject({
            state: 'unknown',
            value: null,
            why: { code: 'internal_server_error' },
          });
        expect(figure(answer, 'gates_failed')).toMatchObject({ state: 'known', value: 3 });
      },
    );
  });
});

describe('what needs a person', () => {
  const needs = async (): Promise<NonNullable<Overview['needs']>> => {
    const found = (await overview()).needs;
    if (found === null) throw new Error('nobody told what needs a person');
    return found;
  };

  it('is for who sees the whole organization, and not of one node', async () => {
    expect((await overview('', tokens.get('a'))).needs).toBeNull();
    expect((await overview('', tokens.get('a'))).setup).toBeNull();
    expect((await overview(`?node=${seeded.a.node}`)).needs).toBeNull();
  });

  it('is what health says, word by word, and not that all is well', async () => {
    await while_(
      `update ingestion.runs set status = 'partial', error_code = 'timeout' where integration_id in (select id from integrations.integrations where name = 'mkbravo-harness')`,
      `update ingestion.runs set status = 'success', error_code = null`,
      async () => {
        const { items } = await needs();
        const { body } = await ask('/api/v1/health');
        const { integrations } = body as {
          integrations: { integrationName: string; reasons: { code: string; message: string }[] }[];
        };
        const said = integrations.flatMap(({ integrationName, reasons }) =>
          reasons
            .filter(({ code }) => code !== 'all_runs_succeeded')
            .map(({ code, message }) => `${integrationName} ${code} ${message}`),
        );
        const told = items.filter(({ integrationId, count }) => integrationId !== null && count === null);
        expect(told.map(({ about, code, message }) => `${about} ${code} ${message}`).toSorted()).toEqual(
          said.toSorted(),
        );
        expect(told).toContainEqual(
          expect.objectContaining({ about: 'mkbravo-harness', code: 'runs_partial', kind: 'runs' }),
        );
        expect(told.some(({ kind, code }) => kind === 'credential' && code === 'no_usable_credential')).toBe(true);
      },
    );
  });

  it('names satellites that are offline, inboxes, addresses that nothing arrives at and projects of nobody, each with as many as its page shows', async () => {
    const { id } = await database.db.one<{ id: number }>(
      `select id from integrations.integrations where name = 'mkalpha-sonar'`,
    );
    await database.db.execute(
      `with key as (insert into satellites.keys (name, hash, made_by) values ('edge', '\\x00', 'test'), ('old', '\\x01', 'test') returning id, name)
       insert into satellites.satellites (key_id, instance, name, version, protocol, address, started_at, seen_at)
         select id, name, name || '-machine', '1', 1, 'x', now(), now() - interval '1 hour' from key;
       update satellites.keys set revoked_at = now() where name = 'old';
       insert into inbox.deliveries (integration_id, headers, body, state) select ${id}, '{}', '', 'failed' from generate_series(1, 2);
       insert into inbox.deliveries (integration_id, headers, body, state) values (${id}, '{}', '', 'done');
       insert into operations.webhook_endpoints (url, events, sealed, created_by, disabled_at, disabled_code, failing_since) values
         ('https://dead.example/hook', '{health.changed}', '{}', 'test', now(), 'timeout', now()),
         ('https://off.example/hook', '{health.changed}', '{}', 'test', now(), 'by_person', null),
         ('https://failing.example/hook', '{health.changed}', '{}', 'test', null, null, now())`,
    );
    const { items, total, unread } = await needs();
    expect([total, unread]).toEqual([items.length, []]);
    const of = (kind: string): (string | number | null)[][] =>
      items.filter((one) => one.kind === kind).map(({ about, code, count }) => [about, code, count]);
    expect(of('satellite')).toEqual([['edge-machine', 'satellite_away', null]]);
    expect(of('inbox')).toEqual([['mkalpha-sonar', 'deliveries_failed', 2]]);
    expect(of('address')).toEqual([
      ['dead.example', 'timeout', null],
      ['failing.example', 'address_failing', null],
    ]);
    expect(of('unowned')).toEqual([['Sites', 'projects_unowned', 1]]);
    const rows = async (path: string): Promise<number> => ((await ask(path)).body as { total: number }).total;
    expect(await rows(`/api/v1/integrations/${id}/deliveries?state=failed`)).toBe(2);
    expect(await rows(`/api/v1/org-trees/${seeded.tree}/projects?state=unowned`)).toBe(1);
  });

  it('names what could not be looked at', async () => {
    await while_(
      'alter table operations.webhook_endpoints rename to gone',
      'alter table operations.gone rename to webhook_endpoints',
      async () => {
        const { unread, items } = await needs();
        expect(unread.map(({ part, code }) => [part, code])).toEqual([['outgoing webhooks', 'internal_server_error']]);
        expect(items.some(({ kind }) => kind === 'unowned')).toBe(true);
      },
    );
  });
});

describe('the first day', () => {
  it('says what to connect next, from what there is', async () => {
    expect((await overview()).setup).toEqual({
      steps: ['sonarqube', 'registry', 'deployments', 'repositories', 'bindings', 'teams'].map((name) => ({
        name,
        state: 'done',
      })),
      next: null,
    });
  });
});
