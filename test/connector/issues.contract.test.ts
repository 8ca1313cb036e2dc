import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { equalIssues, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { allowOnly, createFetchOutbound, vendorsSix } from './fetch-outbound.ts';
import { createSimulators } from './simulators.ts';
import { completionOf, keysOf, readSlice, recordsOf, requestOf, type Stage, unavailableStreams } from './stage.ts';

const simulators = createSimulators();
const simulator = simulators.start;

afterEach(() => simulators.closeAll());

const project = 'project:equal-issues';

function current(server: Simulator, token: string, purpose: 'ingest' | 'audit' = 'ingest'): Promise<Stage> {
  return readSlice({ url: server.url, token }, requestOf('current', project, { purpose }));
}

function expectWhole(server: Simulator, stage: Stage): void {
  const truth = server.state.issueKeys('equal-issues').sort();
  expect(keysOf(stage, 'issues')).toEqual(truth);
  const { sourceCount, proof, absenceTrusted, sourceMoved } = completionOf(stage, 'issues');
  expect({ sourceCount, absenceTrusted, sourceMoved }).toEqual({
    sourceCount: truth.length,
    absenceTrusted: true,
    sourceMoved: false,
  });
  expect(['counts_equal', 'key_set']).toContain(proof);
}

const states = { closed: 0.05, accepted: 0.03, falsePositive: 0.02 };

describe('12,000 issues of one second, type, severity and rule', () => {
  const inDirectories = equalIssues(12_000, { layout: 'directories', plan: states });

  test('26.9 lists them, and its audit finds the same by another endpoint', async () => {
    const server = await simulator('26.9', inDirectories);
    const ingest = await current(server, server.tokens.admin);
    expectWhole(server, ingest);
    expect(completionOf(ingest, 'issues').method).toBe('api/issues/list');
    server.journal.clear();
    const audit = await current(server, server.tokens.admin, 'audit');
    expectWhole(server, audit);
    expect(server.journal.count('api/issues/list')).toBe(0);
    expect(recordsOf(audit, 'issues').sort(byKey)).toEqual(recordsOf(ingest, 'issues').sort(byKey));
  });

  test('9.9 searches with Basic, its audit pulls keys and asks for details', async () => {
    const server = await simulator('9.9', inDirectories);
    const ingest = await current(server, server.tokens.browse);
    expectWhole(server, ingest);
    expect(server.journal.count('api/issues/pull')).toBe(0);
    expect(server.journal.entries.every((entry) => entry.tokenKind !== 'invalid')).toBe(true);
    expect(new Set(recordsOf(ingest, 'issues').map((issue) => issue['issueStatus']))).toEqual(
      new Set(['OPEN', 'FIXED', 'ACCEPTED', 'FALSE_POSITIVE']),
    );
    server.journal.clear();
    const audit = await current(server, server.tokens.browse, 'audit');
    expectWhole(server, audit);
    expect(server.journal.count('api/issues/pull')).toBe(1);
    expect(recordsOf(audit, 'issues').sort(byKey)).toEqual(recordsOf(ingest, 'issues').sort(byKey));
  });

  test('Cloud, whose totals stop at 10,000, yields them all', async () => {
    const server = await simulator('cloud', (state) => {
      state.addOrganization('acme');
      const admin = state.world.users.get('admin');
      if (admin) admin.organizations = ['acme'];
      inDirectories(state);
      const added = state.world.projects.get('equal-issues');
      if (added) added.organization = 'acme';
    });
    expectWhole(server, await current(server, server.tokens.admin));
  });

  test('an analysis token searches in slices', async () => {
    const server = await simulator('26.9', inDirectories);
    const stage = await current(server, server.tokens.analysis);
    expectWhole(server, stage);
    expect(completionOf(stage, 'issues').method).toBe('api/issues/search');
    expect(unavailableStreams(stage)).toEqual(['hotspots: invalid_permissions']);
  });

  test('with only the vendor’s six endpoints issues, hotspots, measures and history arrive whole', async () => {
    const server = await simulator('26.9', inDirectories);
    const read = (phase: 'current' | 'history'): Promise<Stage> => {
      const http = createFetchOutbound({ intercept: allowOnly(vendorsSix) });
      return readSlice({ url: server.url, token: server.tokens.admin, http }, requestOf(phase, project));
    };
    const stage = await read('current');
    expectWhole(server, stage);
    expect(recordsOf(stage, 'measures').length).toBeGreaterThan(5);
    expect(completionOf(stage, 'hotspots').proof).toBe('counts_equal');
    expect(recordsOf(stage, 'analyses')).toHaveLength(1);
    const past = await read('history');
    expect(recordsOf(past, 'analysis_history')).toHaveLength(1);
    expect(completionOf(past, 'measure_history').proof).toBe('counts_equal');
  });

  test('a first page that is there before the count is read once', async () => {
    const server = await simulator('26.9', equalIssues(300, { layout: 'directories', plan: states }));
    const slow = async (): Promise<void> =>
      void (await vi.waitUntil(() => server.journal.count('api/issues/list') > 0));
    server.faults.add({ match: { path: 'api/issues/search' }, kind: { type: 'hold', until: slow } });
    server.faults.add({ match: { path: 'api/issues/search' }, kind: { type: 'slow', milliseconds: 50, chunks: 5 } });
    expectWhole(server, await current(server, server.tokens.admin));
    expect(server.journal.count('api/issues/list')).toBe(1);
  });

  test('while the search is closed for a rebuild of its index, the list still yields them all, unproven', async () => {
    const server = await simulator('26.9', inDirectories);
    const http = createFetchOutbound({
      intercept: ({ pathname }) =>
        pathname === '/api/issues/search'
          ? {
              status: 503,
              contentType: 'application/json',
              body: '{"errors":[{"msg":"Indexation is in progress"}]}',
            }
          : undefined,
    });
    const stage = await readSlice({ url: server.url, token: server.tokens.admin, http }, requestOf('current', project));
    expect(keysOf(stage, 'issues')).toEqual(server.state.issueKeys('equal-issues').sort());
    const { method, proof, absenceTrusted } = completionOf(stage, 'issues');
    expect({ method, proof, absenceTrusted }).toEqual({
      method: 'api/issues/list: 12000 of an unknown number of issues listed',
      proof: 'unproven',
      absenceTrusted: false,
    });
  });
});

describe('30,000 issues in one file', () => {
  const inOneFile = equalIssues(30_000, { layout: 'one_file' });

  test('26.9 lists them, its audit pulls keys', async () => {
    const server = await simulator('26.9', inOneFile);
    expectWhole(server, await current(server, server.tokens.browse));
    server.journal.clear();
    expectWhole(server, await current(server, server.tokens.browse, 'audit'));
    expect(server.journal.count('api/issues/list')).toBe(0);
  });

  test('9.9 pulls their keys', async () => {
    const server = await simulator('9.9', inOneFile);
    expectWhole(server, await current(server, server.tokens.browse));
  });

  test('a token that may only search says how many it could not see, and nothing is believed absent', async () => {
    const server = await simulator('26.9', inOneFile);
    const stage = await current(server, server.tokens.analysis);
    const end = completionOf(stage, 'issues');
    expect(end).toMatchObject({ sourceCount: 30_000, proof: 'unproven', absenceTrusted: false });
    expect(end.method).toContain('20000 of 30000 issues');
    expect(keysOf(stage, 'issues')).toHaveLength(20_000);
  });

  test('Cloud says so too, though its total stops at 10,000', async () => {
    const server = await simulator('cloud', inOneFile);
    const end = completionOf(await current(server, server.tokens.admin), 'issues');
    expect(end).toMatchObject({ proof: 'unproven', absenceTrusted: false });
  });
});

test('Cloud yields 25,000 issues spread over time and rules', async () => {
  const createdAt = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-06-01T10:00:00Z') };
  const plan = { createdAt, rules: someRules(20), files: 300, directories: 30, ...states };
  const server = await simulator('cloud', equalIssues(25_000, { layout: 'directories', plan }));
  expectWhole(server, await current(server, server.tokens.admin));
});

function byKey(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return String(a['key']) < String(b['key']) ? -1 : 1;
}
