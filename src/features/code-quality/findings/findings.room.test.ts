import { describe, expect, it } from 'vitest';
import {
  accepted,
  branch,
  fixed,
  hotspot,
  issue,
  type Listing,
  mainBranch,
  project,
  sharedStore,
} from '../../../../test/support/sonarqube-stage.ts';
import type { IssueRecord } from '../../../connectors/sonarqube/records.ts';
import type { Database } from '../../../platform/database/index.ts';

const start = sharedStore();

const issues = (records: readonly object[], outcome?: Listing['outcome']): Listing => ({
  stream: 'issues',
  records,
  ...(outcome === undefined ? {} : { outcome }),
});
const day = (month: number, date = 1): string => new Date(Date.UTC(2026, month - 1, date, 8)).toISOString();
const at = (month: number, date = 1): Date => new Date(day(month, date));

/** Periods of a finding, oldest first, the one on its row last. */
async function periodsOf(db: Database, key: string): Promise<string[]> {
  const rows = await db.query<{ text: string }>(
    `select format('%s..%s %s %s %s %s', to_char(p.from_at, 'MM-DD'), to_char(p.to_at, 'MM-DD'), p.class, p.raw_level, p.state, p.ended_by) as text
       from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id
      where f.source_key = $1 order by p.from_at, p.to_at`,
    [key],
  );
  const current = await db.query<{ text: string }>(
    `select format('%s..%s %s %s %s', to_char(period_from, 'MM-DD'), to_char(period_to, 'MM-DD'), class, raw_level, counted_state) as text
       from code_quality.findings where source_key = $1 and counted_state is not null`,
    [key],
  );
  return [...rows, ...current].map((row) => row.text);
}

/** Open at the end of each day on which something changed, over all levels. */
async function openByDay(db: Database, className = 'vulnerability', state = 'open'): Promise<Record<string, number>> {
  const rows = await db.query<{ day: string; open: number }>(
    `select to_char(day, 'MM-DD') as day, sum(sum(opened - closed)) over (order by day)::int as open
       from code_quality.project_daily where counting = 'server' and class = $1 and state = $2 group by day order by day`,
    [className, state],
  );
  return Object.fromEntries(rows.map((row) => [row.day, row.open]));
}

