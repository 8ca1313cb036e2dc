import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { seededRandom } from '../../../../bench/insights/random.ts';
import { joinList } from '../../../domain/escaped-list.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type PlainFinding, plainFindings, valuesOf } from '../../../../test/support/plain-findings.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Route, StreamedAnswer } from '../../access/index.ts';
import type { SecuritySummary, SecurityTrend } from '../contract.ts';
import { createInsights, rebuildRollups } from '../index.ts';
import type { Dimension, Report, ReportFindings } from './contract.ts';
import { filterNames } from './definition.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const run = '/api/v1/insights/reports/run';

interface Plain extends PlainFinding {
  integration: string;
  minutes: number | null;
}

let clone: TestDatabase;
let routes: Route[];
let stored: Plain[];

const report = (query: Record<string, string>): Promise<Report> => ask<Report>(routes, run, query);

beforeAll(async () => {
  clone = await cloneDatabase();
  await generate(clone.db, { findings: 3000, projects: 12, seed, now, days: 'direct' });
  await clone.db.execute(`
    update code_quality.findings set effort = (array['5min', '1h5min', '2h', '1d', '1d2h30min', null])[1 + id % 6];
    insert into integrations.integrations (name, kind, settings) values ('second', 'sonarqube', '{"url": "https://other.example"}');
    update code_quality.projects set integration_id = 2 where id in (3, 4);
    update code_quality.findings set integration_id = 2 where project_id in (3, 4)`);
  await rebuildRollups(clone.db);
  routes = createInsights({ db: clone.db, log: silentLog, now: () => now }).routes;
  const plain = await plainFindings(clone.db, now);
  const more = await clone.db.query<{ key: string; integration: string; effort: string | null }>(
    'select source_key as key, integration_id::text as integration, effort from code_quality.findings',
  );
  const byKey = new Map(more.map((row) => [row.key, row]));
  const minutes: Record<string, number> = { '5min': 5, '1h5min': 65, '2h': 120, '1d': 480, '1d2h30min': 630 };
  stored = plain.map((row) => {
    const { integration = '', effort = null } = byKey.get(row.key) ?? {};
    return { ...row, integration, minutes: effort === null ? null : (minutes[effort] ?? null) };
  });
}, 120_000);

afterAll(() => clone.drop());

const dimensions: readonly Dimension[] = ['author', 'integration', 'project', 'severity', 'status', 'type'];

const valueOf = (row: Plain, dimension: Dimension): string =>
  dimension === 'integration' ? row.integration : (valuesOf(row, dimension, 'server')[0] ?? '');

interface Question {
  query: Record<string, string>;
  x: Dimension;
  stack: Dimension | undefined;
  fits(row: Plain): boolean;
}

/** Any axis and stack with any choice of what is kept and what is left out. */
function randomQuestion(random: ReturnType<typeof seededRandom>): Question {
  const [x = 'project', other = 'type'] = random.sample(dimensions, 2);
  const stack = random.next() < 0.6 ? other : undefined;
  const query: Record<string, string> = { x, ...(stack === undefined ? {} : { stack }) };
  const conditions: ((row: Plain) => boolean)[] = [];
  for (const dimension of random.sample(dimensions, random.between(0, 3))) {
    const seen = [...new Set(stored.map((row) => valueOf(row, dimension)))];
    const chosen = random.sample(seen, random.between(1, 2));
    const without = random.next() < 0.5;
    const [kept, left] = filterNames(dimension);
    query[without ? left : kept] = joinList(chosen);
    conditions.push((row) => chosen.includes(valueOf(row, dimension)) !== without);
  }
  if (query['status'] === undefined && x !== 'status' && stack !== 'status')
    conditions.push((row) => row.state === 'open');
  if (query['status'] === undefined) conditions.push((row) => row.state !== 'gone');
  return {
    query,
    x,
    stack,
    fits: (row) => row.counts && row.is_main && conditions.every((condition) => condition(row)),
  };
}

const sum = (values: readonly (number | null)[]): number => values.reduce<number>((all, one) => all + (one ?? 0), 0);

