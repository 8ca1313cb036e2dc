import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { makePeriods } from '../../../../bench/insights/plain-count.ts';
import { seededRandom } from '../../../../bench/insights/random.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { accepted, fixed, issue, sharedStore } from '../../../../test/support/sonarqube-stage.ts';
import type { Standing } from '../../../domain/age-targets.ts';
import { addDays, daysBetween } from '../../../domain/time-buckets.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Actor, Route } from '../../access/index.ts';
import type { SecurityFindings, SecuritySummary, SecurityTargets } from '../contract.ts';
import { consumeDailyChanges, createInsights, followNodes, type Insights } from '../index.ts';
import type { OwnTargets, Targets, TargetSettings } from './contract.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const today = '2026-11-20';
const path = '/api/v1/insights/security/targets';
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const projects = 20;
const actor: Actor = { kind: 'local', userId: null, tokenId: null, name: 'ada', role: 'admin' };

/** Changes targets through the route, its shapes included. */
async function say(routes: readonly Route[], body: object, node?: number): Promise<TargetSettings> {
  const where = node === undefined ? '/api/v1/insights/targets' : '/api/v1/insights/targets/nodes/:id';
  const route = routes.find((one) => one.method === 'PUT' && one.path === where);
  const handle = route?.handle as unknown as (request: object) => Promise<unknown>;
  const params = route?.params?.parse({ id: String(node) });
  return route?.response?.parse(await handle({ actor, body: route.body?.parse(body), params })) as TargetSettings;
}

const organization: Targets = { critical: 7, high: 30, medium: 90, low: null };

