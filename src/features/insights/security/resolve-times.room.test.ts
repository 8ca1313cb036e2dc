import { describe, expect, it } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { accepted, fixed, issue, project, sharedStore } from '../../../../test/support/sonarqube-stage.ts';
import type { IssueRecord } from '../../../connectors/sonarqube/records.ts';
import type { Database } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { SecurityAges, SecurityResolveTimes } from '../contract.ts';
import { consumeDailyChanges, createInsights, rebuildRollups, verifyRollups } from '../index.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const readOn = '2026-09-01';
const start = sharedStore();

const on = (day: string): string => `2026-${day}T08:00:00.000Z`;

/** The project was read for the first time in September, with a first analysis that is known or not. */
async function begin(firstAnalysis?: string) {
  const { db, stage } = await start();
  await rebuildRollups(db);
  await db.execute('update code_quality.projects set reliable_from = $1', [`${readOn}T08:00:00Z`]);
  if (firstAnalysis !== undefined) {
    await stage.publish([
      {
        stream: 'analyses',
        records: [
          { ...analysis, key: 'first', analyzedAt: on(firstAnalysis) },
          { ...analysis, key: 'later', analyzedAt: on('10-01') },
        ],
      },
    ]);
    await db.execute("update code_quality.branches set past_from = '-infinity'");
  }
  const listed = (records: IssueRecord[], day: string) =>
    stage.publish([{ stream: 'issues', records }], { now: new Date(on(day)) });
  return { db, listed };
}

const analysis = {
  revision: null,
  projectVersion: null,
  buildString: null,
  detectedCi: null,
  gateStatus: null,
  ignoredConditions: null,
  conditions: null,
  warnings: [],
};

const routesOf = (db: Database) => createInsights({ db, log: silentLog, now: () => now }).routes;
const times = (db: Database, query: Record<string, string> = {}): Promise<SecurityResolveTimes> =>
  ask(routesOf(db), paths.resolveTimes, { granularity: 'month', from: '2026-08-01', ...query });

/** Before what changed is taken over and afterwards: both must say the same. */
async function summed(db: Database): Promise<SecurityResolveTimes['times']['all']> {
  const waiting = (await times(db)).times.all;
  await consumeDailyChanges(db);
  const taken = (await times(db)).times.all;
  expect(taken).toEqual(waiting);
  expect(await verifyRollups(db)).toEqual([]);
  return taken;
}

