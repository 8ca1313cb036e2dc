import { describe, expect, it } from 'vitest';
import {
  analysis,
  branch,
  type Listing,
  mainBranch,
  measure,
  metric,
  project,
  rule,
  sharedStore,
} from '../../../test/support/sonarqube-stage.ts';

const start = sharedStore();
const discovery = { phase: 'discovery' } as const;
const counts = { inserted: 0, updated: 0, gone: 0, held: false };

describe('projects, metrics and gates', () => {
  const gate = {
    key: 'Sonar way',
    name: 'Sonar way',
    isDefault: true,
    isBuiltIn: true,
    caycStatus: 'compliant',
    conditions: [{ metric: 'new_coverage', operator: 'LT', threshold: '80' }],
  };
  const listings = (projects: object[]): Listing[] => [
    { stream: 'projects', records: projects },
    { stream: 'metrics', records: [metric('coverage', { type: 'PERCENT' }), metric('ncloc')] },
    { stream: 'quality_gates', records: [gate] },
  ];
  const both = [project({ key: 'a' }), project({ key: 'b' })];

  it('are stored, and a second listing writes nothing', async () => {
    const { stage } = await start();
    const first = await stage.publish(listings(both), discovery);
    expect(first.streams.map(({ stream, stored, inserted }) => [stream, stored, inserted])).toEqual([
      ['projects', 2, 2],
      ['metrics', 2, 2],
      ['quality_gates', 1, 1],
    ]);
    const second = await stage.publish(listings(both), discovery);
    expect(stage.writes()).toEqual({});
    expect(second.streams.every((stream) => stream.inserted + stream.updated + stream.gone === 0)).toBe(true);
    expect(second.changes).toEqual([]);
  });

  it('are not untagged while nobody could read their tags, and keep those that were read last', async () => {
    const { db, stage } = await start();
    const tagged = (records: object[], outcome: NonNullable<Listing['outcome']> = {}): Listing[] => [
      ...listings(both),
      { stream: 'project_tags', scope: '', records, outcome: { sourceCount: null, absenceTrusted: false, ...outcome } },
    ];
    const tags = () =>
      db.query(
        `select source_key as key, tags, tags_unread_since is not null as unread from data.sonarqube_projects where source_key in ('a', 'b') order by 1`,
      );
    await stage.publish(listings(both), discovery);
    expect(await tags()).toMatchObject([
      { key: 'a', unread: true },
      { key: 'b', unread: true },
    ]);
    const all = [
      { key: 'a', tags: ['x', 'y'] },
      { key: 'b', tags: [] },
    ];
    const read = await stage.publish(tagged(all), discovery);
    expect(read.changes).toContainEqual({ kind: 'project_tags', id: expect.any(Number) });
    expect(await tags()).toEqual([
      { key: 'a', tags: ['x', 'y'], unread: false },
      { key: 'b', tags: [], unread: false },
    ]);
    expect((await stage.publish(tagged(all), discovery)).changes).toEqual([]);
    expect(stage.writes()).toEqual({});
    // The list of the first does not come from whom may not browse it: what it had stays, and nobody says that it has none.
    await stage.publish(tagged([{ key: 'b', tags: ['z'] }]), discovery);
    expect(await tags()).toEqual([
      { key: 'a', tags: ['x', 'y'], unread: true },
      { key: 'b', tags: ['z'], unread: false },
    ]);
    // What was staged before the list was closed is no answer.
    await stage.publish(tagged(all, { outcome: 'unavailable', code: 'invalid_permissions' }), discovery);
    expect(await tags()).toEqual([
      { key: 'a', tags: ['x', 'y'], unread: true },
      { key: 'b', tags: ['z'], unread: true },
    ]);
    // A reading that did not ask for them says nothing.
    await stage.publish(tagged(all), discovery);
    await stage.publish(listings(both), discovery);
    expect(await tags()).toMatchObject([{ unread: false }, { unread: false }]);
  });

  it('that are missing from a trusted listing are gone and come back, their rows stay', async () => {
    const { db, stage } = await start();
    await stage.publish(listings(both), discovery);
    const without = await stage.publish(listings(both.slice(1)), discovery);
    expect(without.streams[0]).toMatchObject({ stored: 1, gone: 1 });
    const gone = `select deleted_at is not null as gone from code_quality.projects where source_key in ('a', 'b') order by source_key`;
    expect(await db.query(gone)).toEqual([{ gone: true }, { gone: false }]);
    await stage.publish(listings(both), discovery);
    expect(await db.query(gone)).toEqual([{ gone: false }, { gone: false }]);
  });

  it('that are named otherwise, went or came back are told of once they have analyses, for whoever judged by them', async () => {
    const { stage } = await start();
    const first: Listing[] = [
      { stream: 'branches', records: [branch()] },
      { stream: 'analyses', scope: mainBranch, records: [analysis({ key: 'one', revision: 'a'.repeat(40) })] },
    ];
    await stage.publish(first);
    const renamedTo = (name: string) => stage.publish(listings([project({ key: 'shop', name })]), discovery);
    expect((await renamedTo('Shop 2')).changes).toMatchObject([{ kind: 'analyses_of_project' }]);
    expect((await renamedTo('Shop 2')).changes).toEqual([]);
    const other = listings([project({ key: 'other' })]);
    expect((await stage.publish(other, discovery)).changes).toContainEqual({ kind: 'analyses_of_project', id: 1 });
    expect((await renamedTo('Shop 2')).changes).toContainEqual({ kind: 'analyses_of_project', id: 1 });
    const switched = await stage.publish([{ stream: 'branches', records: [branch({ isMain: false })] }]);
    expect(switched.changes).toContainEqual(expect.objectContaining({ kind: 'analyses_of_project' }));
    const again = await stage.publish([{ stream: 'branches', records: [branch({ isMain: false })] }]);
    expect(again.changes).toEqual([]);
  });

  it('are not gone when the listing is not trusted or not proven', async () => {
    const { stage } = await start();
    await stage.publish(listings(both), discovery);
    for (const outcome of [{ absenceTrusted: false }, { proof: 'unproven' } as const]) {
      await stage.publish([{ stream: 'projects', records: [], outcome }], discovery);
      expect(stage.writes()).toEqual({});
    }
  });

  it('of another integration are left alone', async () => {
    const { db, stage } = await start();
    await stage.publish(listings(both), discovery);
    await stage.publish(listings([project({ key: 'a' })]), { ...discovery, integrationId: 2 });
    expect(await db.query('select count(*) as n from code_quality.projects where deleted_at is null')).toEqual([
      { n: 3 },
    ]);
  });
});