describe('targets of teams', () => {
  let clone: TestDatabase;
  let insights: Insights;
  const nodes: Record<string, number> = {};

  async function addNode(tree: number, name: string, parent: number | null, leaf: boolean): Promise<void> {
    const { id } = await clone.db.one<{ id: number }>(
      'insert into teams.nodes (tree_id, key) values ($1, $2) returning id',
      [tree, name],
    );
    await clone.db.execute(
      'insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) values ($1, $2, $3, $4, $5, $6)',
      [id, tree, parent, name, leaf, parent === null ? 0 : 1],
    );
    nodes[name] = id;
  }

  const give = (team: string, from: number, to: number): Promise<number> =>
    clone.db.execute(
      'insert into teams.team_projects (team_id, project_id) select $1, id from code_quality.projects where id between $2 and $3',
      [nodes[team], from, to],
    );

  beforeAll(async () => {
    clone = await cloneDatabase();
    const { db } = clone;
    await generate(db, { findings: 3000, projects, seed, now, days: 'pending' });
    insights = createInsights({ db, log: silentLog, now: () => now });
    await makePeriods(db);
    for (const tree of ['Sites', 'Roles'])
      await db.execute(
        `insert into teams.org_trees (name, levels, filters, automatic, created_by) values ($1, '{site}', '[]', false, 'test')`,
        [tree],
      );
    await addNode(1, 'Top', null, false);
    await addNode(1, 'Rome', nodes['Top'] ?? 0, true);
    await addNode(1, 'Berlin', nodes['Top'] ?? 0, true);
    await addNode(2, 'Everyone', null, true);
    await give('Rome', 1, 6);
    await give('Berlin', 6, 12);
    await give('Everyone', 1, projects);
    // Of some target it is the last day, whatever was drawn.
    const lasting = await db.one<{ age: number }>(
      `select $1::date - (opened_at at time zone 'UTC')::date as age from bench.periods
        where class = 'vulnerability' and state = 'open' and severity = 'medium' and to_day is null and branch_class = 'main' and asset_type = 'repository'
        order by abs($1::date - (opened_at at time zone 'UTC')::date - 90), id limit 1`,
      [today],
    );
    organization.medium = lasting.age;
    await followNodes(db);
  }, 120_000);
  afterAll(() => clone.drop());

  /** What a project counts by, as the words of the documentation say it. */
  let wantedOf: (project: number) => Targets = () => organization;

  interface Plain {
    id: number;
    project: number;
    severity: keyof Targets | 'unrated';
    created: string;
    at: Date;
  }
  const dueOf = ({ project, severity, created }: Plain): string | null => {
    const days = severity === 'unrated' ? null : wantedOf(project)[severity];
    return days === null ? null : addDays(created, days);
  };
  const standing = (one: Plain): Standing => {
    const due = dueOf(one);
    if (due === null) return 'none';
    const left = daysBetween(today, due);
    const length = daysBetween(one.created, due);
    return left < 0 ? 'broken' : left < Math.max(1, Math.ceil(length / 4)) ? 'due_soon' : 'within';
  };

  const plainRows = (branches: readonly string[], held: readonly number[] | null, asset: string | null) =>
    clone.db.query<Plain>(
      `select id, project_id as project, severity, (opened_at at time zone 'UTC')::date as created, opened_at as at from bench.periods
        where class = 'vulnerability' and state = 'open' and to_day is null and branch_class = any ($1)
          and ($2::bigint[] is null or project_id = any ($2)) and ($3::text is null or asset_type = $3)`,
      [branches, held, asset],
    );

  /** Each count, the tile and the whole list, page by page, against every row by itself. */
  async function compare(): Promise<void> {
    const random = seededRandom(seed);
    const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);
    const scopes: [Record<string, string>, number[] | null][] = [
      [{}, null],
      [{ node: String(nodes['Top']) }, range(1, 12)],
      [{ node: String(nodes['Rome']) }, range(1, 6)],
      [{ projects: '5,6,7,15' }, [5, 6, 7, 15]],
    ];
    for (const [filters, held] of scopes) {
      const branchScope = random.pick(['main', 'all'] as const);
      const asset = random.next() < 0.3 ? 'repository' : null;
      const query = { ...filters, branchScope, ...(asset === null ? {} : { assetType: asset }) };
      const hint = `seed ${seed}, ${JSON.stringify(query)}`;
      const rows = await plainRows(branchScope === 'all' ? ['main', 'branch'] : ['main'], held, asset);
      const got = await ask<SecurityTargets>(insights.routes, path, query);
      const count = (of: Standing, severity?: string) =>
        rows.filter((one) => standing(one) === of && (severity === undefined || one.severity === severity)).length;
      for (const { severity, open } of got.severities) {
        const wanted = Object.fromEntries(
          (['broken', 'due_soon', 'within', 'none'] as const).map((name) => [name, count(name, severity)]),
        );
        expect(open, `${hint} ${severity}`).toMatchObject(wanted);
      }
      const tile = await ask<SecuritySummary>(insights.routes, paths.summary, query);
      expect(got.open, hint).toMatchObject({ total: tile.total.open, broken: count('broken') });
      const target = random.pick(['broken', 'due_soon', 'within', 'due_soon,within', 'none'] as const);
      const wanted = rows
        .filter((one) => target.split(',').includes(standing(one)))
        .map((one) => ({ id: one.id, order: `${dueOf(one) ?? 'none'} ${one.created}` }));
      const listed: SecurityFindings['findings'] = [];
      for (let page = 1; page === 1 || listed.length < wanted.length; page++) {
        const answer = await ask<SecurityFindings>(insights.routes, paths.findings, {
          ...query,
          target,
          page: `${page}`,
        });
        expect(answer.total, `${hint} ${target}`).toBe(wanted.length);
        if (answer.findings.length === 0) break;
        listed.push(...answer.findings);
      }
      const byId = new Map(rows.map((one) => [one.id, one]));
      expect(
        listed.map(({ id }) => id).toSorted((a, b) => a - b),
        `${hint} ${target}`,
      ).toEqual(wanted.map(({ id }) => id).toSorted((a, b) => a - b));
      const dues = listed.map(({ target: told }) => told?.dueOn ?? 'none');
      expect(dues, `${hint} ${target}`).toEqual(dues.toSorted());
      for (const { id, target: told } of listed) {
        const one = byId.get(id) as Plain;
        expect([told?.dueOn, told?.standing], hint).toEqual([dueOf(one), standing(one)]);
      }
    }
  }

  it('are none before anybody sets one', async () => {
    const got = await ask<SecurityTargets>(insights.routes, path, {});
    expect(got).toMatchObject({ isSet: false, open: { broken: 0, due_soon: 0, within: 0, none: got.open.total } });
    expect(got.open.total).toBeGreaterThan(0);
  });

  it('of the organization count for every project, while changes wait and after', async () => {
    await say(insights.routes, { targets: organization, warnPercent: 25 });
    await compare();
    await consumeDailyChanges(clone.db);
    await compare();
  });

  it('are those of the node above them unless they have their own; of two teams of a tree the shorter counts', async () => {
    await say(insights.routes, { targets: { high: 60 } }, nodes['Top']);
    const rome: OwnTargets = { critical: 2, medium: null };
    const settings = await say(insights.routes, { targets: rome }, nodes['Rome']);
    expect(settings.nodes.map(({ name, targets }) => [name, targets])).toEqual([
      ['Rome', rome],
      ['Top', { high: 60 }],
    ]);
    expect(
      await clone.db.query(
        "select object_name as name, details from access.audit_events where action = 'insights.targets' order by id desc limit 1",
      ),
    ).toEqual([{ name: 'Rome', details: rome }]);
    wantedOf = (project) => {
      if (project <= 5) return { critical: 2, high: 60, medium: null, low: null };
      if (project === 6) return { ...organization, critical: 2, high: 60 };
      return project <= 12 ? { ...organization, high: 60 } : organization;
    };
    await compare();
    await say(insights.routes, { targets: {} }, nodes['Rome']);
    wantedOf = (project) => (project <= 12 ? { ...organization, high: 60 } : organization);
    await compare();
  });

  it('of a day that is over are those of then or those of now, as is asked; what was open is what was open then', async () => {
    const { db } = clone;
    const at = '2026-09-30';
    const old: Targets = { critical: 100, high: 20, medium: null, low: 300 };
    // Until the middle of October others held, also in Rome, and in Berlin some that nobody has now.
    await db.execute('delete from insights.age_targets');
    await say(insights.routes, { targets: old, warnPercent: 25 });
    await say(insights.routes, { targets: { high: 9 } }, nodes['Rome']);
    await say(insights.routes, { targets: { low: null } }, nodes['Berlin']);
    await db.execute("update insights.age_targets set valid_from = '2026-01-05T12:00:00Z'");
    await say(insights.routes, { targets: organization, warnPercent: 25 });
    await say(insights.routes, { targets: { high: 60 } }, nodes['Rome']);
    await say(insights.routes, { targets: {} }, nodes['Berlin']);
    await db.execute(`update insights.age_targets set valid_to = '2026-10-15T12:00:00Z' where valid_to is not null`);
    await db.execute(
      `update insights.age_targets set valid_from = '2026-10-15T12:00:00Z' where valid_to is null and valid_from > '2026-11-01'`,
    );
    const inRome = (project: number, rome: number, others: number | null): number | null => {
      if (project <= 5) return rome;
      if (project === 6 && others !== null) return Math.min(rome, others);
      return project === 6 ? rome : others;
    };
    const thenOf = (project: number): Targets => {
      // Of the projects of two teams of a tree the shorter counts; a team without its own has the organization’s.
      const low = project > 6 && project <= 12 ? null : old.low;
      return { ...old, high: inRome(project, 9, 20), low };
    };
    const nowOf = (project: number): Targets => ({
      ...organization,
      high: project === 6 ? 30 : inRome(project, 60, 30),
    });
    for (const [query, held] of [
      [{}, null],
      [{ node: String(nodes['Top']), branchScope: 'all' }, [1, 12]],
      [{ node: String(nodes['Rome']), assetType: 'repository' }, [1, 6]],
      [{ projects: '6,13' }, [6, 6, 13, 13]],
    ] as [Record<string, string>, number[] | null][]) {
      const rows = await db.query<{ project: number; severity: keyof Targets | 'unrated'; created: string }>(
        `select project_id as project, severity, (opened_at at time zone 'UTC')::date as created from bench.periods
          where class = 'vulnerability' and state = 'open' and from_day <= $1 and (to_day is null or to_day > $1) and branch_class = any ($2)
            and ($3::text is null or asset_type = $3)`,
        [at, query['branchScope'] === 'all' ? ['main', 'branch'] : ['main'], query['assetType'] ?? null],
      );
      const mine = rows.filter(({ project }) =>
        held === null ? true : held.some((from, n) => n % 2 === 0 && from <= project && project <= (held[n + 1] ?? 0)),
      );
      expect(mine.length).toBeGreaterThan(0);
      for (const [targets, of] of [
        ['then', thenOf],
        ['now', nowOf],
      ] as const) {
        const got = await ask<SecurityTargets>(insights.routes, path, { ...query, at, targets });
        const broken = mine.filter(({ project, severity, created }) => {
          const days = severity === 'unrated' ? null : of(project)[severity];
          return days !== null && addDays(created, days) < at;
        });
        const context = `seed ${seed}, ${targets} ${JSON.stringify(query)}`;
        expect([got.open.total, got.open.broken], context).toEqual([mine.length, broken.length]);
        for (const { severity, open } of got.severities)
          expect([severity, open.broken], context).toEqual([
            severity,
            broken.filter((one) => one.severity === severity).length,
          ]);
        expect([got.at, got.by, got.today], context).toEqual([at, targets, at]);
      }
    }
    const { read } = await db.one<{ read: string }>(
      "select max((reliable_from at time zone 'UTC')::date) as read from code_quality.projects",
    );
    const whole = async (day: string) => (await ask<SecurityTargets>(insights.routes, path, { at: day })).whole;
    expect([await whole(addDays(read, -1)), await whole(read)]).toEqual([false, true]);
    await expect(ask(insights.routes, path, { at: today })).rejects.toMatchObject({ code: 'invalid_request' });
    // Nothing of it is lost for SQL.
    expect(
      await db.query(
        `select target_days as days, valid_to::text is null as now from data.security_target_periods where node_id = $1 and severity = 'high' order by valid_from`,
        [nodes['Rome']],
      ),
    ).toEqual([
      { days: 9, now: false },
      { days: 60, now: true },
    ]);
  });

  it('are refused where nobody stands, and lists that have no targets', async () => {
    await expect(say(insights.routes, { targets: {} }, 4711)).rejects.toMatchObject({ code: 'org_node_not_found' });
    for (const wrong of [{ list: 'accepted' }, { sort: 'severity' }, { age: '0-7' }])
      await expect(ask(insights.routes, paths.findings, { target: 'broken', ...wrong })).rejects.toMatchObject({
        code: 'invalid_request',
      });
  });
});