describe('a listing of issues', () => {
  it('is stored whole, and again writes nothing, burns no identity and reports nothing', async () => {
    const { db, stage } = await start();
    const records = [
      issue({ key: 'a', tags: ['cwe', 'x'] }),
      issue({ key: 'b', ...fixed(day(2)) }),
      issue({ key: 'c' }),
    ];
    const first = await stage.publish([issues(records)]);
    expect(first.streams).toEqual([
      { stream: 'issues', scope: mainBranch, stored: 3, inserted: 3, updated: 0, gone: 0, held: false },
    ]);
    expect(first.changes.map((change) => change.kind)).toEqual(['project', 'roll_up']);
    const identities =
      "select schemaname, sequencename, last_value from pg_sequences where schemaname = 'code_quality' order by 2";
    const before = await db.query(identities);
    const second = await stage.publish([issues(records)]);
    expect(stage.writes()).toEqual({});
    expect(second).toEqual({
      streams: [{ stream: 'issues', scope: mainBranch, stored: 3, inserted: 0, updated: 0, gone: 0, held: false }],
      changes: [],
    });
    expect(await db.query(identities)).toEqual(before);
  });

  it('writes only the rows that changed', async () => {
    const { stage } = await start();
    await stage.publish([issues([issue({ key: 'a' }), issue({ key: 'b' })])]);
    await stage.publish([issues([issue({ key: 'a', line: 9 }), issue({ key: 'b' }), issue({ key: 'c' })])]);
    expect(stage.writes()).toEqual({ findings: 2, project_daily: 3, daily_changes: 3, changed_projects: 1 });
  });

  it('takes of a key listed twice the later record', async () => {
    const { db, stage } = await start();
    await stage.publish([issues([issue({ key: 'a', message: 'old' }), issue({ key: 'a', message: 'new' })])]);
    expect(await db.query('select message from data.sonarqube_issues')).toEqual([{ message: 'new' }]);
  });

  it('keeps texts that a careless writer would break', async () => {
    const { db, stage } = await start();
    const message = `a\tb\nc\\d "e" 'f' {g} ${'語'.repeat(40)} \u0001`;
    const tricky = issue({ key: "k'1;--", message, path: 'src/a,b (1).js', tags: ['a,b', 'c d'], author: 'null' });
    await stage.publish([issues([tricky])]);
    const row = await db.one('select source_key, message, path, author from data.sonarqube_issues');
    expect(row).toEqual({ source_key: "k'1;--", message, path: 'src/a,b (1).js', author: 'null' });
    expect((await stage.compare([issues([tricky])]))[0]?.differences).toEqual([]);
  });

  it('of a renamed project stays with its findings where the server tells the id', async () => {
    const { db, stage } = await start();
    const named = (key: string): Listing => ({ stream: 'projects', records: [project({ key, uuid: 'u1' })] });
    await stage.publish([named('shop')], { phase: 'discovery' });
    await stage.publish([issues([issue({ key: 'a' })])]);
    await stage.publish([named('store')], { phase: 'discovery' });
    await stage.publish([issues([issue({ key: 'a', component: 'store:src/a.js' })])], { project: 'store' });
    expect(await db.query('select source_key, deleted_at from code_quality.projects')).toEqual([
      { source_key: 'store', deleted_at: null },
    ]);
    expect(await db.query('select count(*) as n from code_quality.finding_past_periods')).toEqual([{ n: 0 }]);
  });

  it('moves findings to another project when its key changed and nothing tells so', async () => {
    const { db, stage } = await start();
    await stage.publish([issues([issue({ key: 'a' })])]);
    await stage.publish([{ stream: 'projects', records: [project({ key: 'store' })] }], { phase: 'discovery' });
    const listings: Listing[] = [
      { stream: 'branches', records: [branch()] },
      issues([issue({ key: 'a', component: 'store:src/a.js' })]),
    ];
    await stage.publish(listings, { project: 'store' });
    const rows = await db.query(
      `select p.source_key, sum(d.opened - d.closed)::int as open from code_quality.project_daily d
         join code_quality.projects p on p.id = d.project_id where d.counting = 'server' group by 1`,
    );
    expect(rows).toEqual([{ source_key: 'store', open: 1 }]);
    expect(await db.query('select component, project_id, branch_id from data.sonarqube_issues')).toEqual([
      { component: 'store:src/a.js', project_id: 2, branch_id: 2 },
    ]);
  });
});

describe('what an issue counts as', () => {
  const none = { security: null, reliability: null, maintainability: null };
  it.each<[string, Partial<IssueRecord>, string[]]>([
    [
      'a security impact first',
      { type: 'CODE_SMELL', impacts: { ...none, security: 'HIGH', maintainability: 'LOW' } },
      ['vulnerability', 'impact', 'HIGH', 'open'],
    ],
    [
      'its type without impacts',
      { type: 'VULNERABILITY', severity: 'MINOR' },
      ['vulnerability', 'standard', 'MINOR', 'open'],
    ],
    [
      'by its impacts what is a vulnerability by type alone',
      { impacts: { ...none, reliability: 'LOW' } },
      ['bug', 'impact', 'LOW', 'open'],
    ],
    ['a bug', { type: 'BUG', impacts: { ...none, reliability: 'BLOCKER' } }, ['bug', 'impact', 'BLOCKER', 'open']],
    ['a code smell', { type: 'CODE_SMELL', severity: 'INFO' }, ['code_smell', 'standard', 'INFO', 'open']],
    [
      'a new type by its impacts',
      { type: 'unknown', impacts: { ...none, maintainability: 'LOW' } },
      ['code_smell', 'impact', 'LOW', 'open'],
    ],
    ['a new type without any', { type: 'unknown', severity: null }, ['unknown', 'standard', 'unknown', 'open']],
    [
      'confirmed as open',
      { issueStatus: 'CONFIRMED', status: 'CONFIRMED' },
      ['vulnerability', 'standard', 'CRITICAL', 'open'],
    ],
    ['accepted apart', accepted(day(2)), ['vulnerability', 'standard', 'CRITICAL', 'accepted']],
    [
      'false positives apart',
      { issueStatus: 'FALSE_POSITIVE', status: 'RESOLVED' },
      ['vulnerability', 'standard', 'CRITICAL', 'false_positive'],
    ],
    [
      'the sandbox not at all',
      { issueStatus: 'IN_SANDBOX', status: 'IN_SANDBOX' },
      ['vulnerability', 'standard', 'CRITICAL', 'other'],
    ],
    ['closed as fixed', fixed(day(2)), ['vulnerability', 'standard', 'CRITICAL', 'fixed']],
  ])('%s', async (_, over, expected) => {
    const { db, stage } = await start();
    await stage.publish([issues([issue({ key: 'a', ...over })])]);
    const row = await db.one<Record<string, string>>('select class, axis, raw_level, state from code_quality.findings');
    expect(Object.values(row)).toEqual(expected);
  });

  it('as an asset of infrastructure as code by the repository of its rule', async () => {
    const { db, stage } = await start();
    await stage.publish([issues([issue({ key: 'a', rule: 'terraform:S1' }), issue({ key: 'b' })])]);
    expect(await db.query('select asset_type from data.sonarqube_issues order by source_key')).toEqual([
      { asset_type: 'iac_file' },
      { asset_type: 'repository' },
    ]);
  });

  it('unrated at a level the mapping does not know, and at once after another mapping', async () => {
    const { db, stage } = await start();
    await stage.publish([issues([issue({ key: 'a', severity: 'unknown' })])]);
    const severity = 'select mapped_severity from data.sonarqube_issues';
    expect(await db.one(severity)).toEqual({ mapped_severity: 'unrated' });
    await db.execute("insert into code_quality.severity_mapping values ('standard', 'unknown', 'high')");
    expect(await db.one(severity)).toEqual({ mapped_severity: 'high' });
  });
});

