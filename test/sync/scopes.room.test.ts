import { afterEach, describe, expect, it } from 'vitest';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import {
  daysBefore,
  expectNothingMissed,
  startSyncedSource,
  type SourceOptions,
  type SyncedSource,
  syncWell,
} from './simulated-source.ts';

let source: SyncedSource;
afterEach(() => source?.close());

const rules = someRules(8);
const at = daysBefore(2);
const issues = (count: number, seed: number) => ({ count, seed, rules, files: 4, directories: 2 });

function scenario(state: SimulatorState): void {
  state.addProject({ key: 'shop', analyses: [{ at, version: '1', revision: 'a'.repeat(40), issues: issues(40, 1) }] });
  state.addProject({ key: 'calm', analyses: [{ at, version: '1', issues: issues(20, 2) }] });
  state.addBranch('shop', { name: 'release/1.x', analyses: [{ at, revision: 'b'.repeat(40), issues: issues(12, 3) }] });
  state.addPullRequest('shop', { key: '102', branch: 'feature/x', analyses: [{ at, issues: issues(6, 4) }] });
}

async function begin(options: Partial<SourceOptions> = {}): Promise<void> {
  source = await startSyncedSource({ profile: '26.9-developer', scenario, ...options });
  await syncWell(source);
  source.clock.advance(5);
}

const statusOf = async (key: string): Promise<string | undefined> =>
  (
    await source.db.maybeOne<{ issue_status: string }>(
      'select issue_status from data.sonarqube_issues where source_key = $1',
      [key],
    )
  )?.issue_status;

/** Polls are counted by the database's clock. */
const letPollsBeDue = () =>
  source.db.execute(
    "update ingestion.bookmarks set saved_at = saved_at - interval '1 day', polled_at = polled_at - interval '1 day'",
  );

describe('branches and pull requests', () => {
  for (const name of [{ branch: 'release/1.x' }, { pullRequest: '102' }]) {
    it(`a change by hand on ${JSON.stringify(name)}, which no feed shows, is found by a poll of one request each`, async () => {
      await begin();
      const [key = ''] = source.server.state.issueKeys('shop', name);
      source.server.state.accept(key);
      source.clock.advance(2);
      await syncWell(source);
      expect(await statusOf(key)).toBe('OPEN');
      await letPollsBeDue();
      const { requests } = await syncWell(source);
      expect(requests.filter((call) => call.includes('"ps":"1"') && call.includes('UPDATE_DATE'))).toHaveLength(2);
      expect(await statusOf(key)).toBe('ACCEPTED');
      const again = await syncWell(source);
      expect(again.requests.filter((call) => call.includes('"ps":"1"'))).toEqual([]);
      await expectNothingMissed(source);
    });
  }

  it('those not analysed for longer than the setting says are not polled', async () => {
    await begin({ settings: { pollDays: 0 } });
    await letPollsBeDue();
    const { requests } = await syncWell(source);
    expect(requests.filter((call) => call.includes('"ps":"1"'))).toEqual([]);
  });

  it('a new branch whose issues carry old dates is listed whole', async () => {
    await begin();
    const copied = { ...issues(9, 8), updatedAt: at, createdAt: at };
    source.server.state.addBranch('shop', {
      name: 'release/2.x',
      analyses: [{ at: source.clock.now(), issues: copied }],
    });
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(requests.filter((call) => call.startsWith('api/issues/list'))).toHaveLength(1);
    const found = await source.db.one(
      `select count(*)::int as n from data.sonarqube_issues i join data.sonarqube_branches b on b.id = i.branch_id where b.name = 'release/2.x'`,
    );
    expect(found).toEqual({ n: 9 });
    await expectNothingMissed(source);
  });

  it('an analysis of one of them reads that one, not its neighbours', async () => {
    await begin();
    source.server.state.addAnalysis('shop', { at: source.clock.now(), close: 2 }, { pullRequest: '102' });
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(requests.filter((call) => call.includes('"release/1.x"'))).toEqual([]);
    await expectNothingMissed(source);
  });

  it('a renamed branch and another main branch keep their rows', async () => {
    await begin();
    const before = await rowsOf();
    source.server.state.renameBranch('shop', 'main', 'trunk');
    source.server.state.setMain('shop', 'release/1.x');
    const { requests } = await syncWell(source);
    expect(requests.length).toBeGreaterThan(6);
    const after = await rowsOf();
    expect(after).toEqual(
      before.map((row) =>
        row.name === 'main'
          ? { ...row, name: 'trunk', is_main: false }
          : row.name === '102'
            ? row
            : { ...row, is_main: true },
      ),
    );
    await expectNothingMissed(source);
  });

  it('a pull request that is deleted is marked, and a later one of the same number is read from new', async () => {
    await begin();
    const { state } = source.server;
    state.deletePullRequest('shop', '102');
    const [main = ''] = state.issueKeys('shop');
    state.accept(main);
    source.clock.advance(2);
    await syncWell(source);
    expect(await rowsOf()).toMatchObject([{ gone: false }, { gone: false }, { name: '102', gone: true }]);
    state.addPullRequest('shop', {
      key: '102',
      branch: 'feature/y',
      analyses: [{ at: source.clock.now(), issues: issues(3, 77) }],
    });
    source.clock.advance(2);
    await syncWell(source);
    const alive = await source.db.one(
      `select count(*)::int as n from data.sonarqube_issues i join data.sonarqube_branches b on b.id = i.branch_id
        where b.name = '102' and i.deleted_at is null`,
    );
    expect(alive).toEqual({ n: 3 });
    await expectNothingMissed(source);
  });
});