describe('issues and effort', () => {
  test('equal a plain count, whatever is chosen and left out, with what is beyond the greatest', async () => {
    const random = seededRandom(seed);
    for (let n = 0; n < 25; n++) {
      const question = randomQuestion(random);
      const wanted = stored.filter(question.fits);
      const effort = n % 2 === 1;
      const measured = (rows: readonly Plain[]): number => (effort ? sum(rows.map((row) => row.minutes)) : rows.length);
      const answer = await report({ ...question.query, report: effort ? 'effort' : 'issues' });
      const context = JSON.stringify({ seed, n, query: question.query });
      const groups = Map.groupBy(wanted, (row) => valueOf(row, question.x));
      expect(answer.groupsInAll, context).toBe(groups.size);
      expect(answer.groups.length + (answer.others?.groups ?? 0), context).toBe(groups.size);
      for (const group of answer.groups) {
        const own = groups.get(group.key) ?? [];
        expect([group.key, group.counted, group.total ?? 0], context).toEqual([group.key, own.length, measured(own)]);
        expect(group.unknown, context).toBe(effort ? own.filter((row) => row.minutes === null).length : 0);
        expect(sum(group.values), context).toBe(measured(own));
        for (const [index, { key }] of answer.series.entries()) {
          if (question.stack === undefined || key === 'others') continue;
          const parted = own.filter((row) => valueOf(row, question.stack ?? 'type') === key);
          expect(group.values[index] ?? 0, context).toBe(measured(parted));
        }
      }
      expect([answer.counted, answer.total ?? 0], context).toEqual([wanted.length, measured(wanted)]);
      expect(sum(answer.groups.map(({ total }) => total)) + (answer.others?.total ?? 0), context).toBe(
        measured(wanted),
      );
      await sameBehind(question, answer, context);
    }
  });

  /** The list behind a bar, and behind a part of it, is as long as it says. */
  async function sameBehind(question: Question, answer: Report, context: string): Promise<void> {
    const [group] = answer.groups;
    if (group === undefined) return;
    const series = answer.series.find(({ key }) => key !== 'others');
    const part: Record<string, string> =
      question.stack === undefined || series === undefined ? {} : { part: series.key };
    const query = { ...question.query, report: 'issues', group: group.key };
    const list = (more: Record<string, string>) =>
      ask<ReportFindings>(routes, '/api/v1/insights/reports/findings', { ...query, ...more });
    expect((await list({})).total, context).toBe(group.counted);
    const parted = stored
      .filter(question.fits)
      .filter((row) => valueOf(row, question.x) === group.key)
      .filter((row) => question.stack === undefined || valueOf(row, question.stack) === series?.key);
    expect((await list(part)).total, context).toBe(parted.length);
  }

  test('an effort that nobody told is unknown, never zero', async () => {
    const { id } = await clone.db.one<{ id: number }>(
      `select f.project_id as id from code_quality.findings f join code_quality.branches b on b.id = f.branch_id and b.is_main
        where f.class = 'bug' and f.state = 'open' and f.deleted_at is null group by 1 order by count(*) desc, 1 limit 1`,
    );
    const project = String(id);
    await clone.db.execute("update code_quality.findings set effort = null where project_id = $1 and class = 'bug'", [
      id,
    ]);
    const answer = await report({ report: 'effort', project, stack: 'type' });
    const bugs = answer.series.findIndex(({ key }) => key === 'bug');
    expect(answer.groups[0]?.values[bugs]).toBeNull();
    const alone = await report({ report: 'effort', project, type: 'bug' });
    expect([alone.total, alone.unknown]).toEqual([null, alone.counted]);
    expect(alone.counted).toBeGreaterThan(0);
  });

  test('leaves out nothing that has no name', async () => {
    await clone.db.execute('update code_quality.findings set author_id = null where id % 7 = 0');
    const { n } = await clone.db.one<{ n: number }>(
      `select count(*) as n from code_quality.findings f join code_quality.branches b on b.id = f.branch_id and b.is_main
        where f.state = 'open' and f.deleted_at is null and f.author_id is distinct from 3`,
    );
    const { name } = await clone.db.one<{ name: string }>('select name from code_quality.authors where id = 3');
    const answer = await report({ report: 'issues', notAuthor: joinList([name]) });
    expect(answer.counted).toBe(n);
  });

  test('more groups than an answer holds are told of as one, and a file has all of them', async () => {
    const answer = await report({ report: 'issues', x: 'author', branchScope: 'all' });
    expect(answer.groups).toHaveLength(100);
    expect(answer.others?.groups).toBe(answer.groupsInAll - 100);
    expect(answer.others?.counted).toBe(answer.counted - sum(answer.groups.map(({ counted }) => counted)));
    const file = await ask<StreamedAnswer>(routes, run, {
      report: 'issues',
      x: 'author',
      branchScope: 'all',
      format: 'csv',
    });
    const lines = (await text(file.stream)).trim().split('\n');
    expect(lines).toHaveLength(answer.groupsInAll + 1);
  });
});

