import { describe, expect, it } from 'vitest';
import {
  analysis,
  branch,
  hotspot,
  issue,
  type Listing,
  mainBranch,
  sharedStore,
} from '../../../../test/support/sonarqube-stage.ts';
import { sourceColumns } from './staged-findings.ts';

const start = sharedStore();

const records = [
  issue({ key: 'a', tags: ['cwe', 'x'], assignee: 'bob' }),
  issue({ key: 'b', path: 'src/b.js', component: 'shop:src/b.js' }),
  issue({ key: 'c' }),
  issue({ key: 'd' }),
];
const listings: Listing[] = [
  { stream: 'issues', records },
  { stream: 'hotspots', records: [hotspot({ key: 'h' })] },
];

describe('an audit', () => {
  it('finds nothing where nothing differs, and counts what is kept of what the server dropped', async () => {
    const { stage } = await start();
    await stage.publish([{ stream: 'issues', records: [...records, issue({ key: 'old' })] }]);
    await stage.publish(listings);
    expect(await stage.compare(listings)).toEqual([
      {
        stream: 'issues',
        scope: mainBranch,
        label: 'shop · main',
        source: 4,
        stored: 4,
        retained: 1,
        differences: [],
        behind: false,
      },
      {
        stream: 'hotspots',
        scope: mainBranch,
        label: 'shop · main',
        source: 1,
        stored: 1,
        retained: 0,
        differences: [],
        behind: false,
      },
    ]);
    expect(stage.writes()).toEqual({});
  });

  it('names a row deleted, one invented, a status and a severity changed, and the next publish repairs them', async () => {
    const { db, stage } = await start();
    await stage.publish(listings);
    await db.execute("delete from code_quality.findings where source_key = 'a'");
    await db.execute("update code_quality.findings set issue_status = 'ACCEPTED' where source_key = 'b'");
    await db.execute("update code_quality.findings set severity = 'INFO' where source_key = 'c'");
    const columns = `integration_id, project_id, branch_id, opened_at, updated_at, period_from, row_hash, kind, class, axis, raw_level, state,
       counted_state, asset_type, message, status`;
    await db.execute(
      `insert into code_quality.findings (source_key, ${columns}) select 'ghost', ${columns} from code_quality.findings where source_key = 'd'`,
    );
    const place = { stream: 'issues', scope: mainBranch };
    const [found] = await stage.compare(listings);
    expect(found).toMatchObject({ source: 4, stored: 4 });
    expect(found?.differences).toEqual([
      { ...place, sourceKey: 'a', kind: 'missing', fields: [] },
      {
        ...place,
        sourceKey: 'b',
        kind: 'changed',
        fields: [{ name: 'issue_status', stored: 'ACCEPTED', source: 'OPEN' }],
      },
      { ...place, sourceKey: 'c', kind: 'changed', fields: [{ name: 'severity', stored: 'INFO', source: 'CRITICAL' }] },
      { ...place, sourceKey: 'ghost', kind: 'invented', fields: [] },
    ]);
    const repaired = await stage.publish(listings, { trustHashes: false });
    expect(repaired.streams[0]).toMatchObject({ stored: 4, inserted: 1, updated: 2, gone: 1 });
    const clean = await stage.compare(listings);
    expect(clean.map((comparison) => comparison.differences)).toEqual([[], []]);
    await stage.publish(listings, { trustHashes: false });
    expect(stage.writes()).toEqual({});
    expect(await db.query('select 1 from code_quality.finding_past_periods')).toEqual([]);
  });

  it('names what stands behind an id', async () => {
    const { db, stage } = await start();
    await stage.publish(listings);
    await db.execute(
      `update code_quality.findings set path_id = (select path_id from code_quality.findings where source_key = 'b'), tag_ids = '{}', assignee_id = null
        where source_key = 'a'`,
    );
    const [found] = await stage.compare(listings);
    expect(found?.differences[0]?.fields).toEqual([
      { name: 'path', stored: 'src/b.js', source: 'src/a.js' },
      { name: 'assignee', stored: null, source: 'bob' },
      { name: 'tags', stored: '[]', source: '["cwe","x"]' },
    ]);
  });

  it('finds a change of any one stored column, although the hash is the same', async () => {
    const { db, stage } = await start();
    const changes: Record<string, string> = {
      text: "'other'",
      integer: '-7',
      bigint: '-7',
      timestamptz: "'2020-01-01'",
      'integer[]': "'{99}'",
      class: "'bug'",
      axis: "'impact'",
      state: "'other'",
      asset_type: "'iac_file'",
    };
    const columns = sourceColumns.filter(([name]) => name !== 'branch_id' && name !== 'kind');
    // What only a hotspot has is carried along on the issue it becomes.
    const ofHotspots = columns.filter(([name]) => ['security_category', 'vulnerability_probability'].includes(name));
    const ofIssues = columns.filter((column) => !ofHotspots.includes(column));
    const all: Listing[] = [
      { stream: 'issues', records: ofIssues.map(([name]) => issue({ key: name })) },
      { stream: 'hotspots', records: ofHotspots.map(([name]) => hotspot({ key: name })) },
    ];
    await stage.publish(all);
    for (const [name, type] of columns)
      await db.execute(
        `update code_quality.findings set ${name} = ${changes[name] ?? changes[type]} where source_key = '${name}'`,
      );
    const differences = (await stage.compare(all)).flatMap((comparison) => comparison.differences);
    const found = differences.map(({ sourceKey, kind, fields }) => [sourceKey, kind, fields.length]);
    expect(found.toSorted()).toEqual(columns.map(([name]) => [name, 'changed', 1]).toSorted());
    await stage.publish(all, { trustHashes: false });
    expect(stage.writes()).toMatchObject({ findings: columns.length });
    expect((await stage.compare(all)).flatMap((comparison) => comparison.differences)).toEqual([]);
  });

  it('names everything of a branch or project the store has never seen', async () => {
    const { stage } = await start();
    const [unknown] = await stage.compare([{ stream: 'issues', scope: 'branch:new', records }]);
    expect(unknown).toMatchObject({ source: 4, stored: 0, retained: 0 });
    expect(unknown?.differences.map((difference) => difference.kind)).toEqual(Array(4).fill('missing'));
    const [project] = await stage.compare([{ stream: 'issues', records }], { project: 'new' });
    expect(project?.differences).toHaveLength(4);
  });

  it('compares each branch with its own listing', async () => {
    const { stage } = await start();
    const other = branch({ key: 'branch:other', name: 'other', isMain: false });
    const both: Listing[] = [
      { stream: 'issues', records },
      { stream: 'issues', scope: 'branch:other', records: [issue({ key: 'o' })] },
    ];
    await stage.publish([{ stream: 'branches', records: [branch(), other] }, ...both]);
    expect(
      (await stage.compare(both)).map(({ label, source, stored, differences }) => [label, source, stored, differences]),
    ).toEqual([
      ['shop · main', 4, 4, []],
      ['shop · other', 1, 1, []],
    ]);
  });

  it('names a branch and the gate of its newest analysis changed by hand, and the next publish repairs them', async () => {
    const { db, stage } = await start();
    const condition = {
      metric: 'coverage',
      operator: 'LT',
      threshold: '80',
      actualValue: '50',
      status: 'ERROR',
    } as const;
    const small: Listing[] = [
      { stream: 'branches', records: [branch(), branch({ key: 'branch:b', name: 'b', isMain: false })] },
      {
        stream: 'analyses',
        records: [analysis({ key: 'k', conditions: [condition, { ...condition, metric: 'bugs' }], warnings: ['w'] })],
      },
    ];
    await stage.publish([{ stream: 'branches', records: [branch({ key: 'branch:old', name: 'old', isMain: false })] }]);
    await stage.publish([{ stream: 'analyses', records: [analysis({ key: 'older' })] }]);
    await stage.publish(small);
    const equal = await stage.compare(small);
    expect(
      equal.map(({ stream, source, stored, retained, differences }) => [stream, source, stored, retained, differences]),
    ).toEqual([
      ['branches', 2, 2, 1, []],
      ['analyses', 1, 1, 0, []],
    ]);
    await db.execute(
      "update code_quality.branches set gate_status = 'ERROR', name = 'x' where source_key = 'branch:b'",
    );
    await db.execute(
      "update code_quality.gate_conditions set actual_value = '99' where metric_id = (select id from code_quality.metrics where source_key = 'coverage')",
    );
    await db.execute("update code_quality.analyses set revision = 'abc' where source_key = 'k'");
    const [branches, analyses] = await stage.compare(small);
    expect(branches?.differences).toMatchObject([
      {
        sourceKey: 'branch:b',
        kind: 'changed',
        fields: [{ name: 'name', stored: 'x', source: 'b' }, { name: 'gate_status' }],
      },
    ]);
    expect(analyses?.differences[0]).toMatchObject({
      sourceKey: 'k',
      fields: [
        { name: 'revision', stored: 'abc', source: null },
        { name: 'conditions', source: '["bugs LT 80 50 ERROR","coverage LT 80 50 ERROR"]' },
      ],
    });
    const repair = async (): Promise<void> => {
      await stage.publish(small, { trustHashes: false });
      expect((await stage.compare(small)).flatMap((comparison) => comparison.differences)).toEqual([]);
      await stage.publish(small, { trustHashes: false });
      expect(stage.writes()).toEqual({});
    };
    await repair();
    await db.execute('delete from code_quality.gate_conditions');
    expect((await stage.compare(small))[1]?.differences).toMatchObject([
      { fields: [{ name: 'conditions', stored: null }] },
    ]);
    await repair();
  });

  it('of the project list names projects missing and invented', async () => {
    const { stage } = await start();
    const [projects] = await stage.compare([{ stream: 'projects', records: [] }], { phase: 'discovery' });
    expect(projects).toMatchObject({ source: 0, stored: 1, differences: [{ sourceKey: 'shop', kind: 'invented' }] });
  });
});