describe('time to resolve', () => {
  it('goes from creation to closing, in whole UTC days', async () => {
    const { db, listed } = await begin();
    await listed([issue({ key: 'a', createdAt: on('09-20') }), issue({ key: 'b', createdAt: on('09-20') })], '09-20');
    await listed(
      [
        issue({ key: 'a', createdAt: on('09-20'), ...fixed(on('09-20')) }),
        issue({ key: 'b', createdAt: on('09-20'), ...fixed(on('10-02')) }),
      ],
      '10-02',
    );
    expect(await summed(db)).toEqual({ resolved: 2, mean: 6, median: 0, p90: 12 });
    const { buckets } = await times(db);
    expect(buckets.map(({ from, known, times: { all, high } }) => [from, known, all.resolved, high.median])).toEqual([
      ['2026-08-01', 'none', 0, null],
      ['2026-09-01', 'whole', 1, 0],
      ['2026-10-01', 'whole', 1, 12],
      ['2026-11-01', 'whole', 0, null],
    ]);
    expect(buckets.map(({ complete }) => complete)).toEqual([true, true, true, false]);
  });

  it('of a reopened one begins again with the reopening, and each fix counts', async () => {
    const { db, listed } = await begin();
    const created = { key: 'a', createdAt: on('09-02') };
    await listed([issue(created)], '09-02');
    await listed([issue({ ...created, ...fixed(on('09-12')) })], '09-12');
    await listed([issue({ ...created, status: 'REOPENED', updatedAt: on('10-10') })], '10-10');
    // Another level in between is not another beginning.
    await listed([issue({ ...created, severity: 'MINOR', updatedAt: on('10-11') })], '10-11');
    await listed([issue({ ...created, severity: 'MINOR', ...fixed(on('10-13')) })], '10-13');
    expect(await summed(db)).toEqual({ resolved: 2, mean: 6.5, median: 3, p90: 10 });
    expect((await times(db)).times.low).toEqual({ resolved: 1, mean: 3, median: 3, p90: 3 });
  });

  it('counts a fix once where the level changed with it, at the level it had', async () => {
    const { db, listed } = await begin();
    await listed([issue({ key: 'a', createdAt: on('09-02') })], '09-02');
    await listed([issue({ key: 'a', createdAt: on('09-02'), severity: 'MINOR', ...fixed(on('09-07')) })], '09-07');
    expect((await times(db)).times).toMatchObject({
      all: { resolved: 1, median: 5 },
      high: { resolved: 1 },
      low: { resolved: 0 },
    });
    expect((await summed(db)).resolved).toBe(1);
  });

  it('keeps a fix that came with another level, also when it was opened again', async () => {
    const { db, listed } = await begin();
    const created = { key: 'a', createdAt: on('09-02') };
    await listed([issue(created)], '09-02');
    await listed([issue({ ...created, severity: 'MINOR', ...fixed(on('09-07')) })], '09-07');
    await listed([issue({ ...created, severity: 'MINOR', status: 'REOPENED', updatedAt: on('09-20') })], '09-20');
    expect((await times(db)).times).toMatchObject({ all: { resolved: 1, median: 5 }, high: { resolved: 1 } });
    await listed([issue({ ...created, severity: 'MINOR', ...fixed(on('09-23')) })], '09-23');
    expect(await summed(db)).toEqual({ resolved: 2, mean: 4, median: 3, p90: 5 });
  });

  it('counts no acceptance and nothing that vanished, also when it came back', async () => {
    const { db, listed } = await begin();
    const named = (key: string) => ({ key, createdAt: on('09-02') });
    const [a, b, c] = [named('a'), named('b'), named('c')];
    await listed([issue(a), issue(b), issue(c)], '09-02');
    await listed([issue({ ...a, ...accepted(on('09-05')) }), issue(b)], '09-05');
    await listed([issue({ ...a, ...fixed(on('09-06')) }), issue(b), issue(c)], '09-08');
    expect(await summed(db)).toEqual({ resolved: 0, mean: null, median: null, p90: null });
  });

  it('counts what was accepted or marked a false positive where the setting says so, for all times', async () => {
    const { db, listed } = await begin();
    const say = (wanted: object): Promise<unknown> => {
      const put = routesOf(db).find((one) => one.method === 'PUT' && one.path === '/api/v1/insights/resolved');
      const actor = { kind: 'local', userId: null, tokenId: null, name: 'ada', role: 'admin' } as const;
      const handle = put?.handle as unknown as (request: object) => Promise<unknown>;
      return handle({ actor, body: put?.body?.parse(wanted) });
    };
    const named = (key: string) => ({ key, createdAt: on('09-02') });
    const [a, b, c] = [named('a'), named('b'), named('c')];
    const falsePositive = { ...accepted(on('09-04')), resolution: 'FALSE-POSITIVE', issueStatus: 'FALSE_POSITIVE' };
    await listed([issue(a), issue(b), issue(c)], '09-02');
    await listed([issue(a), issue({ ...b, ...falsePositive }), issue(c)], '09-04');
    await listed([issue({ ...a, ...accepted(on('09-05')) }), issue(c)], '09-05');
    await listed([issue({ ...a, status: 'REOPENED', updatedAt: on('09-10') }), issue(c)], '09-10');
    await listed([issue({ ...a, ...fixed(on('09-16')) }), issue({ ...c, ...accepted(on('09-16')) })], '09-16');
    // Its acceptance is no new beginning, and none of the others counts.
    expect(await summed(db)).toMatchObject({ resolved: 1, mean: 14 });
    await say({ accepted: true, falsePositive: false });
    // Once after 3 days, again 6 days after it was open again, the other after 14.
    expect(await summed(db)).toMatchObject({ resolved: 3, mean: 7.7, median: 6 });
    await say({ accepted: true, falsePositive: true });
    expect(await summed(db)).toMatchObject({ resolved: 4, mean: 6.3 });
    await say({ accepted: false, falsePositive: true });
    expect(await summed(db)).toMatchObject({ resolved: 2, mean: 8 });
    const rows = await db.query(
      'select resolved_as, days_to_resolve as days from data.sonarqube_vulnerability_ages where not is_open and counting = $1 order by 1',
      ['server'],
    );
    expect(rows).toEqual([
      { resolved_as: 'false_positive', days: 2 },
      { resolved_as: 'fixed', days: 14 },
    ]);
    await say({ accepted: false, falsePositive: false });
    expect(await summed(db)).toMatchObject({ resolved: 1, mean: 14 });
  });

  it('says nothing of what was fixed before the first reading: of that only the last thirty days are left', async () => {
    const { db, listed } = await begin();
    await listed([issue({ key: 'a', createdAt: on('03-01'), ...fixed(on('08-20')) })], '09-01');
    expect((await summed(db)).resolved).toBe(0);
  });

  it('of what a project joined with is counted from its first analysis, not from the date of the commit', async () => {
    const dated = { key: 'a', createdAt: on('01-01') };
    const joined = await begin('09-10');
    await joined.listed([issue(dated)], '09-10');
    await joined.listed([issue({ ...dated, ...fixed(on('09-15')) })], '09-15');
    expect((await summed(joined.db)).median).toBe(5);
    const unknown = await begin();
    await unknown.listed([issue(dated)], '09-10');
    await unknown.listed([issue({ ...dated, ...fixed(on('09-15')) })], '09-15');
    expect((await summed(unknown.db)).median).toBeGreaterThan(200);
  });

  it('is never negative, whatever the clocks say', async () => {
    const { db, listed } = await begin();
    await listed([issue({ key: 'a', createdAt: on('10-10') })], '10-10');
    await listed([issue({ key: 'a', createdAt: on('10-10'), ...fixed(on('10-01')) })], '10-11');
    expect(await summed(db)).toEqual({ resolved: 1, mean: 0, median: 0, p90: 0 });
  });
});

