import { afterEach, describe, expect, test } from 'vitest';
import type { Simulator, SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { failedGate, small, someRules, twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import type { Outbound } from '../../src/platform/outbound/types.ts';
import { createFetchOutbound } from './fetch-outbound.ts';
import { createSimulators } from './simulators.ts';
import {
  completionOf,
  contextOf,
  keysOf,
  readSlice,
  recordsOf,
  requestOf,
  type Stage,
  unavailableStreams,
} from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

function read(
  server: Simulator,
  token: string,
  more: {
    phase: 'discovery' | 'current' | 'history';
    slice: string;
    settings?: object;
    cursors?: Record<string, string>;
  },
): Promise<Stage> {
  const { phase, slice, settings = {}, cursors = {} } = more;
  return readSlice({ url: server.url, token, settings: { ...settings } }, requestOf(phase, slice, { cursors }));
}

const discover = (
  server: Simulator,
  token: string,
  more: { settings?: object; cursors?: Record<string, string> } = {},
) => read(server, token, { phase: 'discovery', slice: 'discovery', ...more });

function slicesOf(stage: Stage): Record<string, { version: string | null; touchedAt: string | null }> {
  return Object.fromEntries(
    stage.events.flatMap((event) =>
      event.type === 'slice' ? [[event.slice, { version: event.version, touchedAt: event.touchedAt }]] : [],
    ),
  );
}

function cursorOf(stage: Stage): string {
  const cursor = stage.events.find((event) => event.type === 'cursor' && event.name === 'changes');
  return cursor?.type === 'cursor' ? cursor.value : '';
}

describe('discovery', () => {
  test('an idle small server costs at most 8 calls, catalogues included', async () => {
    const server = await simulators.start('26.9', small);
    const first = await discover(server, server.tokens.admin);
    server.journal.clear();
    const second = await discover(server, server.tokens.admin, { cursors: { changes: cursorOf(first) } });
    expect(server.journal.count()).toBeLessThanOrEqual(9);
    expect(slicesOf(second)).toEqual(slicesOf(first));
    expect(cursorOf(second)).toBe(cursorOf(first));
    expect(keysOf(second, 'projects')).toEqual(['billing', 'never-analysed', 'search', 'shop']);
    expect(completionOf(second, 'projects')).toMatchObject({
      sourceCount: 4,
      proof: 'counts_equal',
      absenceTrusted: true,
    });
    expect(recordsOf(second, 'metrics').length).toBeGreaterThan(50);
    expect(recordsOf(second, 'quality_gates').length).toBeGreaterThan(0);
    expect(second.events.some((event) => event.type === 'identity')).toBe(true);
  });

  test('an issue accepted by hand moves its project and no other', async () => {
    const server = await simulators.start('26.9', small);
    const first = await discover(server, server.tokens.admin);
    server.state.accept(server.state.issueKeys('billing')[7] ?? '');
    const second = await discover(server, server.tokens.admin, { cursors: { changes: cursorOf(first) } });
    const [before, after] = [slicesOf(first), slicesOf(second)];
    expect(after['project:billing']?.touchedAt).not.toBe(before['project:billing']?.touchedAt);
    expect(after['project:billing']?.version).toBe(before['project:billing']?.version);
    expect(after['project:shop']).toEqual(before['project:shop']);
    expect(cursorOf(second) > cursorOf(first)).toBe(true);
  });

  test('a change of this minute may still be joined by others of its time: the next reading goes a minute back', async () => {
    const server = await simulators.start('26.9', small);
    server.state.accept(server.state.issueKeys('billing')[7] ?? '');
    const stage = await discover(server, server.tokens.admin);
    const touched = slicesOf(stage)['project:billing']?.touchedAt ?? '';
    const back = Date.parse(touched) - Date.parse(cursorOf(stage));
    expect(back).toBeGreaterThan(50_000);
    expect(back).toBeLessThanOrEqual(61_000);
  });

  test('the feed is read back to the last cursor and no further', async () => {
    const server = await simulators.start('26.9', (state) => {
      for (const [at, key] of ['old', 'middle', 'new'].entries()) {
        const plan = { count: 900, rules: someRules(3) };
        state.addProject({ key, analyses: [{ at: new Date(Date.UTC(2026, 5, 1 + at)), issues: plan }] });
      }
    });
    const pages = async (changes: string): Promise<number> => {
      server.journal.clear();
      await discover(server, server.tokens.admin, { cursors: { changes } });
      return server.journal.count('api/issues/search');
    };
    // 900 issues share each date: what lies at the cursor itself is not read through again.
    expect(await pages('2026-06-03T00:00:00.000Z')).toBe(1);
    expect(await pages('2026-06-02T00:00:00.000Z')).toBe(2);
    expect(await pages('2026-06-01T00:00:00.000Z')).toBe(4);
    expect(await pages('2026-07-01T00:00:00.000Z')).toBe(1);
  });

  test('a token that is no administrator’s lists what it may browse; what it leaves out is not believed gone', async () => {
    const server = await simulators.start('26.9', (state) => {
      small(state);
      state.addProject({ key: 'secret', visibility: 'private', analyses: [{ issues: { count: 3 } }] });
    });
    const stage = await discover(server, server.tokens.browse);
    expect(keysOf(stage, 'projects')).not.toContain('secret');
    expect(completionOf(stage, 'projects')).toMatchObject({
      method: 'api/components/search_projects',
      absenceTrusted: false,
    });
  });

  test('tags come for an administrator, too, with a call per 500 projects, and of no project that may not be browsed', async () => {
    const server = await simulators.start('26.9', (state) => {
      for (let n = 0; n < 510; n += 1) state.addProject({ key: `p${n}`, tags: n === 3 ? ['pay', 'core'] : [] });
      state.addProject({ key: 'secret', visibility: 'private', tags: ['pay'] });
      state.addUser({ login: 'root', permissions: ['admin'] });
    });
    const root = server.state.addToken({ kind: 'squ', login: 'root' });
    const stage = await discover(server, root);
    const tags = new Map(recordsOf(stage, 'project_tags').map((one) => [one['key'], one['tags']]));
    expect([tags.size, tags.get('p3'), tags.get('p4')]).toEqual([510, ['core', 'pay'], []]);
    expect(keysOf(stage, 'projects')).toContain('secret');
    expect(tags.has('secret')).toBe(false);
    expect(server.journal.count('api/components/search_projects')).toBe(2);
    server.journal.clear();
    const browsing = await discover(server, server.tokens.browse);
    expect(recordsOf(browsing, 'project_tags')).toHaveLength(510);
    expect(server.journal.count('api/components/search_projects')).toBe(2);
  });

  test('tags are listed again after an hour, or when there are other projects', async () => {
    const server = await simulators.start('26.9', small);
    const at = Date.parse('2026-11-01T10:00:00Z');
    let cursors: Record<string, string> = {};
    const listed = async (minutes: number): Promise<number> => {
      server.journal.clear();
      const now = (): Date => new Date(at + minutes * 60_000);
      const stored = { bookmark: async () => null, counts: async () => ({}), rows: async function* () {} };
      const more = { cursors, stored };
      const { events } = await readSlice(
        { url: server.url, token: server.tokens.admin, now },
        requestOf('discovery', 'discovery', more),
      );
      for (const event of events) if (event.type === 'cursor') cursors = { ...cursors, [event.name]: event.value };
      return server.journal.count('api/components/search_projects');
    };
    expect(await listed(0)).toBe(1);
    expect(await listed(59)).toBe(0);
    server.state.addProject({ key: 'another', tags: ['pay'] });
    expect(await listed(59)).toBe(1);
    expect(await listed(118)).toBe(0);
    expect(await listed(119)).toBe(1);
  });

  test('tags that may not be listed are unread, and the projects are there all the same', async () => {
    const refused = '{"errors":[{"msg":"Insufficient privileges"}]}';
    for (const profile of ['26.9', '10.7', '9.9', 'cloud'] as const) {
      const server = await simulators.start(profile, profile === 'cloud' ? twoOrganizations : small);
      const read = await discover(server, server.tokens.admin);
      expect(unavailableStreams(read)).toEqual([]);
      expect(recordsOf(read, 'project_tags')).toHaveLength(keysOf(read, 'projects').length);
      server.faults.add({
        match: { path: 'api/components/search_projects' },
        kind: { type: 'status', status: 403, contentType: 'application/json', body: refused },
        times: Number.POSITIVE_INFINITY,
      });
      const stage = await discover(server, server.tokens.admin);
      expect([profile, unavailableStreams(stage)]).toEqual([profile, ['project_tags: invalid_permissions']]);
      expect(keysOf(stage, 'projects')).toEqual(keysOf(read, 'projects'));
    }
  });

  test('a project analysis token lists its own project, and no total that it does not mean', async () => {
    const server = await simulators.start('26.9', small);
    const token = server.state.addToken({ kind: 'sqp', projectKey: 'shop' });
    const stage = await discover(server, token);
    expect(keysOf(stage, 'projects')).toEqual(['shop']);
    expect(completionOf(stage, 'projects')).toMatchObject({ sourceCount: null, absenceTrusted: false });
  });

  test('named projects only, by their exact keys', async () => {
    const server = await simulators.start('26.9', small);
    const stage = await discover(server, server.tokens.admin, { settings: { projectKeys: 'shop,\nSEARCH' } });
    expect(keysOf(stage, 'projects')).toEqual(['shop']);
    expect(Object.keys(slicesOf(stage))).toEqual(['project:shop']);
    expect(completionOf(stage, 'projects').absenceTrusted).toBe(false);
  });

  test('Cloud reads every organization of the user, or the named ones', async () => {
    const server = await simulators.start('cloud', twoOrganizations);
    const all = await discover(server, server.tokens.admin);
    expect(keysOf(all, 'projects')).toEqual(['acme_api', 'acme_web', 'globex_api', 'globex_web']);
    expect(new Set(recordsOf(all, 'projects').map((project) => project['organization']))).toEqual(
      new Set(['acme', 'globex']),
    );
    const one = await discover(server, server.tokens.admin, { settings: { organization: ['globex'] } });
    expect(keysOf(one, 'projects')).toEqual(['globex_api', 'globex_web']);
    await expect(discover(server, server.tokens.stranger)).rejects.toMatchObject({ code: 'no_resources' });
  });

  test('9.9 is read with Basic, without a call refused', async () => {
    const server = await simulators.start('9.9', small);
    const stage = await discover(server, server.tokens.admin);
    expect(keysOf(stage, 'projects')).toHaveLength(4);
    expect(server.journal.entries.filter((entry) => entry.status === 401)).toEqual([]);
    expect(unavailableStreams(stage)).toEqual([]);
  });
});

function shop(state: SimulatorState): void {
  const rules = someRules(8);
  const gate = {
    status: 'OK' as const,
    ignoredConditions: true,
    conditions: [
      { metric: 'new_coverage', comparator: 'LT' as const, threshold: '80', actual: '33.3', status: 'OK' as const },
    ],
  };
  state.addProject({
    key: 'shop',
    analyses: [{ version: '1', revision: 'a'.repeat(40), issues: { count: 60, rules }, gate: failedGate(60) }],
  });
  state.addBranch('shop', { name: '102', analyses: [{ issues: { count: 9, rules } }] });
  state.addBranch('shop', { name: 'empty' });
  state.addPullRequest('shop', {
    key: '102',
    branch: 'feature/bad',
    analyses: [{ issues: { count: 6, rules }, gate: failedGate(6) }],
  });
  state.addPullRequest('shop', {
    key: '103',
    branch: 'fix',
    target: 'gone',
    analyses: [{ gate, warnings: ['Could not find ref <b>gone</b> in refs/heads'] }],
  });
}

describe('branches and pull requests', () => {
  test('are kept apart, also when they have the same name', async () => {
    const server = await simulators.start('26.9-developer', shop);
    const stage = await read(server, server.tokens.browse, { phase: 'current', slice: 'project:shop' });
    const branches = recordsOf(stage, 'branches');
    expect(branches.map((branch) => [branch['kind'], branch['name'], branch['isMain']])).toEqual([
      ['branch', 'main', true],
      ['branch', '102', false],
      ['branch', 'empty', false],
      ['pull_request', '102', false],
      ['pull_request', '103', false],
    ]);
    const scope = (name: string): string =>
      String(branches.find((branch) => branch['kind'] === 'branch' && branch['name'] === name)?.['key']);
    expect(keysOf(stage, 'issues', scope('main'))).toEqual(server.state.issueKeys('shop').sort());
    expect(keysOf(stage, 'issues', scope('102'))).toEqual(server.state.issueKeys('shop', { branch: '102' }).sort());
    expect(keysOf(stage, 'issues', 'pull_request:102')).toEqual(
      server.state.issueKeys('shop', { pullRequest: '102' }).sort(),
    );
    const scopes = new Set(
      stage.events.flatMap((event) => (event.type === 'complete' && event.stream === 'issues' ? [event.scope] : [])),
    );
    expect(scopes.has(scope('empty'))).toBe(false);
    expect(scopes.size).toBe(4);
    for (const one of scopes)
      expect(completionOf(stage, 'issues', one)).toMatchObject({ proof: 'counts_equal', absenceTrusted: true });
  });

  test('a gate that ignored its conditions, or whose base was unknown, says so', async () => {
    const server = await simulators.start('26.9-developer', shop);
    const stage = await read(server, server.tokens.browse, { phase: 'current', slice: 'project:shop' });
    const [analysis] = recordsOf(stage, 'analyses', 'pull_request:103');
    expect(analysis).toMatchObject({
      gateStatus: 'OK',
      ignoredConditions: true,
      warnings: ['Could not find ref gone in refs/heads'],
    });
    expect(analysis?.['key']).toBe(`at:${String(analysis?.['analyzedAt'])}`);
    const main = String(recordsOf(stage, 'branches')[0]?.['key']);
    expect(recordsOf(stage, 'analyses', main)[0]).toMatchObject({
      revision: 'a'.repeat(40),
      gateStatus: 'ERROR',
      conditions: [{ metric: 'new_violations', status: 'ERROR', actualValue: '60' }],
    });
  });

  test('an analysis of a pull request makes its project due, also for a token that is no administrator’s', async () => {
    const server = await simulators.start('26.9-developer', shop);
    for (const token of [server.tokens.admin, server.tokens.browse]) {
      const cursors = (stage: Stage): Record<string, string> =>
        Object.fromEntries(
          stage.events.flatMap((event) => (event.type === 'cursor' ? [[event.name, event.value]] : [])),
        );
      const first = await discover(server, token);
      const again = await discover(server, token, { cursors: cursors(first) });
      expect(slicesOf(again)).toEqual(slicesOf(first));
      const at = new Date(Date.now() + (token === server.tokens.admin ? 60_000 : 120_000));
      server.state.addAnalysis('shop', { at }, { pullRequest: '102' });
      const after = await discover(server, token, { cursors: cursors(again) });
      expect(slicesOf(after)['project:shop']?.version?.split(' ')[0]).toBe(`${at.toISOString().slice(0, 19)}.000Z`);
    }
  });

  test('a server without branches is not asked for them again', async () => {
    const server = await simulators.start('26.9', small);
    const first = await discover(server, server.tokens.browse);
    const cursor = first.events.find((event) => event.type === 'cursor' && event.name === 'branches');
    server.journal.clear();
    const changes = cursorOf(first);
    const branches = cursor?.type === 'cursor' ? cursor.value : '';
    await discover(server, server.tokens.browse, { cursors: { changes, branches } });
    expect(server.journal.count('api/project_pull_requests/list')).toBe(0);
    expect(server.journal.count()).toBeLessThanOrEqual(9);
  });

  test('the setting “main” reads nothing else', async () => {
    const server = await simulators.start('26.9-developer', shop);
    const stage = await read(server, server.tokens.browse, {
      phase: 'current',
      slice: 'project:shop',
      settings: { branches: 'main' },
    });
    expect(keysOf(stage, 'issues')).toEqual(server.state.issueKeys('shop').sort());
    expect(recordsOf(stage, 'branches')).toHaveLength(5);
  });

  test('an audit finds the same issues in every scope', async () => {
    const server = await simulators.start('26.9-developer', shop);
    const ingest = await read(server, server.tokens.browse, { phase: 'current', slice: 'project:shop' });
    server.journal.clear();
    const request = requestOf('current', 'project:shop', { purpose: 'audit' });
    const audit = await readSlice({ url: server.url, token: server.tokens.browse }, request);
    expect(keysOf(audit, 'issues')).toEqual(keysOf(ingest, 'issues'));
    expect(keysOf(audit, 'branches')).toEqual(keysOf(ingest, 'branches'));
    expect(server.journal.count('api/issues/list')).toBe(0);
    expect(recordsOf(audit, 'measures')).toEqual([]);
  });

  test('a project never analysed has its branch and nothing else', async () => {
    const server = await simulators.start('26.9', small);
    const stage = await read(server, server.tokens.admin, { phase: 'current', slice: 'project:never-analysed' });
    expect(recordsOf(stage, 'branches')).toHaveLength(1);
    expect(
      stage.events
        .filter((event) => event.type === 'complete')
        .map((event) => event.type === 'complete' && event.stream),
    ).toEqual(['branches', 'rules']);
  });
});

describe('the small streams', () => {
  test('a rule comes with its text in blocks of our own and the weaknesses and categories it names', async () => {
    const rules = someRules(9).map((rule, at) => ({
      ...rule,
      key: `java:S${at + 1}`,
      cwe: ['79', '20'],
      owasp: ['3', '10'],
    }));
    const server = await simulators.start('26.9', (state) => {
      state.addProject({ key: 'shop', analyses: [{ issues: { count: 40, rules } }] });
    });
    const stage = await read(server, server.tokens.browse, { phase: 'current', slice: 'project:shop' });
    const [first] = recordsOf(stage, 'rules');
    expect(recordsOf(stage, 'rules')).toHaveLength(9);
    expect(first).toMatchObject({ cwe: ['CWE-20', 'CWE-79'], owasp: ['A3:2021', 'A10:2021'] });
    expect(first?.['sections']).toEqual([
      {
        key: 'resources',
        context: null,
        blocks: [
          { kind: 'paragraph', text: first?.['name'] },
          { kind: 'item', text: 'OWASP - Top 10 2021 Category A3' },
          { kind: 'item', text: 'OWASP - Top 10 2021 Category A10' },
          { kind: 'item', text: 'CWE - CWE-79' },
          { kind: 'item', text: 'CWE - CWE-20' },
        ],
      },
    ]);
    // One bounded answer more than none: the texts come with the listing of the repository.
    expect(server.journal.count('api/rules/search')).toBe(1);
    expect(server.journal.count('api/rules/show')).toBe(0);
  });

  test('measures carry values over all and over new code, never an invented 0', async () => {
    const server = await simulators.start('26.9', (state) => {
      const analysis = { measures: { coverage: '71.5' }, newMeasures: { new_coverage: '80.0' }, issues: { count: 4 } };
      state.addProject({ key: 'shop', analyses: [analysis] });
    });
    const stage = await read(server, server.tokens.admin, { phase: 'current', slice: 'project:shop' });
    const measures = new Map(recordsOf(stage, 'measures').map((measure) => [measure['metric'], measure]));
    expect(measures.get('coverage')).toMatchObject({ value: '71.5', isNewCode: false });
    expect(measures.get('new_coverage')).toMatchObject({ value: '80.0', isNewCode: true });
    expect(measures.has('tests')).toBe(false);
  });

  test('hotspots of a server that still raises them', async () => {
    const server = await simulators.start('2025.1', (state) => {
      const hotspots = [
        { file: 'src/a.js' },
        { status: 'REVIEWED' as const, resolution: 'SAFE' as const },
        { probability: 'LOW' as const },
      ];
      state.addProject({ key: 'shop', analyses: [{ hotspots }] });
    });
    for (const purpose of ['ingest', 'audit'] as const) {
      const request = requestOf('current', 'project:shop', { purpose });
      const stage = await readSlice({ url: server.url, token: server.tokens.admin }, request);
      expect(
        recordsOf(stage, 'hotspots')
          .map((hotspot) => hotspot['status'])
          .sort(),
      ).toEqual(['REVIEWED', 'TO_REVIEW', 'TO_REVIEW']);
      expect(completionOf(stage, 'hotspots')).toMatchObject({
        sourceCount: 3,
        proof: 'counts_equal',
        absenceTrusted: true,
      });
    }
  });

  test('history has every analysis with the gate and the values of its day, and the last one before', async () => {
    const server = await simulators.start('26.9', (state) => {
      const days = (count: number): Date => new Date(Date.now() - count * 86_400_000);
      const analyses = [300, 90, 60, 30, 1].map((age, at) => ({
        at: days(age),
        version: String(at),
        revision: String(at).repeat(40),
        measures: { coverage: String(50 + at) },
        gate: at === 3 ? failedGate(2) : { status: 'OK' as const, conditions: [] },
      }));
      state.addProject({ key: 'shop', analyses });
    });
    const stage = await read(server, server.tokens.browse, { phase: 'history', slice: 'project:shop' });
    const analyses = recordsOf(stage, 'analysis_history');
    expect(analyses.map((analysis) => analysis['projectVersion'])).toEqual(['4', '3', '2', '1', '0']);
    expect(analyses.map((analysis) => analysis['gateStatus'])).toEqual(['OK', 'ERROR', 'OK', 'OK', 'OK']);
    expect(analyses[1]?.['conditions']).toMatchObject([
      { metric: 'new_violations', actualValue: '2', status: 'ERROR' },
    ]);
    const coverage = recordsOf(stage, 'measure_history').filter((measure) => measure['metric'] === 'coverage');
    expect(coverage.map((measure) => measure['value'])).toEqual(['50', '51', '52', '53', '54']);
    expect(completionOf(stage, 'analysis_history')).toMatchObject({ sourceCount: 5, proof: 'counts_equal' });
    // What the analysis of 300 days ago counted held until the next one.
    const from = recordsOf(stage, 'measure_history')[0]?.['at'];
    expect(completionOf(stage, 'measure_history')).toMatchObject({ bookmark: { from } });
  });

  test('a past that the server had nothing before says so', async () => {
    const server = await simulators.start('26.9', small);
    const stage = await read(server, server.tokens.browse, { phase: 'history', slice: 'project:shop' });
    expect(completionOf(stage, 'measure_history')).toMatchObject({ bookmark: { from: '-infinity' } });
  });

  test.each([
    ['26.9', 'MQR', 'mqr'],
    ['26.9', 'STANDARD_EXPERIENCE', 'standard'],
    ['10.7', 'MQR', 'mqr'],
    ['9.9', 'MQR', 'standard'],
  ] as const)('a server %s in mode %s counts by %s', async (version, mode, counted) => {
    const server = await simulators.start(version, small);
    server.state.world.mode = mode;
    const stage = await discover(server, server.tokens.browse);
    expect(recordsOf(stage, 'server')).toEqual([{ key: 'server', mode: counted }]);
  });

  test('what an analysis token may not read is unavailable with the reason, not empty', async () => {
    const server = await simulators.start('26.9', small);
    const stage = await read(server, server.tokens.analysis, { phase: 'history', slice: 'project:shop' });
    expect(unavailableStreams(stage)).toEqual([
      'analysis_history: invalid_permissions',
      'measure_history: invalid_permissions',
    ]);
  });
});

test('a person finds an issue, a project and a commit', async () => {
  const server = await simulators.start('26.9', shop26);
  const context = contextOf({ url: server.url, token: server.tokens.admin });
  const key = server.state.issueKeys('shop')[0] ?? '';
  expect(await sonarqube.lookup(context, key)).toMatchObject([
    { kind: 'issue', summary: { project: 'shop', issueStatus: 'OPEN' } },
  ]);
  expect(await sonarqube.lookup(context, 'shop')).toMatchObject([
    { kind: 'project', link: `${server.url}/dashboard?id=shop` },
  ]);
  expect(await sonarqube.lookup(context, 'abc1234')).toMatchObject([{ kind: 'commit', summary: { project: 'shop' } }]);
  expect(await sonarqube.lookup(context, 'nothing-of-the-kind')).toEqual([]);
});

function shop26(state: SimulatorState): void {
  state.addProject({ key: 'shop', analyses: [{ revision: `abc1234${'0'.repeat(33)}`, issues: { count: 5 } }] });
}

test('a call made again after an answer of no use is told to the outbound client, which counts it', async () => {
  const server = await simulators.start('26.9', small);
  server.faults.add({ match: { path: 'api/measures/component' }, kind: { type: 'server_error' }, times: 2 });
  const outbound = createFetchOutbound();
  const again: string[] = [];
  const http: Outbound = {
    ...outbound,
    request: (call) => {
      if (call.again === true) again.push(call.url.pathname);
      return outbound.request(call);
    },
  };
  await readSlice({ url: server.url, token: server.tokens.admin, http }, requestOf('current', 'project:billing'));
  expect(again).toEqual(['/api/measures/component', '/api/measures/component']);
});
