import { afterEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { equalIssues, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { SliceEvent, SliceRequest } from '../../src/connectors/contract.ts';
import { isPlumblineError, type PlumblineError } from '../../src/platform/errors/index.ts';
import { unpackPages } from '../../src/connectors/sonarqube/issues/ways.ts';
import { createSimulators } from './simulators.ts';
import {
  completionOf,
  emptyStage,
  keysOf,
  readSlice,
  recordsOf,
  requestOf,
  type Stage,
  unavailableStreams,
} from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

const project = 'project:equal-issues';
const plan = { rules: someRules(12), files: 200, directories: 20 };
const mixed = (count: number) => equalIssues(count, { layout: 'directories', plan });

function current(server: Simulator, token: string): Promise<Stage> {
  return readSlice({ url: server.url, token }, requestOf('current', project));
}

function truth(server: Simulator): string[] {
  return server.state.issueKeys('equal-issues').sort();
}

async function failureOf(read: Promise<unknown>): Promise<PlumblineError> {
  const error = await read.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!isPlumblineError(error)) throw new Error('expected an error of the catalogue', { cause: error });
  return error;
}

describe('somebody edits an issue while it is read', () => {
  for (const [way, tokenOf] of [
    ['api/issues/list', (server: Simulator) => server.tokens.admin],
    ['api/issues/search', (server: Simulator) => server.tokens.analysis],
  ] as const) {
    test(`by ${way}: the edit is picked up and nothing is lost`, async () => {
      const server = await simulators.start('26.9', mixed(12_000));
      const [first = '', , third = ''] = truth(server);
      const edit = (): void => {
        server.state.accept(first);
        server.state.setSeverity(third, 'BLOCKER');
      };
      server.faults.add({ match: { path: way, after: 6 }, kind: { type: 'before', run: edit } });
      const stage = await current(server, tokenOf(server));
      expect(keysOf(stage, 'issues')).toEqual(truth(server));
      expect(completionOf(stage, 'issues')).toMatchObject({
        sourceCount: 12_000,
        proof: 'counts_equal',
        absenceTrusted: true,
      });
    });
  }

  test('the newest state of an issue that two pages show wins', async () => {
    const server = await simulators.start('26.9', mixed(1_500));
    const [key = ''] = truth(server);
    server.faults.add({ match: { path: 'api/issues/list' }, kind: { type: 'overlap', rows: 20 }, times: 2 });
    server.state.falsePositive(key);
    const stage = await current(server, server.tokens.admin);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(recordsOf(stage, 'issues').find((issue) => issue['key'] === key)?.['issueStatus']).toBe('FALSE_POSITIVE');
  });
});

describe('the project is analysed while it is read', () => {
  test('once: everything is listed again', async () => {
    const server = await simulators.start('26.9', mixed(2_000));
    const analyse = (): void => {
      server.state.addAnalysis('equal-issues', { version: '2', close: 40, issues: { count: 25, seed: 9 } });
    };
    server.faults.add({ match: { path: 'api/issues/list', after: 2 }, kind: { type: 'before', run: analyse } });
    const stage = await current(server, server.tokens.admin);
    expect(stage.restarts).toBeGreaterThan(0);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(completionOf(stage, 'issues')).toMatchObject({
      sourceCount: 2_025,
      sourceMoved: false,
      absenceTrusted: true,
    });
  });

  test('without end: the last listing is kept, marked as moved, and nothing is believed absent', async () => {
    const server = await simulators.start('26.9', mixed(600));
    let minute = 0;
    const analyse = (): void => {
      minute += 1;
      server.state.addAnalysis('equal-issues', { at: new Date(Date.UTC(2026, 6, 1, 10, minute)) });
    };
    const kind = { type: 'before', run: analyse } as const;
    server.faults.add({ match: { path: 'api/issues/list', query: { p: '1' } }, kind, times: Number.POSITIVE_INFINITY });
    const stage = await current(server, server.tokens.admin);
    expect(stage.restarts).toBe(2);
    expect(completionOf(stage, 'issues')).toMatchObject({ sourceMoved: true, absenceTrusted: false });
  });
});

describe('an answer that is wrong', () => {
  test('pages of issues/list overlap: the counts differ, and pulled keys give the truth', async () => {
    const server = await simulators.start('26.9', mixed(3_000));
    server.faults.add({
      match: { path: 'api/issues/list', query: { p: '2' } },
      kind: { type: 'overlap', rows: 30 },
      times: Number.POSITIVE_INFINITY,
    });
    const stage = await current(server, server.tokens.admin);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(completionOf(stage, 'issues')).toMatchObject({ sourceCount: 3_000, absenceTrusted: true });
    expect(server.journal.count('api/issues/pull')).toBe(1);
  });

  test('a body that is cut off, a reset and a 500 are read again', async () => {
    const server = await simulators.start('26.9', mixed(2_000));
    server.faults.add({ match: { path: 'api/issues/list', query: { p: '2' } }, kind: { type: 'truncate' } });
    server.faults.add({ match: { path: 'api/issues/list', query: { p: '3' } }, kind: { type: 'server_error' } });
    server.faults.add({ match: { path: 'api/measures/component' }, kind: { type: 'truncate' } });
    const stage = await current(server, server.tokens.admin);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(unavailableStreams(stage)).toEqual([]);
  });

  test('one bad issue is set aside with its text and its page lives on; then nothing is believed absent', async () => {
    const server = await simulators.start('26.9', mixed(700));
    const spoil = (body: Record<string, unknown>): unknown => {
      const [first, second, ...issues] = body['issues'] as Record<string, unknown>[];
      return {
        ...body,
        issues: [{ ...first, key: 17 }, { ...second, severity: 'CATASTROPHIC', type: 'SMELL' }, ...issues],
      };
    };
    const match = { path: 'api/issues/list', query: { p: '1' } };
    server.faults.add({ match, kind: { type: 'edit', edit: spoil }, times: Number.POSITIVE_INFINITY });
    const stage = await current(server, server.tokens.admin);
    expect(stage.setAside).toHaveLength(1);
    expect(stage.setAside[0]).toMatchObject({ stream: 'issues', reason: 'an issue has no usable key' });
    expect(recordsOf(stage, 'issues')).toHaveLength(699);
    expect(recordsOf(stage, 'issues').filter((issue) => issue['severity'] === 'unknown')).toHaveLength(1);
    expect(completionOf(stage, 'issues')).toMatchObject({ sourceCount: 700, absenceTrusted: false });
  });

  test('a stream that answers 500 for ever takes only itself away', async () => {
    const server = await simulators.start('26.9', mixed(300));
    const forever = { times: Number.POSITIVE_INFINITY, kind: { type: 'server_error' } } as const;
    server.faults.add({ match: { path: 'api/measures/component' }, ...forever });
    server.faults.add({
      match: { path: 'api/hotspots/search' },
      times: Number.POSITIVE_INFINITY,
      kind: { type: 'html' },
    });
    const stage = await current(server, server.tokens.admin);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(unavailableStreams(stage)).toEqual(['hotspots: endpoint_unavailable', 'measures: upstream_error']);
  });

  test('issues/list that answers 500 for ever is replaced by another way', async () => {
    const server = await simulators.start('26.9', mixed(1_200));
    const forever = { times: Number.POSITIVE_INFINITY, kind: { type: 'server_error' } } as const;
    server.faults.add({ match: { path: 'api/issues/list', query: { p: '2' } }, ...forever });
    const stage = await current(server, server.tokens.admin);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(completionOf(stage, 'issues')).toMatchObject({ sourceCount: 1_200, absenceTrusted: true });
  });
});

describe('absence', () => {
  test('a token that loses Browse in mid-read sees nothing, and nothing is believed absent', async () => {
    const server = await simulators.start('26.9', mixed(800));
    const hide = (): void => server.state.setVisibility('equal-issues', 'private', []);
    server.faults.add({ match: { path: 'api/issues/search' }, kind: { type: 'before', run: hide } });
    const stage = await current(server, server.tokens.browse);
    const ends = stage.events.filter((event) => event.type === 'complete' && event.stream === 'issues');
    expect(ends.every((event) => event.type === 'complete' && !event.absenceTrusted)).toBe(true);
    expect(stage.events.some((event) => event.type === 'unavailable' && event.code === 'invalid_permissions')).toBe(
      true,
    );
  });

  test('a project that is gone is unavailable, not empty', async () => {
    const server = await simulators.start('26.9', mixed(10));
    const stage = await readSlice(
      { url: server.url, token: server.tokens.admin },
      requestOf('current', 'project:gone'),
    );
    expect(unavailableStreams(stage)).toEqual(['branches: project_not_found']);
    expect(stage.records.size).toBe(0);
  });
});

describe('a fault of the whole server ends the read', () => {
  test('a server that starts is not ready, whatever its endpoints say', async () => {
    const server = await simulators.start('26.9', mixed(10));
    server.state.setStatus('STARTING');
    expect((await failureOf(current(server, server.tokens.admin))).code).toBe('server_not_ready');
    server.state.setStatus('UP');
    server.faults.add({
      match: { path: 'api/project_branches/list' },
      kind: { type: 'before', run: () => server.state.setStatus('STARTING') },
    });
    expect((await failureOf(current(server, server.tokens.admin))).code).toBe('server_not_ready');
  });

  test('a revoked token', async () => {
    const server = await simulators.start('26.9', mixed(2_000));
    const revoke = (): void => server.state.revokeToken(server.tokens.browse);
    server.faults.add({ match: { path: 'api/issues/list', after: 1 }, kind: { type: 'before', run: revoke } });
    const error = await failureOf(current(server, server.tokens.browse));
    expect(error.code).toBe('invalid_credentials');
    expect(JSON.stringify(error.data)).not.toContain(server.tokens.browse);
  });
});

describe('an interrupted read', () => {
  const interrupt = async (server: Simulator): Promise<Stage> =>
    readSlice({ url: server.url, token: server.tokens.admin }, requestOf('current', project), {
      stop: (event, stage) =>
        event.type === 'records' && event.stream === 'issues' && recordsOf(stage, 'issues').length >= 2_000,
    });

  test('goes on after its staged pages and still proves the whole', async () => {
    const server = await simulators.start('26.9', mixed(6_000));
    const stage = await interrupt(server);
    const scope = [...stage.cursors.keys()][0]?.slice('issues '.length) ?? '';
    const stagedBefore = unpackPages((stage.cursors.get(`issues ${scope}`) as { pages: string }).pages);
    server.journal.clear();
    const request = requestOf('current', project, {
      resume: {
        'branches ': 'complete',
        [`issues ${scope}`]: { cursor: stage.cursors.get(`issues ${scope}`) as never },
      },
      async *stagedKeys(stream, of) {
        yield keysOf(stage, stream, of);
      },
    });
    await readSlice({ url: server.url, token: server.tokens.admin }, request, { stage });
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
    expect(stage.restarts).toBe(0);
    const staged = unpackPages((stage.cursors.get(`issues ${scope}`) as { pages: string }).pages);
    const asked = server.journal.entries
      .filter((entry) => entry.path === 'api/issues/list')
      .map((entry) => Number(entry.query['p']));
    expect(stagedBefore.length).toBeGreaterThan(2);
    expect(asked.filter((page) => stagedBefore.includes(page))).toEqual([]);
    expect(staged).toHaveLength(12);
    expect(completionOf(stage, 'issues')).toMatchObject({ sourceCount: 6_000, proof: 'counts_equal' });
    expect(keysOf(stage, 'rules')).toHaveLength(12);
  });

  test('begins again where the staged keys are not at hand', async () => {
    const server = await simulators.start('26.9', mixed(3_000));
    const stage = await interrupt(server);
    const name = [...stage.cursors.keys()][0] ?? '';
    const request = requestOf('current', project, { resume: { [name]: { cursor: stage.cursors.get(name) as never } } });
    await readSlice({ url: server.url, token: server.tokens.admin }, request, { stage });
    expect(stage.restarts).toBe(1);
    expect(keysOf(stage, 'issues')).toEqual(truth(server));
  });

  test('keeps the rules of a branch that was complete', async () => {
    const server = await simulators.start('26.9-developer', (state) => {
      mixed(300)(state);
      state.addBranch('equal-issues', { name: 'next', analyses: [{ issues: { count: 700, rules: someRules(14) } }] });
    });
    const connection = { url: server.url, token: server.tokens.admin };
    const done = (event: SliceEvent, stage: Stage): boolean =>
      event.type === 'records' &&
      event.stream === 'issues' &&
      stage.events.some((one) => one.type === 'complete' && one.stream === 'issues');
    const stage = await readSlice(connection, requestOf('current', project), { stop: done });
    // What the hub keeps: streams that are complete, and those with a cursor.
    const marks = stage.events.flatMap((event): [string, SliceRequest['resume'][string]][] => {
      if (event.type === 'complete') return [[`${event.stream} ${event.scope}`, 'complete']];
      return event.type === 'records' && event.cursor !== undefined
        ? [[`${event.stream} ${event.scope}`, { cursor: event.cursor }]]
        : [];
    });
    const resume = Object.fromEntries(marks);
    for (const name of stage.records.keys()) if (resume[name] === undefined) stage.records.delete(name);
    await readSlice(connection, requestOf('current', project, { resume }), { stage });
    expect(keysOf(stage, 'rules')).toHaveLength(14);
    expect(keysOf(stage, 'issues')).toHaveLength(1_000);
  });

  test('does not read what is complete', async () => {
    const server = await simulators.start('26.9', mixed(300));
    const whole = await current(server, server.tokens.admin);
    const done = whole.events.flatMap((event) => (event.type === 'complete' ? [`${event.stream} ${event.scope}`] : []));
    const resume = Object.fromEntries(done.map((name) => [name, 'complete' as const]));
    const stage = await readSlice(
      { url: server.url, token: server.tokens.admin },
      requestOf('current', project, { resume }),
      { stage: emptyStage() },
    );
    expect(stage.records.size).toBe(0);
    expect(stage.events.filter((event) => event.type === 'complete')).toEqual([]);
  });
});

test('a server that lies about its totals does not keep a read from ending', async () => {
  const server = await simulators.start('26.9', mixed(700));
  const lie = (body: Record<string, unknown>): unknown => {
    const paging = body['paging'] as Record<string, unknown> | undefined;
    return paging === undefined ? body : { ...body, paging: { ...paging, total: 1e12 }, total: 1e12 };
  };
  server.faults.add({ kind: { type: 'edit', edit: lie }, times: Number.POSITIVE_INFINITY });
  const stage = await current(server, server.tokens.admin);
  expect(completionOf(stage, 'issues')).toMatchObject({ proof: 'unproven', absenceTrusted: false });
  await readSlice({ url: server.url, token: server.tokens.admin }, requestOf('discovery', 'discovery'));
  await readSlice({ url: server.url, token: server.tokens.admin }, requestOf('history', project));
});