describe('issues over time', () => {
  const vulnerabilities = { report: 'issues-trend', type: 'vulnerability', preset: '12m' };

  test('are made of the same rows as the tiles and the chart of Security', async () => {
    for (const branchScope of ['main', 'all'] as const) {
      const trend = await report({ ...vulnerabilities, branchScope });
      const chart = await ask<SecurityTrend>(routes, paths.trend, { preset: '12m', branchScope });
      expect(trend.groups.map(({ key, total }) => [key, total])).toEqual(
        chart.buckets.map(({ from, open }) => [from, open.total]),
      );
      const tiles = await ask<SecuritySummary>(routes, paths.summary, { branchScope });
      expect(trend.total).toBe(tiles.total.open);
      expect((await report({ report: 'issues', type: 'vulnerability', branchScope })).total).toBe(tiles.total.open);
    }
  });

  test('parts of a stack, with those that are not shown apart, add up to the whole', async () => {
    const whole = await report({ report: 'issues-trend' });
    for (const stack of ['type', 'severity', 'status', 'project', 'integration']) {
      const parts = await report({ report: 'issues-trend', stack, status: 'open' });
      expect(parts.groups.map(({ values }) => sum(values))).toEqual(whole.groups.map(({ total }) => total));
    }
    const byProject = await report({ report: 'issues-trend', stack: 'project' });
    expect([byProject.series.at(-1)?.key, byProject.stackedInOthers]).toEqual(['others', 12 - 6]);
    expect(whole.total).toBe(stored.filter((row) => row.counts && row.is_main && row.state === 'open').length);
  });

  test('what stands behind a day are its projects, with the same sum', async () => {
    const trend = await report(vulnerabilities);
    const period = trend.groups[20]?.period;
    const behind = await report({ ...vulnerabilities, at: period?.to ?? '' });
    expect([behind.axis, behind.total]).toEqual(['project', trend.groups[20]?.total]);
    expect(sum(behind.groups.map(({ total }) => total))).toBe(behind.total);
  });

  test('what has no severity is no part of a choice of severities, and is said', async () => {
    await clone.db.execute(`
      insert into code_quality.project_daily (project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out)
      values (1, 'main', 'server', '2026-01-05', 'vulnerability', 'open', 'total', 'unknown', 'unknown', 'whole', 7, 0, 0, 0),
             (1, 'main', 'server', '2026-10-05', 'vulnerability', 'open', 'total', 'unknown', 'unknown', 'whole', 0, 7, 0, 0)`);
    const all = { report: 'issues-trend', type: 'vulnerability', from: '2026-05-01', to: '2026-05-31' };
    const [whole, high, parted] = [
      await report(all),
      await report({ ...all, severity: 'high' }),
      await report({ ...all, stack: 'severity' }),
    ];
    const unknown = parted.series.findIndex(({ key }) => key === 'unknown');
    expect([high.unknown, parted.groups.at(-1)?.values[unknown]]).toEqual([7, 7]);
    const highs = parted.series.findIndex(({ key }) => key === 'high');
    expect([high.total, whole.total]).toEqual([
      parted.groups.at(-1)?.values[highs],
      sum(parted.groups.at(-1)?.values ?? []),
    ]);
  });
});

test('what does not fit together is refused with all that is wrong', async () => {
  await expect(report({ report: 'metrics', stack: 'author', severity: 'high' })).rejects.toMatchObject({
    code: 'invalid_request',
  });
});