async function rowsOf(): Promise<{ id: number; name: string; is_main: boolean; gone: boolean }[]> {
  return source.db.query(
    `select b.id, b.name, b.is_main, b.deleted_at is not null as gone from data.sonarqube_branches b
       join data.sonarqube_projects p on p.id = b.project_id and p.source_key = 'shop' order by b.id`,
  );
}

/** `calm` first. */
const projectsOf = () =>
  source.db.query<{ source_key: string; deleted: boolean; unreadable: boolean; former_keys: string[] }>(
    `select source_key, deleted_at is not null as deleted, unreadable_at is not null as unreadable, former_keys
       from data.sonarqube_projects order by id`,
  );

describe('projects', () => {
  it('that are deleted are marked, and keep their rows', async () => {
    await begin();
    source.server.state.deleteProject('calm');
    await syncWell(source);
    expect(await projectsOf()).toMatchObject([{ source_key: 'calm', deleted: true }, { deleted: false }]);
    await expectNothingMissed(source);
  });

  it('whose key changed keep their row and say what they were called', async () => {
    await begin();
    source.server.state.renameKey('shop', 'store');
    await syncWell(source);
    expect(await projectsOf()).toMatchObject([{ former_keys: [] }, { source_key: 'store', former_keys: ['shop'] }]);
    const stored = await source.db.one('select count(*)::int as n from data.sonarqube_issues where deleted_at is null');
    expect(stored).toEqual({ n: 40 + 20 + 12 + 6 });
    await expectNothingMissed(source);
  });

  it('that the token may not read any more are marked as unreadable, and are readable again when they are', async () => {
    await begin({ token: 'browse' });
    const { state } = source.server;
    state.setVisibility('calm', 'private');
    const { run } = await source.sync();
    expect(run).toMatchObject({ status: 'partial', error: { code: 'invalid_permissions' } });
    expect(run.error?.message).toContain('“calm”');
    const others = { source_key: 'shop', unreadable: false, deleted: false };
    expect(await projectsOf()).toMatchObject([{ unreadable: true, deleted: false }, others]);
    expect((await source.sync()).run.status).toBe('partial');
    state.setVisibility('calm', 'public');
    await syncWell(source);
    expect(await projectsOf()).toMatchObject([{ unreadable: false, deleted: false }, others]);
    state.deleteProject('calm');
    await syncWell(source);
    expect(await projectsOf()).toMatchObject([{ unreadable: false, deleted: true }, others]);
    await expectNothingMissed(source);
  });
});