describe('periods', () => {
  it('reconstructs the past at first sight from creation and closing dates', async () => {
    const { db, stage } = await start();
    const records = [
      issue({ key: 'a', createdAt: day(1, 5) }),
      issue({ key: 'b', createdAt: day(1, 6), ...fixed(day(2)) }),
    ];
    await stage.publish([issues(records)]);
    expect(await openByDay(db)).toEqual({ '01-05': 1, '01-06': 2, '02-01': 1 });
  });

  it('was open until it was accepted, and is then counted apart', async () => {
    const { db, stage } = await start();
    await stage.publish([issues([issue({ key: 'a', createdAt: day(1, 5), ...accepted(day(2)) })])]);
    expect(await periodsOf(db, 'a')).toEqual([
      '01-05..02-01 vulnerability CRITICAL open accepted',
      '02-01.. vulnerability CRITICAL accepted',
    ]);
    expect(await openByDay(db)).toEqual({ '01-05': 1, '02-01': 0 });
    expect(await openByDay(db, 'vulnerability', 'accepted')).toEqual({ '02-01': 1 });
    // A later change of something else must not move the beginning of the period.
    await stage.publish([issues([issue({ key: 'a', createdAt: day(1, 5), ...accepted(day(2)), line: 99 })])]);
    expect(await openByDay(db)).toEqual({ '01-05': 1, '02-01': 0 });
  });

  it('closed and open again is open in two periods', async () => {
    const { db, stage } = await start();
    const created = { key: 'a', createdAt: day(1, 5), updatedAt: day(1, 5) };
    await stage.publish([issues([issue(created)])]);
    await stage.publish([issues([issue({ ...created, ...fixed(day(2)) })])]);
    await stage.publish([issues([issue({ ...created, updatedAt: day(3) })])]);
    await stage.publish([issues([issue({ ...created, updatedAt: day(3), line: 8 })])]);
    expect(await periodsOf(db, 'a')).toEqual([
      '01-05..02-01 vulnerability CRITICAL open closed',
      '03-01.. vulnerability CRITICAL open',
    ]);
    expect(await openByDay(db)).toEqual({ '01-05': 1, '02-01': 0, '03-01': 1 });
  });

  it('reclassified counts as the old until then and as the new from then', async () => {
    const { db, stage } = await start();
    const created = { key: 'a', createdAt: day(1, 5), updatedAt: day(1, 5) };
    await stage.publish([issues([issue({ ...created, type: 'BUG' })])]);
    await stage.publish([issues([issue({ ...created, updatedAt: day(3) })])]);
    expect(await openByDay(db, 'bug')).toEqual({ '01-05': 1, '03-01': 0 });
    expect(await openByDay(db)).toEqual({ '03-01': 1 });
  });

  it('reclassified without a date changed since the last look', async () => {
    const { db, stage } = await start();
    const created = { key: 'a', createdAt: day(1, 5), updatedAt: day(1, 5) };
    const impacts = { security: 'HIGH', reliability: null, maintainability: null } as const;
    await stage.publish([issues([issue(created)])], { now: at(2) });
    await stage.publish([issues([issue({ ...created, impacts })])], { now: at(4) });
    expect(await periodsOf(db, 'a')).toEqual([
      '01-05..04-01 vulnerability CRITICAL open reclassified',
      '04-01.. vulnerability HIGH open',
    ]);
    expect(await openByDay(db)).toEqual({ '01-05': 1, '04-01': 1 });
  });

  it('over before it was reclassified stays what it was', async () => {
    const { db, stage } = await start();
    const created = { key: 'a', createdAt: day(1, 5), ...fixed(day(2)) };
    await stage.publish([issues([issue({ ...created, type: 'BUG' })])]);
    await stage.publish([issues([issue({ ...created, updatedAt: day(3) })])]);
    expect(await openByDay(db, 'bug')).toEqual({ '01-05': 1, '02-01': 0 });
    expect(await openByDay(db)).toEqual({});
    await stage.publish([
      issues([issue({ ...created, updatedAt: day(4), status: 'OPEN', issueStatus: 'OPEN', closedAt: null })]),
    ]);
    expect(await openByDay(db)).toEqual({ '04-01': 1 });
  });

  it('fixed and reclassified at once ends as what it was', async () => {
    const { db, stage } = await start();
    const created = { key: 'a', createdAt: day(1, 5), updatedAt: day(1, 5) };
    await stage.publish([issues([issue({ ...created, type: 'BUG' })])]);
    await stage.publish([issues([issue({ ...created, ...fixed(day(2)) })])]);
    expect(await openByDay(db, 'bug')).toEqual({ '01-05': 1, '02-01': 0 });
    expect(await openByDay(db)).toEqual({});
  });
});

