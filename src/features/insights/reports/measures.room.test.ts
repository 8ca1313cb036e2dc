import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Route, StreamedAnswer } from '../../access/index.ts';
import { createInsights } from '../index.ts';
import type { Report } from './contract.ts';

const now = new Date('2026-11-20T10:00:00.000Z');

let clone: TestDatabase;
let routes: Route[];

const report = (query: Record<string, string>): Promise<Report> =>
  ask<Report>(routes, '/api/v1/insights/reports/run', query);

/** A measure of a project’s main branch; without a day: now. */
async function measure(project: number, metric: string, value: number, at: string | null): Promise<void> {
  await clone.db.execute(
    `insert into code_quality.metrics (integration_id, source_key, name, type)
     select 1, $1, $1, 'FLOAT' where not exists (select from code_quality.metrics where source_key = $1)`,
    [metric],
  );
  await clone.db.execute(
    `insert into code_quality.measures (project_id, branch_id, metric_id, measured_at, value, numeric_value, is_new_code, row_hash)
     select b.project_id, b.id, m.id, $4, $3::text, $3::double precision, starts_with($2, 'new_'), gen_random_uuid()
       from code_quality.branches b, code_quality.metrics m where b.project_id = $1 and b.is_main and m.source_key = $2`,
    [project, metric, String(value), at],
  );
}

beforeAll(async () => {
  clone = await cloneDatabase();
  await generate(clone.db, { findings: 200, projects: 4, seed: 7, now, days: 'direct' });
  routes = createInsights({ db: clone.db, log: silentLog, now: () => now }).routes;
  await measure(1, 'coverage', 50, '2026-08-10T09:00:00Z');
  await measure(1, 'coverage', 60, '2026-10-05T09:00:00Z');
  await measure(1, 'coverage', 64, '2026-10-06T09:00:00Z');
  await measure(1, 'coverage', 70, null);
  await measure(2, 'coverage', 10, '2026-09-30T23:59:59Z');
  await measure(2, 'coverage', 20, null);
  // Its value is gone from the server: what was is known, what is now is not.
  await measure(3, 'coverage', 90, '2026-09-01T09:00:00Z');
  await measure(1, 'sqale_index', 100, null);
  await measure(2, 'sqale_index', 11, null);
  await measure(1, 'reliability_remediation_effort', 5, null);
  await measure(1, 'security_remediation_effort', 7, null);
}, 120_000);

afterAll(() => clone.drop());

const monthly = { granularity: 'month', from: '2026-08-01', to: '2026-11-20' };

test('each project has what its server says now; without a value it is unknown, never zero', async () => {
  const answer = await report({ report: 'metrics' });
  expect(answer.groups.map(({ label, total, unknown }) => [label, total, unknown])).toEqual([
    ['Project 0001', 70, 0],
    ['Project 0002', 20, 0],
    ['Project 0003', null, 1],
    ['Project 0004', null, 1],
  ]);
  expect([answer.unit, answer.total, answer.counted, answer.unknown]).toEqual(['percent', null, 4, 2]);
  expect(answer.groups[0]?.values.slice(1)).toEqual(answer.groups[0]?.values.slice(1).map(() => null));
});

