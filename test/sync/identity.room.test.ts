import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { profile } from '../../lab/simulators/sonarqube/profiles.ts';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { daysBefore, startSyncedSource, type SourceOptions, type SyncedSource, syncWell } from './simulated-source.ts';

let source: SyncedSource;
afterEach(() => source?.close());

const rules = someRules(8);
const at = daysBefore(2);
const commitOf = { app: 'a'.repeat(40), other: 'b'.repeat(40), second: 'c'.repeat(40) };

function scenario(state: SimulatorState): void {
  state.addProject({ key: 'app', analyses: [{ at, revision: commitOf.app, issues: { count: 30, rules, seed: 1 } }] });
  state.addProject({
    key: 'other',
    analyses: [{ at, revision: commitOf.other, issues: { count: 7, rules, seed: 2 } }],
  });
}

const again = (state: SimulatorState, key: string): void => {
  const issues = { count: 4, rules, seed: 9 };
  state.addProject({ key, analyses: [{ at: source.clock.now(), revision: commitOf.second, issues }] });
};

async function begin(settings: SourceOptions['settings'], profile: SourceOptions['profile'] = '26.9'): Promise<void> {
  source = await startSyncedSource({ scenario, profile, ...(settings === undefined ? {} : { settings }) });
  await syncWell(source);
  source.clock.advance(5);
}

interface Row {
  id: number;
  key: string;
  former: string[];
  state: 'counted' | 'deleted' | 'outside' | 'unreadable';
  commits: string[];
  issues: number;
}

/** Every row with the commits of its analyses and its findings that are not gone. */
const rows = (): Promise<Row[]> =>
  source.db.query<Row>(
    `select p.id, p.source_key as key, p.former_keys as former,
            case when p.deleted_at is not null then 'deleted' when p.left_scope_at is not null then 'outside'
                 when p.unreadable_at is not null then 'unreadable' else 'counted' end as state,
            (select coalesce(array_agg(distinct left(a.revision, 1)), '{}') from code_quality.analyses a where a.project_id = p.id) as commits,
            (select count(*)::int from code_quality.findings f where f.project_id = p.id and f.deleted_at is null) as issues
       from code_quality.projects p order by p.id`,
  );

/** Findings that are open today by the roll-up that every organization-wide number is made of. */
const openToday = async (): Promise<number> =>
  (
    await source.db.one<{ n: number }>(
      `select coalesce(sum(opened - closed), 0)::int as n from code_quality.project_daily where state = 'open' and counting = 'server' and part = 'all' and day <= current_date`,
    )
  ).n;

const auditIs = async (status: string): Promise<void> => {
  const audit = await source.audit();
  expect({
    status: audit.status,
    error: audit.error,
    differing: audit.scopes.filter((scope) => scope.differenceCount > 0),
  }).toEqual({ status, error: null, differing: [] });
};

/** With every project, with the names that stay, and with a pattern. */
const scopes: [why: string, settings: SourceOptions['settings']][] = [
  ['every project is read', undefined],
  ['projects are named by a pattern', { projectKeys: ['*'] }],
];

