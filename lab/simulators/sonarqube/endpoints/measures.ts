import { formatInstant } from '../dates.ts';
import { metricsOf } from '../metrics.ts';
import type { Profile } from '../profiles.ts';
import { type Analysis, lastAnalysis, mainBranchOf, type Project, type Scope } from '../state/model.ts';
import {
  type Call,
  type Endpoint,
  findProject,
  list,
  required,
  scopeMember,
  scopeOfComponent,
  scopeWords,
} from '../call.ts';
import { paging, pagingOf } from '../paging.ts';
import { type ApiError, badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse, canScan, ownerSees } from '../subject.ts';
import { dateOf } from './issue-parameters.ts';
import { newCodeStart } from './issues-search.ts';

function searchMetrics(call: Call): Reply {
  const page = paging(call);
  const metrics = metricsOf(call.profile);
  const shown = metrics.slice(page.from, page.from + page.size);
  return json({
    metrics: shown.map((metric) => ({ id: `id-${metric.key}`, ...metric, description: metric.name })),
    total: metrics.length,
    p: page.page,
    ps: page.size,
  });
}

/** Wanted metrics, all of which must exist; status and words of the refusal differ between services. */
export function wantedMetrics(call: Call, parameter: string, refuse: (unknown: string) => ApiError): string[] {
  const wanted = (list(call, parameter) ?? [required(call, parameter)]).filter(
    (key, at, all) => all.indexOf(key) === at,
  );
  const known = new Set(metricsOf(call.profile).map((metric) => metric.key));
  const unknown = wanted.filter((key) => !known.has(key));
  if (unknown.length > 0) throw refuse(unknown.join(', '));
  return wanted;
}

export const notFoundMetrics = (unknown: string): ApiError =>
  notFound(`The following metric keys are not found: ${unknown}`);

export function refuseBoth(call: Call): void {
  const { branch, pullRequest } = scopeWords(call);
  if (branch !== undefined && pullRequest !== undefined)
    throw badRequest('Either branch or pull request can be provided, not both');
}

export function measuresMember(call: Call, analysis: Analysis | null, wanted: readonly string[]) {
  if (!analysis) return [];
  const wantedSet = new Set(wanted);
  const overall = Object.entries(analysis.measures)
    .filter(([metric]) => wantedSet.has(metric))
    .map(([metric, value]) => ({ metric, value, ...best(metric, value) }));
  const newCode = Object.entries(analysis.newMeasures)
    .filter(([metric]) => wantedSet.has(metric))
    .map(([metric, value]) => {
      const period = { index: 1, value, ...best(metric, value) };
      return { metric, period, ...(call.profile.periods ? { periods: [period] } : {}) };
    });
  return [...overall, ...newCode];
}

/** Counts of bad things have a best value. */
function best(metric: string, value: string): { bestValue?: boolean } {
  if (/violations|bugs|vulnerabilities|smells|_issues$|hotspots$/.test(metric) && /^\d+$/.test(value))
    return { bestValue: value === '0' };
  return metric.endsWith('coverage') ? { bestValue: value === '100.0' } : {};
}

function measureComponent(call: Call): Reply {
  refuseBoth(call);
  const key = required(call, 'component');
  const wanted = wantedMetricsLater(call, 'metricKeys');
  const project = findProject(call, key);
  if (!project) throw notFound(`Component key '${key}' not found`);
  const scope = scopeOfComponent(call, project);
  const readable =
    canBrowse(call.world, call.subject, project) || (call.profile.scanReadsMeasures && canScan(call.subject, project));
  if (!readable) throw forbidden();
  const metrics = wanted();
  const period = (list(call, 'additionalFields') ?? []).includes('period') ? periodOf(scope) : null;
  return json({
    component: {
      key: project.key,
      name: project.name,
      qualifier: 'TRK',
      measures: measuresMember(call, lastAnalysis(scope), metrics),
      ...scopeMember(scope),
    },
    ...(period === null ? {} : { period }),
  });
}

