import { afterEach, describe, expect, it } from 'vitest';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import {
  daysBefore,
  expectNothingMissed,
  type SourceOptions,
  startSyncedSource,
  type SyncedSource,
  syncWell,
} from './simulated-source.ts';

let source: SyncedSource;
afterEach(() => source?.close());

const rules = someRules(12);
const first = daysBefore(30);

function shop(count: number, also: (state: SimulatorState) => void = () => undefined) {
  return (state: SimulatorState): void => {
    const issues = { count, rules, files: 40, directories: 5, closed: 0.05, accepted: 0.02 };
    state.addProject({ key: 'shop', analyses: [{ at: first, version: '1', issues }] });
    state.addProject({ key: 'calm', analyses: [{ at: first, version: '1', issues: { count: 30, rules } }] });
    also(state);
  };
}

async function begin(options: SourceOptions): Promise<void> {
  source = await startSyncedSource(options);
  await syncWell(source);
  source.clock.advance(5);
}

function open(project = 'shop'): string[] {
  return source.server.state.issueKeys(project).filter((_, index) => index % 3 === 0);
}

function report(what: string, requests: readonly string[]): void {
  process.stdout.write(`${what}: ${requests.length} requests in all, the list of projects included\n`);
}

/** Requests about issues. */
function issueCalls(requests: readonly string[]): string[] {
  return requests.map((call) => call.split(' ')[0] as string).filter((path) => path.startsWith('api/issues/'));
}

describe('a change by hand', () => {
  for (const count of [300, 6_000]) {
    it(`costs the same handful in a project of ${count} issues`, async () => {
      await begin({ scenario: shop(count) });
      const [a = '', b = '', c = '', d = ''] = open();
      const { state } = source.server;
      state.accept(a);
      state.falsePositive(b);
      state.setSeverity(c, 'BLOCKER');
      state.setTags(d, ['new-tag']);
      source.clock.advance(2);
      const { run, requests } = await syncWell(source);
      expect(run.completeness).toEqual({ stored: count, source: count, unproven: 0 });
      expect(issueCalls(requests)).toEqual(['api/issues/search', 'api/issues/search']);
      report(`a change by hand in a project of ${count} issues`, requests);
      expect(requests.length, requests.join('\n')).toBeLessThanOrEqual(17);
      const stored = await source.db.query(
        `select i.issue_status, i.severity, (select array_agg(t.name) from data.sonarqube_issue_tags it join data.sonarqube_tags t on t.id = it.tag_id where it.issue_id = i.id) as tags
           from data.sonarqube_issues i where i.source_key = any ($1) order by array_position($1, i.source_key)`,
        [[a, b, c, d]],
      );
      expect(stored).toMatchObject([
        { issue_status: 'ACCEPTED' },
        { issue_status: 'FALSE_POSITIVE' },
        { severity: 'BLOCKER' },
        { tags: ['new-tag'] },
      ]);
      await expectNothingMissed(source);
    });
  }

  it('in the same second as one that was just read is found by the next sync', async () => {
    await begin({ scenario: shop(300) });
    const [a = '', b = ''] = open();
    source.server.state.accept(a);
    await syncWell(source);
    source.server.state.accept(b);
    await syncWell(source);
    source.clock.advance(1);
    await syncWell(source);
    await expectNothingMissed(source);
  });

  it('of more issues than a search shows is read by their pulled keys', async () => {
    await begin({ scenario: shop(11_000) });
    const { state } = source.server;
    for (const key of state.issueKeys('shop')) state.setTags(key, ['all']);
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(issueCalls(requests)).not.toContain('api/issues/list');
    expect(issueCalls(requests)).toContain('api/issues/pull');
    await expectNothingMissed(source);
  });

  it('is found without pull and list on Cloud', async () => {
    const scenario = (state: SimulatorState): void => {
      state.addOrganization('acme');
      for (const login of ['admin', 'reader']) state.world.users.get(login)?.organizations.push('acme');
      const analyses = [{ at: first, version: '1', issues: { count: 700, rules, files: 9, directories: 2 } }];
      state.addProject({ key: 'shop', organization: 'acme', analyses });
    };
    await begin({ profile: 'cloud', scenario, settings: { organization: 'acme' } });
    const [a = ''] = open();
    source.server.state.accept(a);
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(issueCalls(requests)).toEqual(['api/issues/search', 'api/issues/search']);
    await expectNothingMissed(source);
  });
});

