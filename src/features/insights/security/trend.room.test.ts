import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Route } from '../../access/index.ts';
import { rebuildDaily } from '../../code-quality/daily/rebuild-daily.ts';
import type { SecurityFindings, SecuritySummary, SecurityTrend } from '../contract.ts';
import { createInsights } from '../index.ts';

// A Friday; the week began on Monday the 16th.
const now = new Date('2026-11-20T10:00:00.000Z');
const zero = { critical: 0, high: 0, medium: 0, low: 0, unrated: 0, total: 0 };

let clone: TestDatabase;
let routes: readonly Route[];

beforeAll(async () => {
  clone = await cloneDatabase();
  routes = createInsights({ db: clone.db, log: silentLog, now: () => now }).routes;
});

afterAll(() => clone.drop());

async function project(options: { key: string; reliableFrom?: string }): Promise<{ project: number; branch: number }> {
  const { id: integration } = await clone.db.one<{ id: number }>(
    `insert into integrations.integrations (name, kind, settings) values ($1, 'sonarqube', '{"url": "http://s.example"}') returning id`,
    [options.key],
  );
  const row = await clone.db.one<{ id: number }>(
    `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash, reliable_from)
     values ($1, $2, $2, 'TRK', gen_random_uuid(), $3) returning id`,
    [integration, options.key, options.reliableFrom ?? '2025-01-01T00:00:00Z'],
  );
  const branch = await clone.db.one<{ id: number }>(
    `insert into code_quality.branches (integration_id, project_id, source_key, kind, name, is_main, gate_status, row_hash)
     values ($1, $2, 'main', 'branch', 'main', true, 'OK', gen_random_uuid()) returning id`,
    [integration, row.id],
  );
  return { project: row.id, branch: branch.id };
}

async function finding(
  place: { project: number; branch: number },
  period: { from: string; to?: string; level?: string; title?: string; kind?: string },
): Promise<void> {
  const hotspot = period.kind === 'hotspot';
  await clone.db.execute(
    `insert into code_quality.findings (integration_id, project_id, branch_id, opened_at, updated_at, period_from, period_to, row_hash, kind,
       class, axis, raw_level, state, counted_state, asset_type, source_key, message, status)
     select integration_id, id, $2, $3, $3, $3, $4::timestamptz, gen_random_uuid(), $5, $6, $7, $8,
       case when $4::timestamptz is null then 'open' else 'fixed' end, 'open', 'repository', gen_random_uuid()::text, $9, 'OPEN'
     from code_quality.projects where id = $1`,
    [
      place.project,
      place.branch,
      period.from,
      period.to ?? null,
      hotspot ? 'hotspot' : 'issue',
      hotspot ? 'hotspot' : 'vulnerability',
      hotspot ? 'probability' : 'impact',
      period.level ?? 'HIGH',
      period.title ?? 'A flaw',
    ],
  );
  await clone.db.transaction((tx) => rebuildDaily(tx, [place.project]));
}