test('a file has an empty cell where nothing is known', async () => {
  const file = await ask<StreamedAnswer>(routes, '/api/v1/insights/reports/run', { report: 'metrics', format: 'csv' });
  const lines = (await text(file.stream)).trim().split(/\r?\n/);
  expect(lines.at(-1)).toMatch(/Project 0004"?,,,,,,,,1,1$/);
});

test('over time each project counts by its last analysis until then, and today by what it has now', async () => {
  const answer = await report({ report: 'metrics-trend', ...monthly });
  expect(answer.series.map(({ key }) => key)).toEqual(['median', 'least', 'greatest']);
  expect(answer.groups.map(({ key, values, unknown }) => [key, values, unknown])).toEqual([
    ['2026-08-01', [50, 50, 50], 3],
    ['2026-09-01', [50, 10, 90], 1],
    ['2026-10-01', [64, 10, 90], 1],
    ['2026-11-01', [45, 20, 70], 2],
  ]);
  const behind = await report({ report: 'metrics-trend', at: '2026-10-31' });
  expect(behind.groups.map(({ total }) => total)).toEqual([90, 64, 10, null]);
});

test('projects side by side keep their gaps; shares of the others have no sum', async () => {
  const answer = await report({ report: 'metrics-trend', stack: 'project', ...monthly });
  expect(answer.series.map(({ label }) => label)).toEqual([
    'Project 0001',
    'Project 0002',
    'Project 0003',
    'Project 0004',
  ]);
  expect(answer.groups.map(({ values }) => values)).toEqual([
    [50, null, null, null],
    [50, 10, 90, null],
    [64, 10, 90, null],
    [70, 20, null, null],
  ]);
});

test('effort over time is the sum of what servers add up, and says of how many projects a part is missing', async () => {
  const answer = await report({ report: 'effort-trend', stack: 'type', ...monthly });
  expect(answer.series.map(({ key }) => key)).toEqual(['code_smell', 'bug', 'vulnerability']);
  expect(answer.groups.map(({ values, total }) => [values, total])).toEqual([
    [[null, null, null], null],
    [[null, null, null], null],
    [[null, null, null], null],
    [[111, 5, 7], 123],
  ]);
  expect([answer.counted, answer.unknown]).toEqual([4, 3]);
  const some = await report({ report: 'effort-trend', notType: 'code_smell', ...monthly });
  expect(some.total).toBe(12);
});

test('new code has a past where it was noted or judged by a gate, and says so where it has none', async () => {
  await measure(1, 'new_coverage', 81, null);
  await clone.db.execute(
    `insert into code_quality.new_code_values (branch_id, metric_id, analyzed_at, project_id, value)
     select b.id, m.id, '2026-10-10T00:00:00Z', 1, 77 from code_quality.branches b, code_quality.metrics m where b.project_id = 1 and b.is_main and m.source_key = 'new_coverage'`,
  );
  const { id } = await clone.db.one<{ id: number }>(
    `insert into code_quality.analyses (integration_id, project_id, branch_id, source_key, scope, analyzed_at, changed_at, gate_status, detail, row_hash)
     select 1, 1, id, 'past', 'branch', '2026-08-20T00:00:00Z', '2026-08-20T00:00:00Z', 'OK', 1, gen_random_uuid() from code_quality.branches where project_id = 1 and is_main returning id`,
  );
  await clone.db.execute(
    `insert into code_quality.gate_conditions (analysis_id, metric_id, operator, threshold, actual_value, status)
     select $1, id, 'LT', '80', '60.5', 'ERROR' from code_quality.metrics where source_key = 'new_coverage'`,
    [id],
  );
  const answer = await report({ report: 'new-code-trend', stack: 'project', project: '1,2', ...monthly });
  expect(answer.groups.map(({ values }) => values)).toEqual([
    [60.5, null],
    [60.5, null],
    [77, null],
    [81, null],
  ]);
  expect(answer.groups.map(({ unknown }) => unknown)).toEqual([1, 1, 1, 1]);
});

test('a node counts its own projects, in every report', async () => {
  await clone.db.execute(`
    insert into teams.org_trees (name, levels, filters, automatic, created_by) values ('Sites', '{site}', '[]', false, 'test');
    insert into teams.nodes (tree_id, key) values (1, 'Rome');
    insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) values (1, 1, null, 'Rome', true, 0);
    insert into insights.node_projects (node_id, project_id) values (1, 1), (1, 3)`);
  const projectsOf = async (query: Record<string, string>): Promise<string[]> =>
    (await report({ ...query, node: '1' })).groups.map(({ key }) => key).toSorted();
  expect(await projectsOf({ report: 'metrics' })).toEqual(['1', '3']);
  expect(await projectsOf({ report: 'metrics-trend', at: '2026-10-31' })).toEqual(['1', '3']);
  expect(await projectsOf({ report: 'issues', x: 'project' })).toEqual(['1', '3']);
  expect(await projectsOf({ report: 'issues-trend', at: '2026-11-20' })).toEqual(['1', '3']);
  expect((await report({ report: 'effort-trend', node: '1', ...monthly })).counted).toBe(2);
});