describe('targets through the life of a finding', () => {
  const start = sharedStore();
  const on = (day: string): string => `2026-${day}T08:00:00.000Z`;

  it('count what is open: not what was fixed, accepted or has vanished; a reopened or moved one keeps its date', async () => {
    const { db, stage } = await start();
    const { routes } = createInsights({ db, log: silentLog, now: () => now });
    await say(routes, { targets: { ...organization, high: 30 }, warnPercent: 25 });
    const listed = (records: Parameters<typeof issue>[0][], day: string) =>
      stage.publish([{ stream: 'issues', records: records.map(issue) }], { now: new Date(on(day)) });
    const [old, young, moving, leaving, marked] = (['old', 'young', 'moving', 'leaving', 'marked'] as const).map(
      (key, n) => ({ key, createdAt: on(n === 1 ? '11-15' : n === 2 ? '10-25' : '10-01') }),
    ) as [
      { key: string; createdAt: string },
      { key: string; createdAt: string },
      { key: string; createdAt: string },
      { key: string; createdAt: string },
      { key: string; createdAt: string },
    ];
    const counts = async () => {
      const { open } = await ask<SecurityTargets>(routes, path, {});
      await consumeDailyChanges(db);
      expect((await ask<SecurityTargets>(routes, path, {})).open).toEqual(open);
      expect((await ask<SecuritySummary>(routes, paths.summary, {})).total.open).toBe(open.total);
      return [open.broken, open.due_soon, open.within, open.none];
    };
    await listed([old, young, moving, leaving, marked], '11-16');
    expect(await counts()).toEqual([3, 1, 1, 0]);
    await listed([{ ...old, ...fixed(on('11-17')) }, young, moving, marked], '11-17');
    expect(await counts()).toEqual([1, 1, 1, 0]);
    const elsewhere = { ...moving, path: 'src/moved/elsewhere.ts', line: 90, updatedAt: on('11-18') };
    const back = { ...old, status: 'REOPENED', updatedAt: on('11-18') };
    await listed([back, young, elsewhere, { ...marked, ...accepted(on('11-18')) }], '11-18');
    expect(await counts()).toEqual([1, 1, 1, 0]);
    const { findings } = await ask<SecurityFindings>(routes, paths.findings, { sort: 'due' });
    expect(findings.map(({ issueId, target }) => [issueId, target?.standing, target?.dueOn])).toEqual([
      ['old', 'broken', '2026-10-31'],
      ['moving', 'due_soon', '2026-11-24'],
      ['young', 'within', '2026-12-15'],
    ]);
  });
});
