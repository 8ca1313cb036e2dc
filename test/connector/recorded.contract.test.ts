import { afterEach, expect, test } from 'vitest';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { recordedAnswers, recordedShop } from '../../lab/simulators/sonarqube/recorded.ts';
import { completionOf, readSlice, recordsOf, requestOf, type Stage } from './stage.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

/** Branches and pull requests of a real 26.4, as they were recorded at one moment. */
async function readRecorded(): Promise<Stage> {
  const { before } = recordedAnswers('first_set');
  const server = await startSimulator({ profile: '2025.1', scenario: recordedShop, before });
  running.push(server);
  return readSlice({ url: server.url, token: server.tokens.admin }, requestOf('current', 'project:shop'));
}

test('recorded branches and pull requests arrive with their targets, bases and gates', async () => {
  const stage = await readRecorded();
  const rows = recordsOf(stage, 'branches').map((branch) =>
    [branch['name'], branch['kind'], branch['gateStatus'], branch['base'], branch['target']].join(' '),
  );
  expect(rows).toContain('release/1.x branch OK  ');
  // A target that was never analysed: compared with main.
  expect(rows).toContain('105 pull_request ERROR main feature/bad');
  expect(rows).toContain('106 pull_request ERROR release/1.x release/1.x');
  expect(recordsOf(stage, 'branches')[0]).toMatchObject({
    key: 'branch:165ca22f-a8b0-4bb9-90eb-856aa367634b',
    isMain: true,
  });
});

test('a recorded pull request with a failed gate: its issues, hotspots, conditions and measures', async () => {
  const stage = await readRecorded();
  const scope = 'pull_request:102';
  expect(completionOf(stage, 'issues', scope)).toMatchObject({ sourceCount: 6, proof: 'counts_equal' });
  expect(recordsOf(stage, 'hotspots', scope).map((hotspot) => hotspot['status'])).toEqual(['TO_REVIEW', 'TO_REVIEW']);
  const [analysis] = recordsOf(stage, 'analyses', scope);
  expect(analysis).toMatchObject({
    key: 'at:2026-11-21T08:23:33.000Z',
    revision: null,
    gateStatus: 'ERROR',
    ignoredConditions: false,
  });
  const conditions = analysis?.['conditions'] as { metric: string; actualValue: string; status: string }[];
  expect(conditions.map((condition) => `${condition.metric} ${condition.actualValue} ${condition.status}`)).toEqual([
    'new_coverage 23.5 ERROR',
    'new_duplicated_lines_density 62.7451 ERROR',
    'new_security_hotspots_reviewed 0.0 ERROR',
    'new_violations 6 ERROR',
  ]);
  const measures = new Map(recordsOf(stage, 'measures', scope).map((measure) => [measure['metric'], measure]));
  expect(measures.get('new_violations')).toMatchObject({ value: '6', isNewCode: true });
  expect(measures.get('pull_request_fixed_issues')).toMatchObject({ value: '0', isNewCode: false });
});

test('a closed issue of a recorded pull request is there, without a line', async () => {
  const stage = await readRecorded();
  const closed = recordsOf(stage, 'issues', 'pull_request:104').filter((issue) => issue['status'] === 'CLOSED');
  expect(closed.length).toBeGreaterThan(0);
  for (const issue of closed) expect(issue).toMatchObject({ issueStatus: 'FIXED', line: null });
});