describe('branches and pull requests', () => {
  it('may have the same name, and a renamed branch stays the same', async () => {
    const { db, stage } = await start();
    const pullRequest = branch({ key: 'pull_request:102', kind: 'pull_request', name: '102', isMain: false });
    const named = (name: string) => branch({ key: 'branch:other', name, isMain: false });
    await stage.publish([{ stream: 'branches', records: [branch(), pullRequest, named('102')] }]);
    const { id } = await db.one<{ id: number }>(
      "select id from data.sonarqube_branches where source_key = 'branch:other'",
    );
    await stage.publish([{ stream: 'branches', records: [branch(), pullRequest, named('release')] }]);
    expect(await db.one('select name from data.sonarqube_branches where id = $1', [id])).toEqual({ name: 'release' });
    await stage.publish([{ stream: 'branches', records: [branch(), pullRequest, named('release')] }]);
    expect(stage.writes()).toEqual({});
  });
});

describe('analyses', () => {
  const condition = {
    metric: 'new_violations',
    operator: 'GT',
    threshold: '0',
    actualValue: '2',
    status: 'ERROR',
  } as const;
  const rows = `select source_key, gate_status, gate_evaluated, warnings, detail,
                       (select array_agg(c.status order by c.id) from code_quality.gate_conditions c where c.analysis_id = a.id) as conditions
                  from code_quality.analyses a order by analyzed_at`;

  it('count as stored what the listing names, however many were kept before', async () => {
    const { stage } = await start();
    const at = (day: number) => ({ analyzedAt: `2026-01-1${day}T08:00:00.000Z` });
    const published = [];
    for (const day of [1, 2, 3]) {
      const records = [analysis({ key: `k${day}`, ...at(day) })];
      published.push((await stage.publish([{ stream: 'analyses', records }])).streams[0]);
    }
    expect(published.map((stream) => stream?.stored)).toEqual([1, 1, 1]);
    const history = [analysis({ key: 'k2', ...at(2) }), analysis({ key: 'k0', ...at(0) })];
    const summary = await stage.publish([{ stream: 'analysis_history', records: history }], { phase: 'history' });
    expect(summary.streams[0]).toMatchObject({ stored: 2, inserted: 1, updated: 0 });
  });

  it('keep the conditions of their gate, and whether it evaluated anything', async () => {
    const { db, stage } = await start();
    const none = { ...condition, actualValue: null, status: 'NO_VALUE' } as const;
    const base = "Could not find ref 'ghost' in refs/heads";
    const records = [
      analysis({
        key: 'failed',
        analyzedAt: '2026-01-11T00:00:00.000Z',
        gateStatus: 'ERROR',
        conditions: [condition, none],
      }),
      analysis({ key: 'empty', analyzedAt: '2026-01-12T00:00:00.000Z', conditions: [] }),
      analysis({ key: 'no-value', analyzedAt: '2026-01-13T00:00:00.000Z', conditions: [none] }),
      analysis({ key: 'no-base', analyzedAt: '2026-01-14T00:00:00.000Z', warnings: [base] }),
      analysis({ key: 'unknown', analyzedAt: '2026-01-15T00:00:00.000Z', conditions: null, gateStatus: null }),
    ];
    await stage.publish([{ stream: 'analysis_history', records }], { phase: 'history' });
    expect(await db.query(rows)).toEqual([
      {
        source_key: 'failed',
        gate_status: 'ERROR',
        gate_evaluated: true,
        warnings: [],
        detail: 1,
        conditions: ['ERROR', 'NO_VALUE'],
      },
      { source_key: 'empty', gate_status: 'OK', gate_evaluated: false, warnings: [], detail: 1, conditions: null },
      {
        source_key: 'no-value',
        gate_status: 'OK',
        gate_evaluated: false,
        warnings: [],
        detail: 1,
        conditions: ['NO_VALUE'],
      },
      {
        source_key: 'no-base',
        gate_status: 'OK',
        gate_evaluated: false,
        warnings: [base],
        detail: 1,
        conditions: ['OK'],
      },
      { source_key: 'unknown', gate_status: null, gate_evaluated: null, warnings: [], detail: 1, conditions: null },
    ]);
    await stage.publish([{ stream: 'analysis_history', records }], { phase: 'history' });
    expect(stage.writes()).toEqual({});
  });

  it('read as the newest say more than history does later', async () => {
    const { db, stage } = await start();
    const newest = analysis({ key: 'k', revision: 'abc', gateStatus: 'ERROR', conditions: [condition] });
    await stage.publish([{ stream: 'analyses', records: [newest] }]);
    const later = { ...newest, conditions: null, gateStatus: null };
    await stage.publish([{ stream: 'analysis_history', records: [later] }], { phase: 'history' });
    expect(stage.writes()).toEqual({});
    await stage.publish([
      { stream: 'analyses', records: [{ ...newest, gateStatus: 'OK', conditions: [{ ...condition, status: 'OK' }] }] },
    ]);
    expect(await db.query(rows)).toMatchObject([{ gate_status: 'OK', conditions: ['OK'] }]);
    const { moved } = await db.one<{ moved: boolean }>(
      'select changed_at > analyzed_at as moved from code_quality.analyses',
    );
    expect(moved).toBe(true);
  });

  it('of a pull request dated alone become one when history names the date again', async () => {
    const { stage } = await start();
    const dated = analysis({ key: 'at:2026-01-11T00:00:00.000Z', analyzedAt: '2026-01-11T00:00:00.000Z' });
    await stage.publish([{ stream: 'analyses', records: [dated] }]);
    const summary = await stage.publish([{ stream: 'analysis_history', records: [dated] }], { phase: 'history' });
    expect(summary.streams[0]).toMatchObject({ ...counts, stored: 1 });
  });
});