describe('buckets', () => {
  let id: number;

  beforeAll(async () => {
    const place = await project({ key: 'buckets' });
    id = place.project;
    await finding(place, { from: '2026-10-25T23:59:59Z' });
    await finding(place, { from: '2026-10-26T00:00:00Z', to: '2026-11-01T23:59:59Z' });
    await finding(place, { from: '2026-11-03T12:00:00Z', to: '2026-11-03T13:00:00Z' });
    await finding(place, { from: '2026-11-17T12:00:00Z', level: 'BLOCKER' });
    // A server whose clock is a day ahead.
    await finding(place, { from: '2026-11-21T12:00:00Z', level: 'LOW' });
  });

  const trend = (query: Record<string, string>) =>
    ask<SecurityTrend>(routes, paths.trend, { projects: String(id), ...query });

  test('begin on Monday in UTC, the range’s ends cut them, and today’s is not complete', async () => {
    const answer = await trend({ from: '2026-10-21', granularity: 'week' });
    expect(
      answer.buckets.map((b) => [b.from, b.to, b.open.total, b.created.total, b.resolved.total, b.complete]),
    ).toEqual([
      ['2026-10-21', '2026-10-25', 1, 1, 0, true],
      ['2026-10-26', '2026-11-01', 1, 1, 1, true],
      ['2026-11-02', '2026-11-08', 1, 1, 1, true],
      ['2026-11-09', '2026-11-15', 1, 0, 0, true],
      ['2026-11-16', '2026-11-20', 3, 2, 0, false],
    ]);
    expect(answer.buckets[4]?.open).toEqual({ ...zero, unknown: 0, critical: 1, high: 1, low: 1, total: 3 });
    expect(answer.trendLine.open).toEqual({ slopePerBucket: 0, values: [1, 1, 1, 1, 1] });
  });

  test.each([
    ['4w', 'week', '2026-10-24', 5],
    ['12w', 'week', '2026-08-29', 13],
    ['3m', 'month', '2026-08-21', 4],
    ['6m', 'month', '2026-05-21', 7],
    ['12m', 'quarter', '2025-11-21', 5],
    ['24m', 'quarter', '2024-11-21', 9],
  ])('of the last %s by %s begin on %s and end today', async (preset, granularity, from, count) => {
    const { buckets } = await trend({ preset, granularity });
    expect([buckets[0]?.from, buckets.at(-1)?.to, buckets.length]).toEqual([from, '2026-11-20', count]);
    const days = buckets
      .slice(1)
      .map(({ from: next }, index) => Date.parse(next) - Date.parse(buckets[index]?.to ?? ''));
    expect(new Set(days)).toEqual(new Set([86_400_000]));
  });

  test('of months and quarters follow the calendar', async () => {
    const months = await trend({ from: '2026-09-15', granularity: 'month' });
    expect(months.buckets.map((b) => [b.from, b.to, b.open.total])).toEqual([
      ['2026-09-15', '2026-09-30', 0],
      ['2026-10-01', '2026-10-31', 2],
      ['2026-11-01', '2026-11-20', 3],
    ]);
    const quarters = await trend({ preset: '6m', granularity: 'quarter' });
    expect(quarters.buckets.map((b) => [b.from, b.to])).toEqual([
      ['2026-05-21', '2026-06-30'],
      ['2026-07-01', '2026-09-30'],
      ['2026-10-01', '2026-11-20'],
    ]);
  });

  test('of a range that ended show what was open then, not now', async () => {
    const answer = await trend({ from: '2026-10-26', to: '2026-10-28', granularity: 'week' });
    expect(answer.buckets).toMatchObject([
      { from: '2026-10-26', to: '2026-10-28', complete: true, open: { total: 2 } },
    ]);
  });

  test('a range without a day, or with more buckets than anybody can read, is refused', async () => {
    await expect(trend({ from: '2026-12-01' })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(trend({ from: '1900-01-01', granularity: 'week' })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('tiles equal their lists', async () => {
    const query = { projects: String(id) };
    const summary = await ask<SecuritySummary>(routes, paths.summary, query);
    const list = await ask<SecurityFindings>(routes, paths.findings, query);
    expect(summary.total.open).toBe(3);
    expect(list.total).toBe(3);
    expect(list.findings.map((row) => row.severity)).toEqual(['low', 'critical', 'high']);
    expect(summary.total).toMatchObject({ change30Days: 3, changeBasis: 'read', joined30Days: 0 });
    expect(summary.total.sparkline.at(-1)).toEqual({ day: '2026-11-20', open: 3 });
    expect(summary.total.sparkline).toHaveLength(30);
  });
});

describe('what is not reliable', () => {
  test('is marked: before the first reading of a project that no server counted there are only dates', async () => {
    const known = await project({ key: 'known' });
    const young = await project({ key: 'young', reliableFrom: '2026-11-10T08:00:00Z' });
    await finding(known, { from: '2026-06-01T00:00:00Z' });
    await finding(young, { from: '2026-10-28T00:00:00Z' });
    const query = { projects: `${known.project},${young.project}`, from: '2026-10-19', granularity: 'week' };
    const answer = await ask<SecurityTrend>(routes, paths.trend, query);
    expect([answer.readFrom, answer.countedFrom]).toEqual(['2026-11-10', '2026-11-10']);
    expect(answer.buckets.map((b) => [b.to, b.open.total, b.basis])).toEqual([
      ['2026-10-25', 1, 'reconstructed'],
      ['2026-11-01', 2, 'reconstructed'],
      ['2026-11-08', 2, 'reconstructed'],
      ['2026-11-15', 2, 'read'],
      ['2026-11-20', 2, 'read'],
    ]);
  });

  test('a first run that goes on is said so', async () => {
    const { id } = await clone.db.one<{ id: number }>("select id from integrations.integrations where name = 'known'");
    const unread = await ask<SecuritySummary>(routes, paths.summary, {});
    expect(unread.state).toEqual({
      asOf: null,
      incomplete: true,
      projectsRead: 0,
      projectsKnown: 0,
      projectsUpdating: 0,
      projectsRecomputing: 0,
    });
    await clone.db.execute(
      `insert into ingestion.sync_wants (integration_id, slice, phase, priority) values ($1, 'project:a', 'current', 3), ($1, 'project:b', 'current', 3)`,
      [id],
    );
    await clone.db.execute(
      `insert into ingestion.slices (integration_id, slice, current_published_at) values ($1, 'project:a', '2026-11-20T09:00:00Z')`,
      [id],
    );
    await clone.db.execute("update integrations.integrations set state = 'deleting' where id <> $1", [id]);
    const reading = await ask<SecuritySummary>(routes, paths.summary, {});
    expect(reading.state).toEqual({
      asOf: '2026-11-20T09:00:00.000Z',
      incomplete: true,
      projectsRead: 1,
      projectsKnown: 2,
      projectsUpdating: 0,
      projectsRecomputing: 0,
    });
    await clone.db.execute(
      `insert into ingestion.slices (integration_id, slice, current_published_at) values ($1, 'project:b', '2026-11-20T09:30:00Z')`,
      [id],
    );
    await clone.db.execute(
      `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at) values ($1, 'incremental_sync', 'success', 'schedule', '2026-11-20T09:45:00Z')`,
      [id],
    );
    const read = await ask<SecuritySummary>(routes, paths.summary, {});
    expect(read.state).toEqual({
      asOf: '2026-11-20T09:45:00.000Z',
      incomplete: false,
      projectsRead: 2,
      projectsKnown: 2,
      projectsUpdating: 0,
      projectsRecomputing: 0,
    });
  });
});

test('CSV of a list has every row and disarms formulas', async () => {
  const place = await project({ key: 'csv' });
  for (let n = 0; n < 55; n++)
    await finding(place, { from: `2026-10-01T00:00:${String(n).padStart(2, '0')}Z`, title: `=cmd|${n}` });
  const file = await ask<{ fileName: string; stream: AsyncIterable<unknown> }>(routes, paths.findings, {
    projects: String(place.project),
    format: 'csv',
  });
  let text = '';
  for await (const chunk of file.stream) text += String(chunk);
  const lines = text.trimEnd().split('\r\n');
  expect(lines).toHaveLength(56);
  expect(lines[1]).toContain("'=cmd|54");
  expect(file.fileName).toBe('security-findings-2026-11-20.csv');
});