describe('finding a thing', () => {
  it('tells where an issue, hotspot, project or commit is stored and which run wrote it', async () => {
    const { stage } = await start();
    await stage.publish(listings);
    const revision = '8342643a1b2c3d4e5f60718293a4b5c6d7e8f901';
    await stage.publish([
      {
        stream: 'analyses',
        records: [
          {
            key: 'k',
            analyzedAt: '2026-01-10T08:00:00.000Z',
            revision,
            projectVersion: null,
            buildString: null,
            detectedCi: null,
            gateStatus: 'OK',
            ignoredConditions: null,
            conditions: null,
            warnings: [],
          },
        ],
      },
    ]);
    const found = async (text: string) =>
      (await stage.locate(text)).map(({ kind, label, runId }) => [kind, label, runId]);
    expect(await found('a')).toEqual([['issue', 'Do not do this.', 3]]);
    expect(await found('h')).toEqual([['hotspot', 'Look at this.', 3]]);
    expect(await found('shop')).toEqual([['project', 'shop', 1]]);
    expect(await found(revision)).toEqual([['commit', revision, 4]]);
    expect(await found(revision.slice(0, 7))).toHaveLength(1);
    for (const text of [revision.slice(0, 6), '%', 'A', '']) expect(await found(text)).toEqual([]);
  });
});