describe('measures', () => {
  const current = `select metric_key, value, numeric_value from data.sonarqube_project_metrics where date is null order by metric_key`;

  it('are stored as text and number; one without a value is no data, not zero', async () => {
    const { db, stage } = await start();
    const records = [measure('coverage', '83.4'), measure('alert_status', 'OK'), measure('ncloc', '1200')];
    const first = await stage.publish([{ stream: 'measures', records }]);
    expect(first.streams[0]).toMatchObject({ stored: 3, inserted: 3 });
    await stage.publish([{ stream: 'measures', records }]);
    expect(stage.writes()).toEqual({});
    const second = await stage.publish([
      { stream: 'measures', records: [measure('coverage', '84'), records[1] as object] },
    ]);
    expect(second.streams[0]).toMatchObject({ stored: 2, inserted: 0, updated: 1, gone: 1 });
    expect(await db.query(current)).toEqual([
      { metric_key: 'alert_status', value: 'OK', numeric_value: null },
      { metric_key: 'coverage', value: '84', numeric_value: 84 },
    ]);
  });

  it('changed by hand are put right when hashes are not trusted', async () => {
    const { db, stage } = await start();
    const listing: Listing = {
      stream: 'measures',
      records: [measure('coverage', '83.4'), measure('new_bugs', '1', { isNewCode: true })],
    };
    await stage.publish([listing]);
    await db.execute("update code_quality.measures set value = '99'");
    await stage.publish([listing], { trustHashes: false });
    expect((await db.query<{ value: string }>(current)).map((row) => row.value)).toEqual(['83.4', '1']);
    await stage.publish([listing], { trustHashes: false });
    expect(stage.writes()).toEqual({});
  });

  it('that are not a whole listing take nothing away', async () => {
    const { stage } = await start();
    await stage.publish([{ stream: 'measures', records: [measure('coverage', '1'), measure('ncloc', '2')] }]);
    for (const outcome of [{ absenceTrusted: false }, { proof: 'unproven' }, { outcome: 'unavailable' }] as const) {
      await stage.publish([{ stream: 'measures', records: [], outcome }]);
      expect(stage.writes()).toEqual({});
    }
  });

  it('of new code, of which servers keep no history, are noted with their analysis, once each', async () => {
    const { db, stage } = await start();
    const read = async (analyzedAt: string, value: string) => {
      await stage.publish([
        { stream: 'branches', records: [branch({ analyzedAt })] },
        { stream: 'measures', records: [measure('new_coverage', value, { isNewCode: true }), measure('ncloc', '5')] },
      ]);
    };
    await read('2026-01-11T00:00:00.000Z', '70');
    await read('2026-01-11T00:00:00.000Z', '70');
    expect(stage.writes()).toEqual({});
    await read('2026-01-11T00:00:00.000Z', '71');
    await read('2026-01-12T00:00:00.000Z', '71');
    expect(
      await db.query(
        "select metric, to_char(analyzed_at at time zone 'UTC', 'DD') as day, value from shared.new_code_values where analyzed_at >= '2026-01-11' order by analyzed_at",
      ),
    ).toEqual([
      { metric: 'new_coverage', day: '11', value: 71 },
      { metric: 'new_coverage', day: '12', value: 71 },
    ]);
  });

  it('of the past are kept apart from the current ones and when the server drops them', async () => {
    const { db, stage } = await start();
    const at = (day: number, value: string) => ({ metric: 'coverage', at: `2026-01-1${day}T00:00:00.000Z`, value });
    await stage.publish([{ stream: 'measures', records: [measure('coverage', '70')] }]);
    const history = { phase: 'history' } as const;
    await stage.publish([{ stream: 'measure_history', records: [at(1, '50'), at(2, '60')] }], history);
    const second = await stage.publish([{ stream: 'measure_history', records: [at(2, '60'), at(3, '70')] }], history);
    expect(second.streams[0]).toMatchObject({ stored: 2, inserted: 1, updated: 0 });
    const { n } = await db.one<{ n: number }>('select count(*) as n from code_quality.measures');
    expect(n).toBe(4);
  });
});

describe('rules', () => {
  it('fill in what a finding knew by key alone, and stay when no finding uses them', async () => {
    const { db, stage } = await start();
    const records = [rule({ key: 'javascript:S1', cwe: ['CWE-79'], tags: ['cwe'] })];
    await stage.publish([{ stream: 'rules', records }]);
    await stage.publish([{ stream: 'rules', records: [] }]);
    expect(stage.writes()).toEqual({});
    expect(await db.query('select source_key, cwe from data.sonarqube_rules')).toEqual([
      { source_key: 'javascript:S1', cwe: ['CWE-79'] },
    ]);
  });
});

it('a scope nobody knows is not published', async () => {
  const { stage } = await start();
  const summary = await stage.publish([
    { stream: 'measures', scope: `${mainBranch}-other`, records: [measure('ncloc', '1')] },
  ]);
  expect(summary.streams).toEqual([]);
});
