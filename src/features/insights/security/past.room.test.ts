import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { issue, sonarqubeStage, type SonarqubeStage } from '../../../../test/support/sonarqube-stage.ts';
import type { IssueRecord } from '../../../connectors/sonarqube/records.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Route } from '../../access/index.ts';
import { createInsights, consumeDailyChanges, verifyRollups } from '../index.ts';
import type { SecurityFindings, SecuritySummary, SecurityTrend, TrendBucket } from '../contract.ts';

// A Friday; the projects below were read for the first time on the Wednesday before.
const now = new Date('2026-11-20T10:00:00.000Z');
const readAt = '2026-11-18T08:00:00Z';

let clone: TestDatabase;
let routes: readonly Route[];
let stage: SonarqubeStage;
let integration: number;

beforeAll(async () => {
  clone = await cloneDatabase();
  stage = sonarqubeStage(clone.db);
  routes = createInsights({ db: clone.db, log: silentLog, now: () => now }).routes;
  const row = await clone.db.one<{ id: number }>(
    `insert into integrations.integrations (name, kind, settings) values ('main server', 'sonarqube', '{"url": "http://s.example"}') returning id`,
  );
  integration = row.id;
});

afterAll(() => clone.drop());

type Count = Partial<Record<'BLOCKER' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO', number>>;

interface Past {
  key: string;
  issues: Partial<IssueRecord>[];
  /** What the server counted on some days, by severity of the security impact or by a number alone. */
  counted: Record<string, { levels?: Count; impacts?: number; types?: number }>;
  /** As the reading of the past says it; left out: it said nothing. */
  from?: string;
}

const measuresOf = (day: string, { levels, impacts, types }: Past['counted'][string]): object[] => {
  const at = `${day}T12:00:00.000Z`;
  const total = Object.values(levels ?? {}).reduce((sum, n) => sum + n, 0);
  return [
    ...(levels === undefined ? [] : [{ metric: 'security_issues', at, value: JSON.stringify({ ...levels, total }) }]),
    ...(impacts === undefined ? [] : [{ metric: 'software_quality_security_issues', at, value: String(impacts) }]),
    ...(types === undefined ? [] : [{ metric: 'vulnerabilities', at, value: String(types) }]),
  ];
};

/** A project read for the first time on Wednesday, findings first, its past afterwards. */
async function project({ key, issues, counted, from }: Past): Promise<number> {
  const options = { project: key, integrationId: integration, now: new Date(readAt) };
  await stage.setUp(options);
  await clone.db.execute('update code_quality.projects set reliable_from = $2 where source_key = $1', [key, readAt]);
  const records = issues.map((over, n) =>
    issue({ key: `${key}-${n}`, component: `${key}:src/a.js`, createdAt: '2026-09-01T00:00:00.000Z', ...over }),
  );
  await stage.publish([{ stream: 'issues', records }], options);
  const past = Object.entries(counted).flatMap(([day, count]) => measuresOf(day, count));
  const outcome = from === undefined ? {} : { bookmark: { from } };
  await stage.publish([{ stream: 'measure_history', records: past, outcome }], { ...options, phase: 'history' });
  const { id } = await clone.db.one<{ id: number }>('select id from code_quality.projects where source_key = $1', [
    key,
  ]);
  return id;
}

const trend = (projects: number, query: Record<string, string> = {}): Promise<SecurityTrend> =>
  ask(routes, paths.trend, { projects: String(projects), from: '2026-10-19', granularity: 'week', ...query });

const impact = (security: 'BLOCKER' | 'HIGH' | 'MEDIUM' | 'LOW'): Partial<IssueRecord> => ({
  impacts: { security, reliability: null, maintainability: null },
});

const shown = ({ to, open, basis }: TrendBucket): string =>
  `${to} ${open.critical}/${open.high}/${open.medium}/${open.low}/${open.unknown} = ${open.total} ${basis}`;

