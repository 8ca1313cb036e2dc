import { afterEach, expect, it } from 'vitest';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { daysBefore, expectNothingMissed, startSyncedSource, type SyncedSource, syncWell } from './simulated-source.ts';

let source: SyncedSource;
afterEach(() => source?.close());

const rules = someRules(12);

async function begin(count: number): Promise<void> {
  const issues = { count, rules, files: 40, directories: 5, closed: 0.05 };
  source = await startSyncedSource({
    scenario: (state) =>
      void state.addProject({ key: 'shop', analyses: [{ at: daysBefore(30), version: '1', issues }] }),
  });
  await syncWell(source);
  source.clock.advance(5);
}

/** What nobody can see from the bytes: complete HTTP, complete messages, and yet not all of them. */
function cutPull(): void {
  source.server.faults.add({
    match: { path: 'api/issues/pull' },
    times: Number.POSITIVE_INFINITY,
    kind: { type: 'truncate', afterMessage: true },
  });
}

const wasListed = (requests: readonly string[]): boolean =>
  requests.some((request) => request.startsWith('api/issues/list'));

it('lines that moved are not missed where the stream that would show them ends early', async () => {
  await begin(6_000);
  const { state } = source.server;
  state.addAnalysis('shop', { at: source.clock.now(), version: '2', close: 15 });
  await syncWell(source);
  source.clock.advance(10);
  state.addAnalysis('shop', { at: source.clock.now(), version: '3', close: 15 });
  for (const key of state.issueKeys('shop').slice(-9)) state.moveLine(key, 777);
  source.clock.advance(2);
  cutPull();
  const { requests } = await syncWell(source);
  expect(requests.some((request) => request.startsWith('api/issues/pull '))).toBe(true);
  expect(wasListed(requests)).toBe(true);
  source.server.faults.clear();
  await expectNothingMissed(source);
});

it('changes by hand are not missed where there are more than the search shows and their stream ends early', async () => {
  await begin(11_500);
  const { state } = source.server;
  for (const key of state.issueKeys('shop').slice(0, 10_800)) state.setSeverity(key, 'BLOCKER');
  source.clock.advance(2);
  cutPull();
  const { requests } = await syncWell(source);
  expect(requests.some((request) => request.startsWith('api/issues/pull '))).toBe(true);
  expect(wasListed(requests)).toBe(true);
  source.server.faults.clear();
  await expectNothingMissed(source);
});