describe('a new analysis', () => {
  const analyse = (more: object = {}): void => {
    const issues = { count: 20, seed: 5, rules, files: 3, root: 'added' };
    source.server.state.addAnalysis('shop', { at: source.clock.now(), version: '2', close: 15, issues, ...more });
  };

  it('of a small branch is listed whole, moved lines and all', async () => {
    await begin({ scenario: shop(300) });
    analyse();
    for (const key of open().slice(5, 9)) source.server.state.moveLine(key, 777);
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    report('an analysis of a project of 300 issues', requests);
    expect(requests.length, requests.join('\n')).toBeLessThanOrEqual(24);
    await expectNothingMissed(source);
  });

  it('of a large branch is compared by digests: only what moved is read', async () => {
    await begin({ scenario: shop(6_000) });
    analyse();
    source.clock.advance(2);
    const listed = await syncWell(source);
    expect(issueCalls(listed.requests).filter((path) => path === 'api/issues/list').length).toBeGreaterThan(10);
    source.clock.advance(10);
    analyse({ version: '3' });
    for (const key of open().slice(50, 60)) source.server.state.moveLine(key, 777);
    source.clock.advance(2);
    const { requests, run } = await syncWell(source);
    expect(issueCalls(requests).sort()).toEqual([
      'api/issues/pull',
      'api/issues/pull_taint',
      'api/issues/search',
      'api/issues/search',
      'api/issues/search',
    ]);
    report('an analysis of a project of 6,000 issues', requests);
    expect(run.rowsChanged).toBeLessThan(250);
    const moved = await source.db.one(`select count(*)::int as n from data.sonarqube_issues where line = 777`);
    expect(moved).toEqual({ n: 10 });
    await expectNothingMissed(source);
  });

  it('whose issues were copied with their old dates is found by the counts', async () => {
    await begin({ scenario: shop(6_000) });
    analyse();
    await syncWell(source);
    source.clock.advance(10);
    const copied = { count: 7, seed: 9, rules, files: 2, root: 'copied', updatedAt: first, createdAt: first };
    analyse({ version: '3', issues: copied });
    source.clock.advance(2);
    await syncWell(source);
    const found = await source.db.one(
      `select count(*)::int as n from data.sonarqube_issues where path like 'copied/%'`,
    );
    expect(found).toEqual({ n: 7 });
    await expectNothingMissed(source);
  });

  it('after which housekeeping dropped old closed issues leaves them gone, at no further cost', async () => {
    await begin({ scenario: shop(6_000) });
    analyse();
    await syncWell(source);
    source.clock.advance(10);
    analyse({ version: '3' });
    const dropped = source.server.state.purgeClosedBefore(daysBefore(10));
    expect(dropped).toBeGreaterThan(100);
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(issueCalls(requests)).not.toContain('api/issues/list');
    const gone = await source.db.one(
      `select count(*)::int as n from data.sonarqube_issues where deleted_at is not null`,
    );
    expect(gone).toEqual({ n: dropped });
    await expectNothingMissed(source);
  });

  it('reads the past from the last analysis on, with the gate and its conditions of each', async () => {
    await begin({ scenario: shop(300) });
    const gate = (status: 'OK' | 'ERROR', actual: string) => ({
      status,
      conditions: [{ metric: 'new_violations', comparator: 'GT' as const, threshold: '0', actual, status }],
    });
    analyse({ gate: gate('ERROR', '20') });
    source.clock.advance(10);
    analyse({ version: '3', gate: gate('OK', '0') });
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(requests.filter((call) => call.includes('analysisId'))).toEqual([]);
    const rows = await source.db.query(
      `select a.gate_status, c.actual_value from data.sonarqube_analyses a
         join data.sonarqube_quality_gate_conditions c on c.analysis_id = a.id order by a.analyzed_at`,
    );
    expect(rows).toEqual([
      { gate_status: 'ERROR', actual_value: '20' },
      { gate_status: 'OK', actual_value: '0' },
    ]);
    await expectNothingMissed(source);
  });
});