describe('hotspots', () => {
  const became = issue({
    key: 'h',
    tags: ['former-hotspot'],
    createdAt: day(1, 5),
    updatedAt: day(3),
    severity: 'MAJOR',
  });

  it('count apart, by probability, and not as open once reviewed', async () => {
    const { db, stage } = await start();
    const reviewed = { status: 'REVIEWED', updatedAt: day(2) };
    const records = [
      hotspot({ key: 'a' }),
      hotspot({ key: 'b', ...reviewed, resolution: 'SAFE' }),
      hotspot({ key: 'c', ...reviewed, resolution: 'ACKNOWLEDGED' }),
      hotspot({ key: 'd', ...reviewed, resolution: 'FIXED' }),
    ];
    await stage.publish([{ stream: 'hotspots', records }]);
    expect(await openByDay(db, 'hotspot')).toEqual({ '01-10': 4, '02-01': 1 });
    expect(await openByDay(db)).toEqual({});
  });

  it('that became vulnerabilities keep their row, go from the one view into the other, and mark the day', async () => {
    const { db, stage } = await start();
    await stage.publish([
      { stream: 'hotspots', records: [hotspot({ key: 'h', createdAt: day(1, 5), updatedAt: day(1, 5) })] },
    ]);
    const { id } = await db.one<{ id: number }>('select id from data.sonarqube_security_hotspots');
    const summary = await stage.publish([issues([became]), { stream: 'hotspots', records: [] }]);
    expect(summary.streams.map(({ stream, stored, gone }) => [stream, stored, gone])).toEqual([
      ['issues', 1, 0],
      ['hotspots', 0, 0],
    ]);
    expect(await db.query('select id, is_former_hotspot, deleted_at from data.sonarqube_issues')).toEqual([
      { id, is_former_hotspot: true, deleted_at: null },
    ]);
    expect(
      await db.query(
        'select id, security_category, vulnerability_probability, is_open, status, deleted_at from data.sonarqube_security_hotspots',
      ),
    ).toEqual([
      {
        id,
        security_category: 'rce',
        vulnerability_probability: 'MEDIUM',
        is_open: false,
        status: null,
        deleted_at: at(3),
      },
    ]);
    expect(await periodsOf(db, 'h')).toEqual([
      '01-05..03-01 hotspot MEDIUM open became_vulnerability',
      '03-01.. vulnerability MAJOR open',
    ]);
    await stage.publish([issues([became]), { stream: 'hotspots', records: [] }]);
    expect(stage.writes()).toEqual({});
    expect((await stage.compare([issues([became])]))[0]).toMatchObject({ source: 1, stored: 1, differences: [] });
  });

  it('that were over before stay over', async () => {
    const { db, stage } = await start();
    const safe = hotspot({
      key: 'h',
      createdAt: day(1, 5),
      updatedAt: day(2),
      status: 'REVIEWED',
      resolution: 'FIXED',
    });
    await stage.publish([{ stream: 'hotspots', records: [safe] }]);
    await stage.publish([issues([{ ...became, ...fixed(day(2)), updatedAt: day(3) }])]);
    expect(await openByDay(db, 'hotspot')).toEqual({ '01-05': 1, '02-01': 0 });
    expect(await openByDay(db)).toEqual({});
    expect(await db.query('select deleted_at is null as there from data.sonarqube_security_hotspots')).toEqual([
      { there: false },
    ]);
  });
});

