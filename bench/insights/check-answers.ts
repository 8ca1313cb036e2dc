import { type Actor, type Route, StreamedAnswer } from '../../src/features/access/index.ts';
import type {
  AgeBucket,
  ResolveTimes,
  SecurityAges,
  SecurityFilters,
  SecurityFindings,
  SecurityResolveTimes,
  SecuritySummary,
  SecurityTrend,
  SeverityCounts,
  TopProjects,
} from '../../src/features/insights/contract.ts';
import { createdRange } from '../../src/domain/finding-age.ts';
import { type Scope, scopeOf, severities } from '../../src/features/insights/security/scope.ts';
import type { Database } from '../../src/platform/database/index.ts';
import {
  type Counts,
  type PlainDay,
  plainAges,
  plainDays,
  plainFindings,
  plainPresent,
  plainProjects,
  plainTimes,
  plainTrend,
} from './plain-count.ts';
import type { Question } from './questions.ts';

const actor: Actor = { kind: 'local', userId: null, tokenId: null, name: 'bench', role: 'viewer' };

/** Calls a route of the room as the HTTP surface would, its shapes included. */
export async function ask<Answer>(
  routes: readonly Route[],
  path: string,
  query: Record<string, string>,
  params: Record<string, string> = {},
): Promise<Answer> {
  const route = routes.find((candidate) => candidate.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const handle = route.handle as unknown as (request: object) => Promise<unknown>;
  const answer = await handle({
    query: route.query?.parse(query),
    params: route.params?.parse(params),
    actor,
    signal: new AbortController().signal,
  });
  return (answer instanceof StreamedAnswer ? answer : route.response?.parse(answer)) as Answer;
}

export const paths = {
  summary: '/api/v1/insights/security/summary',
  trend: '/api/v1/insights/security/trend',
  ages: '/api/v1/insights/security/ages',
  resolveTimes: '/api/v1/insights/security/resolve-times',
  projects: '/api/v1/insights/security/projects',
  findings: '/api/v1/insights/security/findings',
  filters: '/api/v1/insights/security/filters',
} as const;

/**
 * Every number of every answer to a question that differs from a plain count. `held`: the projects that the question’s
 * node is said to hold.
 */
export async function checkAnswers(
  db: Database,
  routes: readonly Route[],
  question: Question,
  held: readonly number[] | null = null,
): Promise<string[]> {
  const asked = scopeOf({ ...parsedFilters(question) });
  const scope: Scope =
    held === null ? asked : { ...asked, projects: asked.projects?.filter((id) => held.includes(id)) ?? held };
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
  const today = await checkAges(db, routes, { question, scope, present, same });
  await checkResolveTimes(db, routes, { question, scope, same });
  await checkProjects(db, routes, { question, scope, same });
  await checkFindings(db, routes, { question, scope, present, same, today });
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
  // Each severity keeps its number whatever is asked for.
  const plainOfEach = plainTrend(context.days, { ...scope, severities: null }, line);
  for (const tile of summary.severities) {
    same(`summary ${tile.severity}`, tile.open, present[`vulnerability open ${tile.severity}`] ?? 0);
    same(`summary ${tile.severity} included`, tile.included, scope.severities?.includes(tile.severity) ?? true);
    const counts = plainOfEach.map((bucket) => bucket.open[tile.severity] ?? 0);
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

/** Returns the day ages are counted to. */
async function checkAges(
  db: Database,
  routes: readonly Route[],
  { question, scope, present, same }: Context & { present: Counts },
): Promise<string> {
  const answer = await ask<SecurityAges>(routes, paths.ages, question.filters);
  const bounds = answer.buckets.flatMap(({ toDays }) => toDays ?? []);
  const plain = await plainAges(db, scope, { today: answer.today, bounds });
  for (const [index, { age, open }] of answer.buckets.entries()) {
    same(
      `age ${age}`,
      open,
      severityCounts(scope, (severity) => plain[index]?.[severity]),
    );
  }
  const open = severityCounts(scope, (severity) => present[`vulnerability open ${severity}`]);
  same('ages in sum', answer.open, open);
  return answer.today;
}

async function checkResolveTimes(
  db: Database,
  routes: readonly Route[],
  { question, scope, same }: Context,
): Promise<void> {
  const answer = await ask<SecurityResolveTimes>(routes, paths.resolveTimes, {
    ...question.filters,
    ...question.trend,
  });
  const [first, last] = [answer.buckets[0], answer.buckets.at(-1)];
  if (first === undefined || last === undefined) return;
  const all = { from: first.from, to: last.to };
  const plain = await plainTimes(db, scope, all);
  for (const { from, to, times } of [...answer.buckets, { ...all, times: answer.times }]) {
    const own = plain.filter(({ day }) => day >= from && day <= to);
    for (const name of [...severities, 'all'] as const) {
      const days = own.filter(({ severity }) => name === 'all' || severity === name).map((row) => row.days);
      same(`resolve times ${from} to ${to} ${name}`, times[name], plainResolveTimes(days));
    }
  }
}

/** By sorting all of them; a time is shown as the middle of those that are an eighth of a doubling wide. */
function plainResolveTimes(days: readonly number[]): ResolveTimes {
  const at = (share: number): number | null => {
    const exact = days[Math.ceil(days.length * share) - 1];
    if (exact === undefined) return null;
    let width = 1;
    while (exact / width >= 16) width *= 2;
    return Math.floor(exact / width) * width + Math.floor(width / 2);
  };
  const mean = days.length === 0 ? null : Math.round((10 * days.reduce((a, b) => a + b, 0)) / days.length) / 10;
  return { resolved: days.length, mean, median: at(0.5), p90: at(0.9) };
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
  context: Context & { present: Counts; today: string },
): Promise<void> {
  const { question, scope, present, same, today } = context;
  const listing = question.findings as Record<'list' | 'sort' | 'page' | 'age', string> & { direction: 'asc' | 'desc' };
  const answer = await ask<SecurityFindings>(routes, paths.findings, { ...question.filters, ...question.findings });
  const { list } = listing;
  const ages = (question.findings['age']?.split(',') ?? []) as AgeBucket[];
  const created = ages.length === 0 ? null : ages.map((age) => createdRange(age, today));
  const total =
    list === 'hotspots'
      ? totalOf(Object.fromEntries(Object.entries(present).filter(([name]) => name.startsWith('hotspot open level '))))
      : severityCounts(scope, (severity) => present[`vulnerability ${list} ${severity}`]).total;
  if (created === null) same(`findings ${list} total`, answer.total, total);
  else {
    // What the chart of ages says of them.
    const { buckets } = await ask<SecurityAges>(routes, paths.ages, question.filters);
    const chosen = buckets.filter(({ age }) => ages.includes(age));
    const wanted = chosen.reduce((sum, { open }) => sum + open.total, 0);
    same(`findings of ages ${ages.join(',')} total`, answer.total, wanted);
  }
  const plain = await plainFindings(db, scope, { ...listing, created }, Number(listing.page));
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
