import { afterEach, expect, test } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { RunCache } from '../../src/connectors/contract.ts';
import { createSimulators } from './simulators.ts';
import { keysOf, readSlice, recordsOf, requestOf, type Stage } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

/** As the hub keeps them within one run, without an age. */
function keep(): RunCache {
  const answers = new Map<string, Promise<unknown>>();
  return {
    get<T>(name: string, _: number, read: () => Promise<T>) {
      const value = (answers.get(name) ?? read()) as Promise<T>;
      answers.set(name, value);
      return value;
    },
  };
}

async function readAll(server: Simulator, runCache?: RunCache): Promise<Stage[]> {
  const stages: Stage[] = [];
  for (let at = 0; at < 3; at += 1) {
    for (const phase of ['current', 'history'] as const) {
      const connection = {
        url: server.url,
        token: server.tokens.admin,
        ...(runCache === undefined ? {} : { runCache }),
      };
      stages.push(await readSlice(connection, requestOf(phase, `project:big-0000${at}`)));
    }
  }
  return stages;
}

const scenario = big({ projects: 3, issuesPerProject: 60 });

test('what is the same for every project of a run is asked for once, and each project reads the same as alone', async () => {
  const server = await simulators.start('26.9', scenario);
  const alone = await readAll(server);
  const asked = { status: server.journal.count('api/system/status'), rules: server.journal.count('api/rules/search') };
  expect(asked).toEqual({ status: 6, rules: 3 });
  server.journal.clear();

  const together = await readAll(server, keep());
  expect(server.journal.count('api/system/status')).toBe(1);
  expect(server.journal.count('api/rules/search')).toBe(1);
  expect(together.map((stage) => stage.records)).toEqual(alone.map((stage) => stage.records));
  expect(keysOf(together[4] as Stage, 'rules').length).toBeGreaterThan(20);
});

test('a discovery asks who answers, whatever is kept', async () => {
  const server = await simulators.start('26.9', scenario);
  const connection = { url: server.url, token: server.tokens.admin, runCache: keep() };
  for (let count = 0; count < 2; count += 1) await readSlice(connection, requestOf('discovery', 'discovery'));
  expect(server.journal.count('api/system/status')).toBe(2);
});

/** Which metrics each request of past measures asked for. */
function askedMetrics(server: Simulator): string[][] {
  return server.journal.entries
    .filter(({ path }) => path === 'api/measures/search_history')
    .map(({ query }) => (query['metrics'] ?? '').split(','));
}

const gates = ['alert_status', 'quality_gate_details'];

test('gates and measures of past analyses come in one answer; where that fails each is asked for alone', async () => {
  const server = await simulators.start('26.9', scenario);
  const connection = { url: server.url, token: server.tokens.admin };
  const together = await readSlice(connection, requestOf('history', 'project:big-00000'));
  const [both = [], ...more] = askedMetrics(server);
  expect(both.slice(0, 2)).toEqual(gates);
  expect(both.length).toBeGreaterThan(50);
  expect(more).toEqual([]);
  expect(recordsOf(together, 'analysis_history')).toHaveLength(3);
  expect(recordsOf(together, 'measure_history').length).toBeGreaterThan(50);
  expect(recordsOf(together, 'measure_history').map(({ metric }) => metric)).not.toContain('alert_status');
  server.journal.clear();

  server.faults.add({ match: { path: 'api/measures/search_history' }, kind: { type: 'blocked' } });
  const apart = await readSlice(connection, requestOf('history', 'project:big-00000'));
  expect(askedMetrics(server).toSorted((a, b) => a.length - b.length)).toEqual([gates, both.slice(2), both]);
  expect(apart.records).toEqual(together.records);
});