describe('absence', () => {
  const many = (count: number): IssueRecord[] =>
    Array.from({ length: count }, (_, index) => issue({ key: `k${index}` }));
  const stored = async (db: Database): Promise<number> =>
    (await db.one<{ n: number }>('select count(*) as n from data.sonarqube_issues where deleted_at is null')).n;

  it('in a proven listing means gone now, at an unknown date, with the row kept', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(many(3))]);
    const summary = await stage.publish([issues(many(2))], { now: at(4) });
    expect(summary.streams[0]).toMatchObject({ stored: 2, gone: 1 });
    expect(await openByDay(db)).toEqual({ '01-10': 3, '04-01': 2 });
    expect(await db.one("select deleted_at, closed_at from data.sonarqube_issues where source_key = 'k2'")).toEqual({
      deleted_at: at(4),
      closed_at: null,
    });
  });

  it('undone means it was there all along', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(many(3))]);
    await stage.publish([issues(many(2))], { now: at(4) });
    const back = await stage.publish([issues(many(3))], { now: at(5) });
    expect(back.streams[0]).toMatchObject({ stored: 3, updated: 1, gone: 0 });
    expect(await openByDay(db)).toEqual({ '01-10': 3 });
  });

  it('of one that had been fixed before, back open, leaves the gap', async () => {
    const { db, stage } = await start();
    const first = { key: 'a', createdAt: day(1, 5) };
    await stage.publish([issues([issue({ ...first, ...fixed(day(2)) })])]);
    await stage.publish([issues([])], { now: at(3) });
    await stage.publish([issues([issue({ ...first, updatedAt: day(4) })])], { now: at(5) });
    expect(await openByDay(db)).toEqual({ '01-05': 1, '02-01': 0, '04-01': 1 });
  });

  it.each<[string, Listing['outcome']]>([
    ['not trusted', { absenceTrusted: false }],
    ['not proven', { proof: 'unproven' }],
    ['unavailable', { outcome: 'unavailable' }],
    ['made while the branch was analysed', { sourceMoved: true }],
  ])('in a listing that is %s means nothing', async (_, outcome) => {
    const { db, stage } = await start();
    await stage.publish([issues(many(3))]);
    await stage.publish([issues([], outcome)]);
    expect(stage.writes()).toEqual({});
    expect(await stored(db)).toBe(3);
  });

  it('of what was set aside means nothing', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(many(3))]);
    await stage.publish([issues(many(2))], { setAside: new Map([[`issues ${mainBranch}`, 1]]) });
    expect(await stored(db)).toBe(3);
  });

  it('of more than half of fifty or more is held until it is confirmed', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(many(50))]);
    const held = await stage.publish([issues(many(24))]);
    expect(held.streams[0]).toMatchObject({ stored: 50, gone: 0, held: true, missing: { count: 26, before: 50 } });
    expect(stage.writes()).toEqual({});
    await db.execute("update ingestion.held_absences set confirmed_at = now(), confirmed_by = 'ada'");
    const confirmed = await stage.publish([issues(many(24))]);
    expect(confirmed.streams[0]).toMatchObject({ stored: 24, gone: 26, held: false });
    expect(await stored(db)).toBe(24);
  });

  it('of half, of a small scope, or after a newer analysis is believed at once', async () => {
    const { stage } = await start();
    const gone = async (...listings: Listing[]) => (await stage.publish(listings)).streams.at(-1)?.gone;
    await stage.publish([issues(many(50))]);
    expect(await gone(issues(many(25)))).toBe(25);
    expect(await gone(issues([]))).toBe(25);
    await stage.publish([issues(many(80))]);
    const analyzed: Listing = { stream: 'branches', records: [branch({ analyzedAt: day(6) })] };
    expect(await gone(analyzed, issues([]))).toBe(80);
  });

  it('in one branch says nothing about another, nor issues about hotspots', async () => {
    const { db, stage } = await start();
    const other = branch({ key: 'branch:other', name: 'other', isMain: false });
    await stage.publish([
      { stream: 'branches', records: [branch(), other] },
      issues([issue({ key: 'a' })]),
      { stream: 'issues', scope: 'branch:other', records: [issue({ key: 'b' })] },
      { stream: 'hotspots', records: [hotspot({ key: 'h' })] },
    ]);
    await stage.publish([issues([])]);
    const rows = await db.query('select source_key, deleted_at is null as there from code_quality.findings order by 1');
    expect(rows).toEqual([
      { source_key: 'a', there: false },
      { source_key: 'b', there: true },
      { source_key: 'h', there: true },
    ]);
  });

  it('of a branch or project takes its findings out of the counts, and back', async () => {
    const { db, stage } = await start();
    const other = branch({ key: 'branch:other', name: 'other', isMain: false });
    await stage.publish([
      { stream: 'branches', records: [branch(), other] },
      issues([issue({ key: 'a' })]),
      { stream: 'issues', scope: 'branch:other', records: [issue({ key: 'b' }), issue({ key: 'c' })] },
    ]);
    const open = async (): Promise<number[]> => {
      const daily = await db.one<{ n: number }>(
        "select coalesce(sum(opened - closed), 0)::int as n from code_quality.project_daily where counting = 'server'",
      );
      const changes = await db.one<{ n: number }>(
        "select coalesce(sum(opened - closed), 0)::int as n from code_quality.daily_changes where counting = 'server'",
      );
      return [daily.n, changes.n, await stored(db)];
    };
    expect(await open()).toEqual([3, 3, 3]);
    await stage.publish([{ stream: 'branches', records: [branch()] }]);
    expect(await open()).toEqual([1, 1, 1]);
    await stage.publish([{ stream: 'branches', records: [branch(), other] }]);
    expect(await open()).toEqual([3, 3, 3]);
    await stage.publish([{ stream: 'projects', records: [] }], { phase: 'discovery' });
    expect(await open()).toEqual([0, 0, 0]);
    await stage.publish([{ stream: 'projects', records: [project()] }], { phase: 'discovery' });
    expect(await open()).toEqual([3, 3, 3]);
  });
});

