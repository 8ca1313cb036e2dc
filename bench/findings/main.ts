/*
 * The list of findings and its facets at 1,000,000 findings over 2,000 projects:
 *
 *   node_modules/.bin/node bench/findings/main.ts
 *
 * BENCH_SCALE=0.01 makes it a hundredth, SEED=n another data set. On a PostgreSQL of its own, which is gone afterwards.
 * Prints p50 and p95 of each kind of question, asked as the pages ask it, and ends with 1 when the number of rows and
 * what the facets count ever differ.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { codeQualityRoutes } from '../../src/features/code-quality/index.ts';
import type { Facets, Findings } from '../../src/features/code-quality/contract.ts';
import { connect } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster } from '../../test/support/cluster.ts';
import { migrateEverything, templateDatabase } from '../../test/support/schema.ts';
import { ask } from '../insights/check-answers.ts';
import { generate } from '../insights/generate.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['SEED'] ?? 20_261_120);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 8);
const now = new Date('2026-11-20T10:00:00.000Z');

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const usual = 'severity,quality,type,status,age,rule';
const open = { status: 'open' };

/** Filters of the list, and which facets the page has open beside it. */
const questions: Record<string, { filter: Record<string, string>; list?: Record<string, string>; facets?: string }> = {
  'all that is open': { filter: open, facets: usual },
  'open vulnerabilities': { filter: { ...open, quality: 'security' }, facets: usual },
  'critical and high': { filter: { ...open, severity: 'critical,high' }, facets: usual },
  'four filters': {
    filter: { ...open, severity: 'critical,high', quality: 'security', age: '31-90,91-365', tag: 'tag-7' },
    facets: usual,
  },
  'text, frequent': { filter: { ...open, search: 'weak hash' }, facets: usual },
  'text, of a file': { filter: { ...open, search: 'Service12.java' }, facets: usual },
  'text, none has it': { filter: { ...open, search: 'no such words' }, facets: usual },
  'text beyond ASCII': { filter: { ...open, search: 'ärger' }, facets: usual },
  'every facet at once': {
    filter: open,
    facets: 'severity,quality,type,status,age,rule,file,tag,cwe,owasp,author,assignee,assetType,project',
  },
  'page 2,000': { filter: open, list: { page: '2000' } },
  'by file': { filter: open, list: { sort: 'file', direction: 'asc' } },
  'by update': { filter: open, list: { sort: 'updated' } },
};

async function main(): Promise<number> {
  const findings = Math.round(1_000_000 * scale);
  const projects = Math.max(20, Math.round(2000 * scale));
  say(`seed ${seed}, ${findings.toLocaleString('en')} findings, ${projects} projects, ${availableParallelism()} cores`);
  const cluster = await startTestCluster({}, tmpdir());
  const urlOf = (name: string): string =>
    `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${name}`;
  try {
    await migrateEverything(urlOf('postgres'), urlOf, silentLog);
    const loading = { work_mem: '128MB', maintenance_work_mem: '512MB', statement_timeout: '0' };
    const open = (settings: Record<string, string>): ReturnType<typeof connect> =>
      connect({ connectionString: urlOf(templateDatabase), applicationName: 'bench', log: silentLog, settings });
    const loader = open(loading);
    await generate(loader, { findings, projects, seed, now, days: 'direct' });
    await loader.execute('vacuum analyze');
    await loader.close();
    const db = open({});
    const wrong = await measure(codeQualityRoutes({ db, now: () => now }));
    await db.close();
    return wrong;
  } finally {
    await cluster.stop();
  }
}

async function measure(routes: Parameters<typeof ask>[0]): Promise<number> {
  let wrong = 0;
  for (const [name, { filter, list, facets }] of Object.entries(questions)) {
    const taken: Record<'list' | 'facets', number[]> = { list: [], facets: [] };
    let total: number | null = null;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const page = (await ask(routes, '/api/v1/findings', { ...filter, ...list })) as Findings;
      taken.list.push(performance.now() - start);
      if (total !== null && page.total !== total) wrong = 1;
      total = page.total;
      if (facets === undefined) continue;
      const begun = performance.now();
      const counted = (await ask(routes, '/api/v1/findings/facets', { ...filter, facets })) as Facets;
      taken.facets.push(performance.now() - begun);
      if (counted.total !== total) wrong = 1;
    }
    const times = Object.entries(taken).filter(([, values]) => values.length > 0);
    const words = times.map(
      ([what, values]) => `${what} p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms`,
    );
    say(`  ${name.padEnd(22)} ${String(total).padStart(7)} rows: ${words.join('; ')}`);
  }
  say(wrong === 0 ? 'lists and facets agree' : 'LISTS AND FACETS DIFFER');
  return wrong;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
}

process.exitCode = await main();