/** Whatever a chart rests on, what is open follows from what was open before. */
function expectToAddUp({ buckets }: SecurityTrend): void {
  for (const [index, bucket] of buckets.entries()) {
    const before = buckets[index - 1]?.open;
    if (before === undefined) continue;
    for (const name of ['critical', 'high', 'medium', 'low', 'unrated', 'unknown', 'total'] as const) {
      const { created, resolved, joined } = bucket;
      expect(before[name] + created[name] - resolved[name] + joined[name]).toBe(bucket.open[name]);
    }
  }
}

describe('before the first reading of a project', () => {
  it('every week is what the server counted, by severity', async () => {
    const id = await project({
      key: 'eight',
      issues: [impact('BLOCKER'), impact('HIGH'), impact('HIGH')],
      counted: {
        '2026-10-20': { levels: { BLOCKER: 4, MEDIUM: 1 } },
        '2026-10-22': { levels: { BLOCKER: 5, HIGH: 9 } },
        '2026-11-05': { levels: { BLOCKER: 27, MEDIUM: 20, LOW: 5, INFO: 2 } },
        '2026-11-15': { levels: { BLOCKER: 1, HIGH: 3 } },
      },
      from: '-infinity',
    });
    const answer = await trend(id, { from: '2026-10-12' });
    expect(answer.buckets.map(shown)).toEqual([
      '2026-10-18 0/0/0/0/0 = 0 counted',
      '2026-10-25 5/9/0/0/0 = 14 counted',
      '2026-11-01 5/9/0/0/0 = 14 counted',
      '2026-11-08 27/0/20/7/0 = 54 counted',
      '2026-11-15 1/3/0/0/0 = 4 counted',
      '2026-11-20 1/2/0/0/0 = 3 read',
    ]);
    expectToAddUp(answer);
    // It joined with 5; that is no new risk. What the server counted more and less afterwards is.
    expect(
      answer.buckets.map(({ created, resolved, joined }) => [created.total, resolved.total, joined.total]),
    ).toEqual([
      [0, 0, 0],
      [10, 1, 5],
      [0, 0, 0],
      [49, 9, 0],
      [3, 53, 0],
      [0, 1, 0],
    ]);
    expect(answer.markers).toEqual([
      {
        day: '2026-10-20',
        kind: 'projects_joined',
        findings: 5,
        projects: [{ id, name: 'eight' }],
        projectCount: 1,
        mode: null,
        integration: null,
      },
    ]);
    const summary = await ask<SecuritySummary>(routes, paths.summary, { projects: String(id) });
    expect(summary.total).toMatchObject({ open: 3, change30Days: 3 - 0 - 5, joined30Days: 0, changeBasis: 'counted' });
  });

  it('a number without severities is drawn as known ones and a rest of unknown severity', async () => {
    const id = await project({
      key: 'totals',
      issues: [impact('HIGH'), { ...impact('LOW'), createdAt: '2026-10-28T00:00:00.000Z' }],
      counted: { '2026-10-20': { impacts: 6 }, '2026-10-29': { impacts: 7 }, '2026-11-10': { impacts: 1 } },
      from: '-infinity',
    });
    const answer = await trend(id);
    expect(answer.buckets.map(shown)).toEqual([
      '2026-10-25 0/1/0/0/5 = 6 estimated',
      '2026-11-01 0/1/0/1/5 = 7 estimated',
      '2026-11-08 0/1/0/1/5 = 7 estimated',
      // More than the server counted cannot have been open: then no severity is known.
      '2026-11-15 0/0/0/0/1 = 1 estimated',
      '2026-11-20 0/1/0/1/0 = 2 read',
    ]);
    expectToAddUp(answer);
    // A severity asked for alone is not known then, and says so.
    const high = await trend(id, { severity: 'high' });
    expect(high.buckets.map(shown).slice(3)).toEqual([
      '2026-11-15 0/0/0/0/1 = 0 estimated',
      '2026-11-20 0/1/0/0/0 = 1 read',
    ]);
    const summary = await ask<SecuritySummary>(routes, paths.summary, { projects: String(id) });
    const tile = summary.severities.find(({ severity }) => severity === 'high');
    expect(summary.total.change30Days).toBe(-4);
    expect(tile).toMatchObject({ open: 1, change30Days: null });
    expect(tile?.sparkline.at(-4)?.open).toBeNull();
  });

  it('before the earliest count that is stored there are dates, unless the server had none', async () => {
    const counted = { '2026-10-29': { levels: { HIGH: 4 } } };
    const id = await project({ key: 'later', issues: [impact('HIGH')], counted });
    const answer = await trend(id);
    expect(answer.buckets.slice(0, 3).map(shown)).toEqual([
      '2026-10-25 0/1/0/0/0 = 1 reconstructed',
      '2026-11-01 0/4/0/0/0 = 4 counted',
      '2026-11-08 0/4/0/0/0 = 4 counted',
    ]);
    expectToAddUp(answer);
    expect(answer.markers).toEqual([]);
  });

  it('a past that was not analysed is no past: a project read at once joins with what it has', async () => {
    const id = await project({ key: 'new', issues: [impact('HIGH'), impact('LOW')], counted: {}, from: '-infinity' });
    const answer = await trend(id);
    expect(answer.buckets.map(({ open }) => open.total)).toEqual([0, 0, 0, 0, 2]);
    expect(answer.buckets.at(-1)).toMatchObject({ created: { total: 0 }, joined: { total: 2, high: 1, low: 1 } });
    expect(answer.markers).toMatchObject([{ day: '2026-11-18', kind: 'projects_joined', findings: 2 }]);
  });

  it('a count tells no asset types: where one is asked for, dates stand for a project that has several', async () => {
    const docker = { ...impact('LOW'), rule: 'docker:S1' };
    const counted = { '2026-10-20': { levels: { HIGH: 9 } } };
    const id = await project({ key: 'mixed', issues: [impact('HIGH'), docker], counted, from: '-infinity' });
    expect((await trend(id)).buckets.slice(-2).map(shown)).toEqual([
      '2026-11-15 0/9/0/0/0 = 9 counted',
      '2026-11-20 0/1/0/1/0 = 2 read',
    ]);
    expectToAddUp(await trend(id));
    const filtered = await trend(id, { assetType: 'iac_file' });
    expect(filtered.buckets.slice(-2).map(shown)).toEqual([
      '2026-11-15 0/0/0/1/0 = 1 reconstructed',
      '2026-11-20 0/0/0/1/0 = 1 read',
    ]);
    expectToAddUp(filtered);
  });

  it.each([['{"HIGH":"many"}'], ['[1,2'], ['{"HIGH":99999999999999}'], ['']])(
    'a count that is none (%s) breaks nothing',
    async (value) => {
      const key = `odd-${value.length}`;
      const id = await project({
        key,
        issues: [impact('HIGH')],
        counted: { '2026-10-20': { types: 3 } },
        from: '-infinity',
      });
      const odd = [{ metric: 'security_issues', at: '2026-10-20T12:00:00.000Z', value }];
      await stage.publish([{ stream: 'measure_history', records: odd }], {
        project: key,
        integrationId: integration,
        phase: 'history',
      });
      expect((await trend(id)).buckets[0]).toMatchObject({ open: { total: 3 } });
    },
  );

  it('the roll-ups of the organization hold the same', async () => {
    await consumeDailyChanges(clone.db);
    expect(await verifyRollups(clone.db)).toEqual([]);
    const ids = await clone.db.query<{ id: number }>('select id from code_quality.projects');
    const all = await trend(0, { projects: '' });
    const each = await Promise.all(ids.map(({ id }) => trend(id)));
    for (const [index, bucket] of all.buckets.entries()) {
      expect(bucket.open.total).toBe(each.reduce((sum, one) => sum + (one.buckets[index]?.open.total ?? 0), 0));
    }
    expectToAddUp(all);
  });
});