/** The parameter must be there at once, but unknown metrics are told only after rights are checked. */
function wantedMetricsLater(call: Call, parameter: string): () => string[] {
  required(call, parameter);
  return () => wantedMetrics(call, parameter, notFoundMetrics);
}

export function periodOf(scope: Scope): object | null {
  const start = newCodeStart(scope);
  if (start === null || scope.kind === 'pullRequest') return null;
  const version = scope.analyses.find((analysis) => analysis.at === start)?.version;
  return { index: 1, mode: 'PREVIOUS_VERSION', date: formatInstant(start), ...(version ? { parameter: version } : {}) };
}

/** Paging counts analyses; oldest first; an analysis without the measure has an entry without `value`. */
function searchHistory(call: Call): Reply {
  refuseBoth(call);
  const key = required(call, 'component');
  const wanted = wantedMetrics(call, 'metrics', (unknown) => badRequest(`Metrics ${unknown} are not found`));
  const project = findProject(call, key);
  if (!project) throw notFound(`Component key '${key}' not found`);
  const scope = scopeOfComponent(call, project);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const page = paging(call, { maximum: 1000, wording: 'history' });
  const analyses = inDates(call, scope.analyses);
  const shown = analyses.slice(page.from, page.from + page.size);
  return json({
    paging: pagingOf(page, analyses.length),
    measures: wanted.map((metric) => ({
      metric,
      // Never a value for measures over new code (section 14.1, point 4).
      history: shown.map((analysis) => ({
        date: formatInstant(analysis.at),
        ...(analysis.measures[metric] === undefined ? {} : { value: analysis.measures[metric] }),
      })),
    })),
  });
}

/** `from` and `to` are both inclusive; a date-only `to` covers that whole day. */
export function inDates(call: Call, analyses: readonly Analysis[]): Analysis[] {
  const from = dateOf(call, 'from')?.epochSeconds ?? 0;
  const to = dateOf(call, 'to');
  const end = to ? to.epochSeconds + (to.dateOnly ? 86_399 : 0) : Number.POSITIVE_INFINITY;
  return analyses.filter((analysis) => analysis.at >= from && analysis.at <= end);
}

/** Largest number of projects in one call of `measures/search`. */
const maximumProjects = 100;

function searchMeasures(call: Call): Reply {
  required(call, 'metricKeys');
  const keys = list(call, 'projectKeys') ?? [required(call, 'projectKeys')];
  if (keys.length > maximumProjects)
    throw badRequest(`${keys.length} projects provided, more than maximum authorized (${maximumProjects})`);
  const wanted = wantedMetrics(call, 'metricKeys', (unknown) =>
    badRequest(`The following metrics are not found: ${unknown}`),
  );
  const readable = keys.flatMap((key) => findProject(call, key) ?? []).filter((project) => readsAll(call, project));
  return json({
    measures: readable.flatMap((project) =>
      measuresMember(call, lastAnalysis(mainBranchOf(project)), wanted).map((measure) => ({
        ...measure,
        component: project.key,
      })),
    ),
  });
}

function readsAll(call: Call, project: Project): boolean {
  const { subject } = call;
  if (subject.kind === 'token' && subject.token.kind === 'sqp') return subject.token.projectKey === project.key;
  return ownerSees(call.world, subject, project);
}

const measureFields = (profile: Profile): readonly string[] => [
  'metrics',
  'period',
  ...(profile.periods ? ['periods'] : []),
];

export const measures: readonly Endpoint[] = [
  { method: 'GET', path: 'api/metrics/search', handle: searchMetrics },
  {
    method: 'GET',
    path: 'api/measures/component',
    choices: { additionalFields: measureFields },
    handle: measureComponent,
  },
  { method: 'GET', path: 'api/measures/search_history', handle: searchHistory },
  { method: 'GET', path: 'api/measures/search', handle: searchMeasures },
];
