import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { Audit } from '../../src/features/ingestion/contract.ts';
import { daysBefore, startSyncedSource, type SyncedSource, syncWell } from './simulated-source.ts';

let source: SyncedSource;
beforeEach(async () => {
  source = await startSyncedSource({ scenario });
  await syncWell(source);
  source.clock.advance(5);
});
afterEach(() => source?.close());

function scenario(state: SimulatorState): void {
  const issues = { count: 60, rules: someRules(6), files: 5, accepted: 0.1 };
  for (const key of ['shop', 'calm']) state.addProject({ key, analyses: [{ at: daysBefore(9), issues }] });
}

const actor = { kind: 'local', userId: null, tokenId: null, name: 'test', role: 'admin' } as const;

/** As the schedule does it when the time has come. */
async function dailyAudit(): Promise<Audit> {
  const before = (await source.room.audits('lab'))[0]?.id ?? 0;
  await source.db.execute('update ingestion.schedules set next_audit_at = now(), audit_time = $1', [source.auditTime]);
  return vi.waitFor(
    async () => {
      const [newest] = await source.room.audits('lab');
      expect(newest?.id ?? 0).toBeGreaterThan(before);
      expect(newest?.finishedAt ?? null).not.toBeNull();
      return source.room.audit((newest as Audit).id);
    },
    { timeout: 60_000, interval: 50 },
  );
}

describe('the daily audit', () => {
  it('asks one count per project and branch, and finds nothing', async () => {
    source.server.journal.clear();
    const audit = await dailyAudit();
    expect(audit).toMatchObject({ status: 'equal', depth: 'counts', requestedBy: 'schedule' });
    expect(source.server.journal.count('api/issues/search')).toBe(2 + 1);
    expect(source.server.journal.count('api/issues/list')).toBe(0);
    const { rows } = await source.room.completeness('lab', { page: 1, pageSize: 50 });
    const issues = rows.filter((row) => row.stream === 'issues');
    expect(issues).toHaveLength(2);
    for (const row of issues) expect(row).toMatchObject({ scopeName: 'main', audit: { id: audit.id, differences: 0 } });
  });

  it('compares every row where counts differ, has it repaired, and keeps what was wrong', async () => {
    const [lost = ''] = source.server.state.issueKeys('shop');
    await source.db.execute('delete from code_quality.findings where source_key = $1', [lost]);
    const audit = await dailyAudit();
    expect(audit.status).toBe('different');
    const wrong = audit.scopes.filter((scope) => scope.differenceCount > 0);
    expect(wrong.map(({ label, method }) => `${label}: ${method}`).sort()).toEqual(
      [expect.stringContaining('shop · main: api/issues/'), 'shop · main: api/issues/search by status'].sort(),
    );
    expect(wrong.flatMap((scope) => scope.differences)).toContainEqual(
      expect.objectContaining({ kind: 'missing', sourceKey: lost }),
    );
    await syncWell(source);
    const repaired = await source.room.audit(audit.id);
    for (const scope of repaired.scopes.filter(({ differenceCount }) => differenceCount > 0))
      expect(scope.repairedAt).not.toBeNull();
    expect(await dailyAudit()).toMatchObject({ status: 'equal' });
  });

  it('on request compares every row, and calls no project different because it was analysed a moment ago', async () => {
    const requested = async (): Promise<Audit> => {
      const { id } = await source.room.startAudit('lab', actor);
      return vi.waitFor(
        async () => {
          const audit = await source.room.audit(id);
          expect(audit.finishedAt).not.toBeNull();
          return audit;
        },
        { timeout: 60_000, interval: 50 },
      );
    };
    source.clock.advance(60);
    const issues = { count: 9, rules: someRules(3), files: 2, root: 'added' };
    source.server.state.addAnalysis('shop', { version: '2', issues });
    const audit = await requested();
    const behind = audit.scopes.filter((scope) => scope.behind);
    expect(audit.status).toBe('equal');
    expect(new Set(behind.map(({ stream }) => stream))).toContain('issues');
    expect(behind.every(({ label }) => label.startsWith('shop'))).toBe(true);
    expect(behind.some(({ differenceCount }) => differenceCount > 0)).toBe(true);
    // Read again, so that the next one has nothing to excuse.
    await syncWell(source);
    const after = await requested();
    expect([after.status, after.scopes.filter((scope) => scope.behind)]).toEqual(['equal', []]);
    // What the store lost is different all the same, beside a project that moved.
    await source.db.execute('delete from code_quality.findings where source_key = $1', [
      source.server.state.issueKeys('calm')[0],
    ]);
    source.clock.advance(60);
    source.server.state.addAnalysis('shop', { version: '3', issues: { ...issues, count: 4, root: 'more' } });
    expect((await requested()).status).toBe('different');
  });

  it('does not call wrong what merely happened since the last sync, and has it read', async () => {
    const [key = ''] = source.server.state.issueKeys('shop');
    source.server.state.falsePositive(key);
    source.clock.advance(2);
    const audit = await dailyAudit();
    expect(audit.status).toBe('equal');
    expect(audit.scopes.filter((scope) => scope.behind)).toMatchObject([{ label: 'shop · main' }]);
    await syncWell(source);
    expect(await dailyAudit()).toMatchObject({ status: 'equal' });
  });
});

it('a hotspot that was reviewed and not analysed again is found by the daily audit', async () => {
  await source.close();
  const hotspots = [
    { file: 'src/a.js', line: 3 },
    { file: 'src/b.js', line: 4 },
  ];
  source = await startSyncedSource({
    profile: '10.7',
    scenario: (state) => void state.addProject({ key: 'shop', analyses: [{ at: daysBefore(9), hotspots }] }),
  });
  await syncWell(source);
  source.clock.advance(5);
  const [first] = source.server.state.scope('shop').hotspots;
  Object.assign(first ?? {}, { status: 'REVIEWED', resolution: 'SAFE' });
  source.server.state.world.version += 1;
  expect(await dailyAudit()).toMatchObject({ status: 'different' });
  await syncWell(source);
  const open = await source.db.one('select count(*)::int as n from data.sonarqube_security_hotspots where is_open');
  expect(open).toEqual({ n: 1 });
});

describe('a blackout window', () => {
  const scheduled = async (): Promise<number> =>
    (
      await source.db.one<{ n: number }>(
        "select count(*)::int as n from ingestion.runs where requested_by = 'schedule'",
      )
    ).n;

  it('holds scheduled runs back until it ends, and lets people sync', async () => {
    source.blackouts.push('Mon-Sun 00:00-24:00 UTC');
    await vi.waitFor(
      async () => {
        const row = await source.db.one<{ until: Date | null }>(
          'select blackout_until as until from ingestion.schedules',
        );
        expect(row.until).not.toBeNull();
      },
      { timeout: 30_000 },
    );
    await source.db.execute('update ingestion.schedules set next_run_at = now()');
    await syncWell(source);
    await vi.waitFor(
      async () => {
        const row = await source.db.one<{ later: boolean }>(
          'select next_run_at > now() as later from ingestion.schedules',
        );
        expect(row.later).toBe(true);
      },
      { timeout: 30_000 },
    );
    expect(await scheduled()).toBe(0);
    source.blackouts.length = 0;
    await source.db.execute('update ingestion.schedules set next_run_at = now()');
    await vi.waitFor(async () => expect(await scheduled()).toBe(1), { timeout: 30_000 });
  });
});