describe('the daily roll-up', () => {
  it('counts main, other branches and pull requests apart, and follows the main branch', async () => {
    const { db, stage } = await start();
    const pull = branch({ key: 'pull_request:1', kind: 'pull_request', name: '1', isMain: false });
    const other = (isMain: boolean) => branch({ key: 'branch:other', name: 'other', isMain });
    await stage.publish([
      { stream: 'branches', records: [branch(), other(false), pull] },
      issues([issue({ key: 'a' })]),
      { stream: 'issues', scope: 'branch:other', records: [issue({ key: 'b' }), issue({ key: 'c' })] },
      { stream: 'issues', scope: 'pull_request:1', records: [issue({ key: 'd' })] },
    ]);
    const byClass = async (): Promise<Record<string, number>> => {
      const rows = await db.query<{ branch_class: string; open: number }>(
        "select branch_class, sum(opened - closed)::int as open from code_quality.project_daily where counting = 'server' group by 1 order by 1",
      );
      return Object.fromEntries(rows.map((row) => [row.branch_class, row.open]));
    };
    expect(await byClass()).toEqual({ branch: 2, main: 1, pull_request: 1 });
    await stage.publish([{ stream: 'branches', records: [branch({ isMain: false }), other(true), pull] }]);
    expect(await byClass()).toEqual({ branch: 1, main: 2, pull_request: 1 });
  });
});
