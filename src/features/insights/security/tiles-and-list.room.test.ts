import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { seededRandom } from '../../../../bench/insights/random.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Facets, Findings, Project, ProjectList } from '../../code-quality/contract.ts';
import { codeQualityRoutes } from '../../code-quality/index.ts';
import type { SecurityAges, SecurityFindings, SecuritySummary, SecurityTrend } from '../contract.ts';
import { createInsights } from '../index.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let clone: TestDatabase;

beforeAll(async () => {
  clone = await cloneDatabase();
  await generate(clone.db, { findings: 3000, projects: 15, seed, now, days: 'pending' });
}, 120_000);

afterAll(() => clone.drop());

test(`each tile of Security leads to as many findings as it says (seed ${seed})`, async () => {
  const tiles = createInsights({ db: clone.db, log: silentLog, now: () => now }).routes;
  const lists = codeQualityRoutes({ db: clone.db, now: () => now });
  const random = seededRandom(seed);
  for (let n = 0; n < 12; n++) {
    const scope = {
      branchScope: random.pick(['main', 'all']),
      counting: random.pick(['server', 'other']),
      ...(random.next() < 0.4 ? { assetType: random.pick(['repository', 'iac_file']) } : {}),
    };
    const projects = random.next() < 0.5 ? random.sample([1, 2, 3, 4, 5, 6], 3).join(',') : undefined;
    const summary = await ask<SecuritySummary>(tiles, paths.summary, {
      ...scope,
      ...(projects === undefined ? {} : { projects }),
    });
    const filters = { ...scope, ...(projects === undefined ? {} : { projects }) };
    const ages = await ask<SecurityAges>(tiles, paths.ages, filters);
    const rows = async (query: Record<string, string>): Promise<number> => {
      const filter = { ...scope, ...(projects === undefined ? {} : { project: projects }), ...query };
      const { total } = await ask<Findings>(lists, '/api/v1/findings', filter);
      const counted = await ask<Facets>(lists, '/api/v1/findings/facets', { ...filter, facets: 'severity' });
      expect(counted.total).toBe(total);
      return total;
    };
    const hint = `seed ${seed}, ${JSON.stringify({ n, scope, projects })}`;
    expect(await rows({ status: 'open', type: 'vulnerability' }), hint).toBe(summary.total.open);
    expect(await rows({ status: 'open', quality: 'security' }), hint).toBe(summary.total.open);
    expect(await rows({ status: 'accepted', type: 'vulnerability' }), hint).toBe(summary.accepted);
    expect(await rows({ status: 'false_positive', type: 'vulnerability' }), hint).toBe(summary.falsePositive);
    expect(await rows({ status: 'open', type: 'hotspot' }), hint).toBe(summary.hotspots.total);
    for (const { severity, open } of summary.severities)
      expect(await rows({ status: 'open', type: 'vulnerability', severity }), `${hint} ${severity}`).toBe(open);
    for (const { age, open } of ages.buckets) {
      expect(await rows({ status: 'open', type: 'vulnerability', age }), `${hint} ${age}`).toBe(open.total);
      const listed = await ask<SecurityFindings>(tiles, paths.findings, { ...filters, age });
      expect(listed.total, `${hint} ${age}`).toBe(open.total);
    }
  }
}, 120_000);

test(`a project has one number of open vulnerabilities, whichever page shows it (seed ${seed})`, async () => {
  await clone.db.execute(
    `insert into ingestion.slices (integration_id, slice, current_published_at)
     select integration_id, 'project:' || source_key, now() from code_quality.projects on conflict do nothing`,
  );
  const security = createInsights({ db: clone.db, log: silentLog, now: () => now }).routes;
  const projects = codeQualityRoutes({ db: clone.db, now: () => now });
  const list = await ask<ProjectList>(projects, '/api/v1/projects', {});
  let sum = 0;
  for (const { id, openVulnerabilities } of list.projects) {
    const [of, at] = [{ projects: String(id) }, `seed ${seed}, project ${id}`];
    const overview = await ask<Project>(projects, '/api/v1/projects/:id', {}, { id: String(id) });
    const summary = await ask<SecuritySummary>(security, paths.summary, of);
    const ages = await ask<SecurityAges>(security, paths.ages, of);
    const trend = await ask<SecurityTrend>(security, paths.trend, { ...of, preset: '6m' });
    const facets = await ask<Facets>(
      projects,
      '/api/v1/projects/:id/findings/facets',
      { facets: 'severity', type: 'vulnerability', status: 'open' },
      { id: String(id) },
    );
    expect(openVulnerabilities, at).not.toBeNull();
    expect(
      [
        overview.openVulnerabilities,
        summary.total.open,
        ages.open.total,
        trend.buckets.at(-1)?.open.total,
        facets.total,
      ],
      at,
    ).toEqual(Array.from({ length: 5 }, () => openVulnerabilities));
    const [bar] = facets.facets;
    for (const { severity, open } of summary.severities)
      expect(bar?.values.find(({ value }) => value === severity)?.findings ?? 0, `${at} ${severity}`).toBe(open);
    sum += openVulnerabilities ?? 0;
  }
  expect(sum).toBeGreaterThan(0);
  expect((await ask<SecuritySummary>(security, paths.summary, {})).total.open).toBe(sum);
}, 120_000);
