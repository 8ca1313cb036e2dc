import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { readSlice, requestOf } from '../connector/stage.ts';
import { daysBefore, startSyncedSource, type SyncedSource, syncWell } from './simulated-source.ts';

// Lists of 10,000 projects take a simulator their time.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

const projects = 10_000;
const issuesEach = 6;
const rules = someRules(12);
const keyOf = (index: number): string => `project-${String(index).padStart(5, '0')}`;
const read = Array.from({ length: 10 }, (_, index) => keyOf(index * 7));

let source: SyncedSource;

/**
 * Ten projects are read; the others are noted as read, in the form in which a publish notes it. What an idle sync asks
 * depends on nothing else, and 20,000 tasks would take longer than the test is worth (`bench/scale` carries them out).
 */
beforeAll(async () => {
  source = await startSyncedSource({ scenario: server, settings: { projectKeys: read } });
  await syncWell(source);
  source.settings = {};
  const { events } = await readSlice(
    { url: source.server.url, token: source.token, now: source.clock.now },
    requestOf('discovery', 'discovery'),
  );
  const slices = events.filter((event) => event.type === 'slice');
  expect(slices).toHaveLength(projects);
  await source.db.execute(
    `insert into ingestion.slices (integration_id, slice, version, touched_at, current_published_at, history_published_at)
     select 1, slice, version, "touchedAt", now(), now() from jsonb_to_recordset($1) as s (slice text, version text, "touchedAt" text)
     on conflict do nothing`,
    [JSON.stringify(slices)],
  );
  await syncWell(source);
  source.clock.advance(30);
});
afterAll(() => source?.close());

function server(state: SimulatorState): void {
  const at = daysBefore(30);
  for (let index = 0; index < projects; index += 1) {
    const issues = { count: issuesEach, seed: index, rules, files: 3 };
    state.addProject({ key: keyOf(index), analyses: [{ at, version: '1', revision: 'a'.repeat(40), issues }] });
  }
}

function report(what: string, requests: number): number {
  process.stdout.write(`${what} of a server of ${projects} projects: ${requests} requests\n`);
  return requests;
}

it('an idle sync asks for the pages of the list of projects and five things more at most', async () => {
  const { run, requests } = await syncWell(source);
  expect(run.rowsChanged).toBe(0);
  expect(report('idle sync', requests.length), requests.join('\n')).toBeLessThanOrEqual(projects / 500 + 5);
});

it('one project with an issue accepted by hand costs a handful more', async () => {
  const idle = (await syncWell(source)).requests.length;
  const [key = ''] = source.server.state.issueKeys(keyOf(7));
  source.server.state.accept(key);
  source.clock.advance(2);
  const { run, requests } = await syncWell(source);
  expect(report('sync after one change by hand', requests.length) - idle).toBeLessThanOrEqual(12);
  expect(run.completeness).toEqual({ stored: issuesEach, source: issuesEach, unproven: 0 });
});

it('one project analysed again costs a handful more', async () => {
  source.clock.advance(30);
  const idle = (await syncWell(source)).requests.length;
  source.server.state.addAnalysis(keyOf(14), { at: source.clock.now(), version: '2', close: 1 });
  source.clock.advance(2);
  const { run, requests } = await syncWell(source);
  expect(report('sync after one analysis', requests.length) - idle).toBeLessThanOrEqual(20);
  expect(run.completeness).toEqual({ stored: issuesEach, source: issuesEach, unproven: 0 });
});

it('more changes than the server shows at once are still found, for a request per hundred projects', async () => {
  const { state } = source.server;
  source.clock.advance(30);
  const idle = (await syncWell(source)).requests.length;
  // A large project, analysed while nobody looked, hides what happened before it.
  const [hidden = ''] = state.issueKeys(keyOf(21));
  state.accept(hidden);
  source.clock.advance(2);
  const issues = { count: 10_500, rules, files: 100, root: 'added' };
  state.addAnalysis(keyOf(28), { at: source.clock.now(), version: '2', issues });
  source.clock.advance(2);
  const { requests } = await syncWell(source);
  const asked = requests.filter((call) => call.startsWith('api/issues/search') && call.includes('"UPDATE_DATE"'));
  report('sync after an analysis of 10,500 issues', requests.length);
  expect(asked.length).toBeLessThanOrEqual(20 + projects / 100 + 5);
  expect(requests.length - idle).toBeLessThanOrEqual(20 + projects / 100 + 75);
  const found = await source.db.one('select issue_status from data.sonarqube_issues where source_key = $1', [hidden]);
  expect(found).toEqual({ issue_status: 'ACCEPTED' });
});