for (const [why, settings] of scopes) {
  describe(`while ${why}`, () => {
    it('a key that is changed takes its row along', async () => {
      await begin(settings);
      source.server.state.renameKey('app', 'app-old');
      await syncWell(source);
      expect(await rows()).toMatchObject([
        { key: 'app-old', former: ['app'], state: 'counted', commits: ['a'], issues: 30 },
        { key: 'other', state: 'counted' },
      ]);
      await auditIs('equal');
    });

    it('a key that is changed and given to a new project: the old analyses stay with the old one', async () => {
      await begin(settings);
      source.server.state.renameKey('app', 'app-old');
      again(source.server.state, 'app');
      source.clock.advance(2);
      await syncWell(source);
      expect(await rows()).toMatchObject([
        { key: 'app-old', former: ['app'], state: 'counted', commits: ['a'], issues: 30 },
        { key: 'other', commits: ['b'], issues: 7 },
        { key: 'app', former: [], state: 'counted', commits: ['c'], issues: 4 },
      ]);
      await auditIs('equal');
    });

    it('two keys that are swapped', async () => {
      await begin(settings);
      const { state } = source.server;
      state.renameKey('app', 'app-x');
      state.renameKey('other', 'app');
      state.renameKey('app-x', 'other');
      await syncWell(source);
      expect(await rows()).toMatchObject([
        { key: 'other', former: ['app'], commits: ['a'], issues: 30 },
        { key: 'app', former: ['other'], commits: ['b'], issues: 7 },
      ]);
      await auditIs('equal');
    });

    it('deleted and made again with the same key: another row, and the old one ends', async () => {
      await begin(settings);
      const { state } = source.server;
      state.deleteProject('app');
      again(state, 'app');
      source.clock.advance(2);
      await syncWell(source);
      expect(await rows()).toMatchObject([
        { key: expect.stringMatching(/^app#/), former: ['app'], state: 'deleted', commits: ['a'] },
        { key: 'other', state: 'counted' },
        { key: 'app', state: 'counted', commits: ['c'], issues: 4 },
      ]);
      await auditIs('equal');
    });

    it('deleted: noticed, and back when it is there again', async () => {
      await begin(settings);
      source.server.state.deleteProject('app');
      const before = await openToday();
      await syncWell(source);
      expect(await rows()).toMatchObject([{ key: 'app', state: 'deleted' }, { state: 'counted' }]);
      expect(await openToday()).toBeLessThan(before);
      await auditIs('equal');
    });
  });
}

describe('what the settings leave out', () => {
  it('leaves the numbers at once and is shown apart; the audit does not differ; it comes back with its history', async () => {
    await begin(undefined);
    const whole = await openToday();
    source.settings = { projectKeys: ['other'] };
    await syncWell(source);
    expect(await rows()).toMatchObject([{ key: 'app', state: 'outside', issues: 30 }, { state: 'counted' }]);
    const left = await openToday();
    expect(left).toBeLessThan(whole);
    await auditIs('equal');
    const { rows: shown, slices, source: counted } = await source.room.completeness('lab', { page: 1, pageSize: 50 });
    expect(shown.filter((row) => row.stream === 'issues').map(({ slice, listed }) => [slice, listed])).toEqual([
      ['project:other', true],
      ['project:app', false],
    ]);
    expect([slices, counted]).toEqual([1, 7]);
    const [accepted = ''] = source.server.state.issueKeys('app');
    source.server.state.accept(accepted);
    source.clock.advance(5);
    await syncWell(source);
    source.settings = {};
    await syncWell(source);
    expect(await rows()).toMatchObject([{ key: 'app', state: 'counted', issues: 30 }, { state: 'counted' }]);
    expect(
      await source.db.one('select issue_status from data.sonarqube_issues where source_key = $1', [accepted]),
    ).toEqual({ issue_status: 'ACCEPTED' });
    await auditIs('equal');
  });

  it('is left out by its own id: a key that moves out of the scope, and a new project that takes it', async () => {
    await begin({ projectKeys: ['app'] });
    source.server.state.renameKey('app', 'old-app');
    again(source.server.state, 'app');
    source.clock.advance(2);
    await syncWell(source);
    expect(await rows()).toMatchObject([
      { key: 'old-app', former: ['app'], state: 'outside', commits: ['a'] },
      { key: 'app', state: 'counted', commits: ['c'], issues: 4 },
    ]);
    await auditIs('equal');
  });

  it('for a token that only browses, too: deleted, renamed and closed named projects are noticed', async () => {
    source = await startSyncedSource({ scenario, token: 'browse', settings: { projectKeys: ['app*', 'other'] } });
    await syncWell(source);
    source.clock.advance(5);
    const { state } = source.server;
    state.renameKey('app', 'app-2');
    state.setVisibility('other', 'private');
    const { run } = await source.sync();
    expect(run).toMatchObject({ status: 'partial' });
    expect(await rows()).toMatchObject([
      { key: 'app-2', state: 'counted', issues: 30 },
      { key: 'other', state: 'unreadable' },
    ]);
    state.deleteProject('other');
    await source.sync();
    expect(await rows()).toMatchObject([{ state: 'counted' }, { key: 'other', state: 'deleted' }]);
  });
});

describe('names and patterns that match nothing', () => {
  it('keep the run partial with the reason, and what matches is read', async () => {
    source = await startSyncedSource({ scenario, settings: { projectKeys: ['held-*', 'othe*', 'typo'] } });
    const { run } = await source.sync();
    expect(run).toMatchObject({ status: 'partial', error: { code: 'project_not_found' } });
    expect(run.error?.message).toContain('“typo”, “held-*”');
    expect(await rows()).toMatchObject([{ key: 'other', issues: 7 }]);
    source.settings = { projectKeys: ['othe*'] };
    await syncWell(source);
  });
});

describe('a branch whose id becomes known later', () => {
  const branchRows = (): Promise<{ key: string; analyses: number; issues: number }[]> =>
    source.db.query(
      `select b.source_key as key, (select count(*)::int from code_quality.analyses a where a.branch_id = b.id) as analyses,
              (select count(*)::int from code_quality.findings f where f.branch_id = b.id and f.deleted_at is null) as issues
         from code_quality.branches b join code_quality.projects p on p.id = b.project_id
        where p.source_key = 'app' order by b.id`,
    );

  it('because its list was blocked: one row, one history, also when it is blocked again', async () => {
    source = await startSyncedSource({ scenario });
    const fault = {
      match: { path: 'api/project_branches/list' },
      kind: { type: 'blocked' },
      times: Number.POSITIVE_INFINITY,
    } as const;
    source.server.faults.add(fault);
    await source.sync();
    expect(await branchRows()).toEqual([{ key: 'branch:main', analyses: 1, issues: 30 }]);
    source.server.faults.clear();
    source.clock.advance(5);
    await syncWell(source, { full: true });
    expect(await branchRows()).toEqual([{ key: expect.stringMatching(/^branch:.{20}/), analyses: 1, issues: 30 }]);
    source.server.faults.add(fault);
    await source.sync({ full: true });
    expect(await branchRows()).toEqual([{ key: 'branch:main', analyses: 1, issues: 30 }]);
  });

  it('because a 9.9 was upgraded in place: one row, one history', async () => {
    source = await startSyncedSource({ scenario, profile: '9.9' });
    await syncWell(source);
    const [before] = await branchRows();
    expect(before).toMatchObject({ key: 'branch:main', issues: 30 });
    source.server.state.world.profile = profile('26.9');
    source.server.state.world.version += 1;
    source.clock.advance(5);
    await syncWell(source, { full: true });
    expect(await branchRows()).toEqual([{ ...before, key: expect.stringMatching(/^branch:.{20}/) }]);
  });
});
