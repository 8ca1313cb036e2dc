import { type Actor, type Route, StreamedAnswer } from '../../src/features/access/index.ts';
import type {
  SecurityFilters,
  SecurityFindings,
  SecuritySummary,
  SecurityTrend,
  SeverityCounts,
  TopProjects,
} from '../../src/features/insights/contract.ts';
import { type Scope, scopeOf, severities } from '../../src/features/insights/security/scope.ts';
import type { Database } from '../../src/platform/database/index.ts';
import {
  type Counts,
  type PlainDay,
  plainDays,
  plainFindings,
  plainPresent,
  plainProjects,
  plainTrend,
} from './plain-count.ts';
import type { Question } from './questions.ts';

const actor: Actor = { kind: 'local', userId: null, tokenId: null, name: 'bench', role: 'viewer' };

/** Calls a route of the room as the HTTP surface would, its shapes included. */
export async function ask<Answer>(
  routes: readonly Route[],
  path: string,
  query: Record<string, string>,
): Promise<Answer> {
  const route = routes.find((candidate) => candidate.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const handle = route.handle as unknown as (request: object) => Promise<unknown>;
  const answer = await handle({ query: route.query?.parse(query), actor, signal: new AbortController().signal });
  return (answer instanceof StreamedAnswer ? answer : route.response?.parse(answer)) as Answer;
}

export const paths = {
  summary: '/api/v1/insights/security/summary',
  trend: '/api/v1/insights/security/trend',
  projects: '/api/v1/insights/security/projects',
  findings: '/api/v1/insights/security/findings',
  filters: '/api/v1/insights/security/filters',
} as const;

/** Every number of every answer to a question that differs from a plain count. */
export async function checkAnswers(db: Database, routes: readonly Route[], question: Question): Promise<string[]> {
  const scope = scopeOf({ ...parsedFilters(question) });
  const differences: string[] = [];
  const same = (what: string, got: unknown, wanted: unknown): void => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) {
      differences.push(`${what}: answered ${JSON.stringify(got)}, counted ${JSON.stringify(wanted)}`);
    }
  };
  const present = await plainPresent(db, scope);
  const days = await plainDays(db, scope);
  await checkSummary(routes, { question, scope, present, days, same });
  await checkTrend(routes, { question, scope, days, same });
  await checkProjects(db, routes, { question, scope, same });
  await checkFindings(db, routes, { question, scope, present, same });
  return differences;
}

type Same = (what: string, got: unknown, wanted: unknown) => void;

interface Context {
  question: Question;
  scope: Scope;
  same: Same;
}

function parsedFilters({ filters }: Question): Parameters<typeof scopeOf>[0] {
  const split = (name: string): string[] | undefined => filters[name]?.split(',');
  return {
    projects: split('projects')?.map(Number),
    severity: split('severity') as Scope['severities'] extends readonly (infer S)[] | null ? S[] : never,
    assetType: split('assetType') as Scope['assetTypes'] extends readonly (infer A)[] | null ? A[] : never,
    branchScope: filters['branchScope'] as 'main' | 'all',
  };
}

async function checkSummary(
  routes: readonly Route[],
  context: Context & { present: Counts; days: PlainDay[] },
): Promise<void> {
  const { question, scope, present, same } = context;
  const summary = await ask<SecuritySummary>(routes, paths.summary, question.filters);
  const line = summary.total.sparkline.map(({ day }) => ({ from: day, to: day }));
  const plain = plainTrend(context.days, scope, line);
  const counted = (state: string) => severityCounts(scope, (severity) => present[`vulnerability ${state} ${severity}`]);
  same('summary total', summary.total.open, counted('open').total);
  same(
    'summary total sparkline',
    summary.total.sparkline.map((point) => point.open),
    plain.map((bucket) => totalOf(bucket.open)),
  );
  for (const tile of summary.severities) {
    same(`summary ${tile.severity}`, tile.open, counted('open')[tile.severity]);
    const counts = plain.map((bucket) => bucket.open[tile.severity] ?? 0);
    same(
      `summary ${tile.severity} sparkline`,
      tile.sparkline.map((point) => point.open),
      counts,
    );
  }
  same('summary accepted', summary.accepted, counted('accepted').total);
  same('summary false positive', summary.falsePositive, counted('false_positive').total);
  const level = (name: string): number => present[`hotspot open level ${name}`] ?? 0;
  const hotspots = { high: level('HIGH'), medium: level('MEDIUM'), low: level('LOW'), unknown: level('unknown') };
  same('summary hotspots', summary.hotspots, { ...hotspots, total: totalOf(hotspots) });
}

