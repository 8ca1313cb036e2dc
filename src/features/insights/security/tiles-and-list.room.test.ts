import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { seededRandom } from '../../../../bench/insights/random.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Facets, Findings } from '../../code-quality/contract.ts';
import { codeQualityRoutes } from '../../code-quality/index.ts';
import type { SecurityAges, SecurityFindings, SecuritySummary } from '../contract.ts';
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