describe('the mode of the server', () => {
  const say = (mode: 'mqr' | 'standard', at: string) =>
    stage.publish([{ stream: 'server', records: [{ key: 'server', mode }] }], {
      integrationId: integration,
      phase: 'discovery',
      now: new Date(at),
    });
  let id: number;
  const summary = (query: Record<string, string> = {}): Promise<SecuritySummary> =>
    ask(routes, paths.summary, { projects: String(id), ...query });
  const list = async (query: Record<string, string> = {}): Promise<string[]> => {
    const { findings } = await ask<SecurityFindings>(routes, paths.findings, {
      projects: String(id),
      sort: 'severity',
      ...query,
    });
    return findings.map((row) => `${row.issueId} ${row.severity} ${row.severitySource} ${row.sourceLevel}`);
  };
  const other = { security: null, reliability: 'LOW', maintainability: null } as const;

  beforeAll(async () => {
    await say('mqr', '2026-11-18T07:00:00Z');
    id = await project({
      key: 'modes',
      issues: [
        { ...impact('LOW'), type: 'VULNERABILITY', severity: 'BLOCKER' },
        { ...impact('HIGH'), type: 'BUG', severity: 'MINOR' },
        { type: 'VULNERABILITY', severity: 'MAJOR', impacts: other },
        { type: 'VULNERABILITY', severity: 'CRITICAL' },
      ],
      counted: {},
      from: '-infinity',
    });
  });

  it('MQR: what has an impact on security, and by its type only what has no impact at all', async () => {
    expect(await list()).toEqual([
      'modes-3 high standard CRITICAL',
      'modes-1 high impact HIGH',
      'modes-0 low impact LOW',
    ]);
    const { total, counting } = await summary();
    expect(total.open).toBe(3);
    expect(counting).toMatchObject({
      by: 'server',
      server: 3,
      other: 3,
      both: 2,
      servers: [{ mode: 'mqr', told: true }],
    });
  });

  it('the other way of counting is one parameter away', async () => {
    expect(await list({ counting: 'other' })).toEqual([
      'modes-0 critical standard BLOCKER',
      'modes-3 high standard CRITICAL',
      'modes-2 medium standard MAJOR',
    ]);
    expect((await summary({ counting: 'other' })).total.open).toBe(3);
    expect((await trend(id, { counting: 'other' })).buckets.at(-1)?.open).toMatchObject({
      critical: 1,
      medium: 1,
      total: 3,
    });
  });

  it('another mode is followed from its day on, is marked, and loses nothing', async () => {
    await say('standard', '2026-11-19T09:00:00Z');
    expect(await list()).toEqual([
      'modes-0 critical standard BLOCKER',
      'modes-3 high standard CRITICAL',
      'modes-2 medium standard MAJOR',
    ]);
    expect((await list({ counting: 'other' })).length).toBe(3);
    const days = await summary();
    const [before, then] = days.severities.flatMap(({ severity, sparkline }) =>
      severity === 'critical' ? sparkline.slice(-3, -1).map(({ open }) => open) : [],
    );
    expect([before, then]).toEqual([0, 1]);
    const answer = await trend(id, { from: '2026-11-16' });
    expect(answer.markers.filter(({ kind }) => kind === 'mode_changed')).toMatchObject([
      { day: '2026-11-19', mode: 'standard', integration: 'main server' },
    ]);
    expect(answer.buckets[0]).toMatchObject({
      open: { critical: 1, high: 1, medium: 1 },
      created: { total: 0 },
      resolved: { total: 0 },
    });
    await say('standard', '2026-11-20T08:00:00Z');
    expect(stage.writes()).toEqual({});
    await consumeDailyChanges(clone.db);
    expect(await verifyRollups(clone.db)).toEqual([]);
  });
});