async function checkTrend(
  routes: readonly Route[],
  { question, scope, days, same }: Context & { days: PlainDay[] },
): Promise<void> {
  const trend = await ask<SecurityTrend>(routes, paths.trend, { ...question.filters, ...question.trend });
  const plain = plainTrend(days, scope, trend.buckets);
  for (const [index, bucket] of trend.buckets.entries()) {
    for (const measure of ['open', 'created', 'resolved'] as const) {
      const counts = plain[index]?.[measure] ?? {};
      same(
        `trend ${bucket.from} ${measure}`,
        bucket[measure],
        pastCounts(severityCounts(scope, (severity) => counts[severity])),
      );
    }
  }
}

async function checkProjects(
  db: Database,
  routes: readonly Route[],
  { question, scope, same }: Context,
): Promise<void> {
  const answer = await ask<TopProjects>(routes, paths.projects, { ...question.filters, limit: '500' });
  const plain = await plainProjects(db, scope);
  same('projects total', answer.total, plain.size);
  for (const project of answer.projects) {
    const counts = plain.get(project.id) ?? {};
    same(
      `project ${project.id}`,
      project.open,
      severityCounts(scope, (severity) => counts[severity]),
    );
  }
  const totals = [...plain.values()].map(totalOf).sort((a, b) => b - a);
  same(
    'projects, most first',
    answer.projects.map((project) => project.open.total),
    totals.slice(0, 500),
  );
}

async function checkFindings(
  db: Database,
  routes: readonly Route[],
  context: Context & { present: Counts },
): Promise<void> {
  const { question, scope, present, same } = context;
  const listing = question.findings as { list: string; sort: string; direction: 'asc' | 'desc'; page: string };
  const answer = await ask<SecurityFindings>(routes, paths.findings, { ...question.filters, ...listing });
  const { list } = listing;
  const total =
    list === 'hotspots'
      ? totalOf(Object.fromEntries(Object.entries(present).filter(([name]) => name.startsWith('hotspot open level '))))
      : severityCounts(scope, (severity) => present[`vulnerability ${list} ${severity}`]).total;
  same(`findings ${list} total`, answer.total, total);
  const plain = await plainFindings(db, scope, listing, Number(listing.page));
  same(
    `findings ${JSON.stringify(listing)}`,
    answer.findings.map((finding) => finding.id),
    plain.map((row) => row.id),
  );
}

/** What can be chosen is what there is. */
export async function checkFilters(
  db: Database,
  routes: readonly Route[],
  branchScope: 'main' | 'all',
): Promise<string[]> {
  const answer = await ask<SecurityFilters>(routes, paths.filters, { branchScope });
  const rows = await db.query<{ id: number; n: number }>(
    `select project_id as id, count(*) as n from bench.periods where to_day is null and branch_class = any($1) group by 1 order by 1`,
    [branchScope === 'main' ? ['main'] : ['main', 'branch']],
  );
  const got = answer.projects.map(({ id, findings }) => ({ id, n: findings })).sort((a, b) => a.id - b.id);
  return JSON.stringify(got) === JSON.stringify(rows) ? [] : [`filters ${branchScope}: projects differ`];
}

function severityCounts(scope: Scope, count: (severity: string) => number | undefined): SeverityCounts {
  const counts = Object.fromEntries(
    severities.map((severity) => [
      severity,
      scope.severities === null || scope.severities.includes(severity) ? (count(severity) ?? 0) : 0,
    ]),
  ) as Omit<SeverityCounts, 'total'>;
  return { ...counts, total: totalOf(counts) };
}

/** The data have no count of a server. */
const pastCounts = ({ total, ...counts }: SeverityCounts): object => ({ ...counts, total, unknown: 0 });

function totalOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