describe('ages', () => {
  const ages = (db: Database): Promise<SecurityAges> => ask(routesOf(db), paths.ages, {});
  const shown = ({ buckets }: SecurityAges): number[] => buckets.map(({ open }) => open.total);

  it('are whole days since creation, also of what was reopened; both ends of a bucket belong to it', async () => {
    const { db, listed } = await begin();
    const days = ['11-20', '11-13', '11-12', '10-21', '10-20', '08-22', '08-21', '12-01'];
    const records = days.map((day) => issue({ key: day, createdAt: `2026-${day}T23:59:59.000Z` }));
    await listed(records, '11-20');
    expect(shown(await ages(db))).toEqual([3, 2, 2, 1, 0]);
    await consumeDailyChanges(db);
    expect(shown(await ages(db))).toEqual([3, 2, 2, 1, 0]);
    const [oldest] = [issue({ key: '08-21', createdAt: '2026-08-21T23:59:59.000Z' })];
    await listed(
      [...records.filter(({ key }) => key !== '08-21'), { ...oldest, ...fixed(on('11-01')) } as IssueRecord],
      '11-01',
    );
    expect(shown(await ages(db))).toEqual([3, 2, 2, 0, 0]);
    await listed(
      [
        ...records.filter(({ key }) => key !== '08-21'),
        { ...oldest, status: 'REOPENED', updatedAt: on('11-19') } as IssueRecord,
      ],
      '11-19',
    );
    expect(shown(await ages(db))).toEqual([3, 2, 2, 1, 0]);
  });

  it('follow a project that is deleted and one that comes back, at once', async () => {
    const { db, stage } = await start();
    await rebuildRollups(db);
    await stage.publish([{ stream: 'issues', records: [issue({ key: 'a' })] }]);
    await consumeDailyChanges(db);
    expect(shown(await ages(db))).toEqual([0, 0, 0, 1, 0]);
    await stage.publish([{ stream: 'projects', records: [] }], { phase: 'discovery' });
    expect(shown(await ages(db))).toEqual([0, 0, 0, 0, 0]);
    await consumeDailyChanges(db);
    expect(shown(await ages(db))).toEqual([0, 0, 0, 0, 0]);
    await stage.publish([{ stream: 'projects', records: [project()] }], { phase: 'discovery' });
    expect(shown(await ages(db))).toEqual([0, 0, 0, 1, 0]);
  });
});

it('SQL says the same of every finding', async () => {
  const { db, listed } = await begin('09-10');
  await listed(
    [
      issue({ key: 'open', createdAt: on('11-10') }),
      issue({ key: 'old', createdAt: on('01-01'), ...fixed(on('09-20')) }),
      issue({ key: 'new', createdAt: on('10-01'), severity: 'MINOR', ...fixed(on('10-05')) }),
    ],
    '11-10',
  );
  const rows = await db.query(
    `select i.source_key, a.severity, a.is_open, a.created_on, a.resolved_on, a.days_to_resolve
       from data.sonarqube_vulnerability_ages a join data.sonarqube_issues i on i.id = a.issue_id
      where a.counting = 'server' order by 1`,
  );
  expect(rows).toEqual([
    {
      source_key: 'new',
      severity: 'low',
      is_open: false,
      created_on: '2026-10-01',
      resolved_on: '2026-10-05',
      days_to_resolve: 4,
    },
    {
      source_key: 'old',
      severity: 'high',
      is_open: false,
      created_on: '2026-01-01',
      resolved_on: '2026-09-20',
      days_to_resolve: 10,
    },
    {
      source_key: 'open',
      severity: 'high',
      is_open: true,
      created_on: '2026-11-10',
      resolved_on: null,
      days_to_resolve: null,
    },
  ]);
});
