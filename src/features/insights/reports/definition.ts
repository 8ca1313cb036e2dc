import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Dimension, Report, ReportDefinition, ReportKind, ReportMetric } from './contract.ts';

type Unit = Report['unit'];

interface Kind {
  /** Where the numbers come from. */
  of: 'findings' | 'days' | 'measures';
  isTrend: boolean;
  /** What it may be grouped by, the usual one first; none of a trend. */
  x: readonly Dimension[];
  stack: readonly Dimension[];
  filters: readonly Dimension[];
  metrics: readonly ReportMetric[];
}

const every: readonly Dimension[] = ['project', 'author', 'integration', 'severity', 'status', 'type'];
const ofProjects: readonly Dimension[] = ['project', 'integration'];
/** What days are counted by: of the past nobody tells whose line it was. */
const ofDays: readonly Dimension[] = ['type', 'severity', 'status', 'project', 'integration'];

const ofFindings: Kind = { of: 'findings', isTrend: false, x: every, stack: every, filters: every, metrics: [] };

function ofMeasures(metrics: readonly ReportMetric[], isTrend: boolean): Kind {
  return {
    of: 'measures',
    isTrend,
    x: isTrend ? [] : ['project'],
    stack: isTrend ? ['project'] : [],
    filters: ofProjects,
    metrics,
  };
}

const coverage: readonly ReportMetric[] = [
  'coverage',
  'line_coverage',
  'branch_coverage',
  'lines_to_cover',
  'uncovered_lines',
  'tests',
];
const complexity: readonly ReportMetric[] = ['cognitive_complexity', 'complexity'];
const duplication: readonly ReportMetric[] = [
  'duplicated_lines_density',
  'duplicated_lines',
  'duplicated_blocks',
  'duplicated_files',
];
const newCode: readonly ReportMetric[] = [
  'new_coverage',
  'new_duplicated_lines_density',
  'new_violations',
  'new_technical_debt',
  'reliability_rating',
  'security_rating',
  'sqale_rating',
  'new_reliability_rating',
  'new_security_rating',
  'new_maintainability_rating',
  'sqale_index',
];

/** Effort of the past, as servers add it up; what it is of. */
export const effortMetrics = {
  sqale_index: 'code_smell',
  reliability_remediation_effort: 'bug',
  security_remediation_effort: 'vulnerability',
} as const satisfies Partial<Record<ReportMetric, string>>;

export const kinds: Record<ReportKind, Kind> = {
  issues: ofFindings,
  'issues-trend': { of: 'days', isTrend: true, x: [], stack: ofDays, filters: ofDays, metrics: [] },
  effort: ofFindings,
  'effort-trend': {
    of: 'measures',
    isTrend: true,
    x: [],
    stack: ['type', 'project'],
    filters: [...ofProjects, 'type'],
    metrics: Object.keys(effortMetrics) as ReportMetric[],
  },
  metrics: ofMeasures(coverage, false),
  'metrics-trend': ofMeasures(coverage, true),
  complexity: ofMeasures(complexity, false),
  'complexity-trend': ofMeasures(complexity, true),
  duplication: ofMeasures(duplication, false),
  'duplication-trend': ofMeasures(duplication, true),
  'new-code': ofMeasures(newCode, false),
  'new-code-trend': ofMeasures(newCode, true),
};

export function unitOf(metric: ReportMetric): Unit {
  if (metric.endsWith('_rating')) return 'rating';
  if (metric.endsWith('coverage') || metric.endsWith('_density')) return 'percent';
  return metric in effortMetrics || metric === 'new_technical_debt' ? 'minutes' : 'count';
}

/** Shares and ratings of several projects have no sum. */
export const isAdditive = (unit: Unit): boolean => unit !== 'percent' && unit !== 'rating';

/** `author` and `notAuthor`: what is kept and what is left out. */
export const filterNames = (dimension: Dimension) =>
  [dimension, `not${dimension.charAt(0).toUpperCase()}${dimension.slice(1)}` as `not${Capitalize<Dimension>}`] as const;

const countedStates = ['open', 'accepted', 'false_positive'];

/** What does not fit together, each as a sentence; empty when all of it does. */
export function problemsOf(asked: ReportDefinition & { at?: string | undefined }): string[] {
  const kind = kinds[asked.report];
  const problems: string[] = [];
  const words = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));
  if (asked.x !== undefined && !kind.x.includes(asked.x))
    problems.push(
      kind.isTrend ? 'The X axis of a trend is time.' : `The X axis of ${asked.report} can be ${words(kind.x)}.`,
    );
  if (asked.stack !== undefined && !kind.stack.includes(asked.stack))
    problems.push(`${asked.report} can be stacked by ${words(kind.stack)}.`);
  if (asked.stack !== undefined && asked.stack === axisOf(asked)) problems.push('The stack is the X axis already.');
  if (asked.metric !== undefined && (!kind.metrics.includes(asked.metric) || asked.report === 'effort-trend'))
    problems.push(`${asked.report} has ${asked.report === 'effort-trend' ? 'one measure' : words(kind.metrics)}.`);
  for (const dimension of every.filter((name) => !kind.filters.includes(name))) {
    if (filterNames(dimension).some((name) => (asked[name] ?? []).length > 0))
      problems.push(`${asked.report} can be filtered by ${words(kind.filters)}.`);
  }
  if (kind.of === 'measures' && asked.branchScope === 'all') problems.push('Measures are those of main branches.');
  if (
    kind.of === 'days' &&
    [...(asked.status ?? []), ...(asked.notStatus ?? [])].some((state) => !countedStates.includes(state))
  )
    problems.push(`A trend counts what was ${words(countedStates)}.`);
  if (asked.at !== undefined && !kind.isTrend) problems.push('Only a trend has days.');
  return [...new Set(problems)];
}

/** Throws `invalid_request` with all that does not fit together. */
export function requireSound<Asked extends ReportDefinition & { at?: string | undefined }>(asked: Asked): Asked {
  const problems = problemsOf(asked);
  if (problems.length > 0) throw new PlumblineError('invalid_request', { message: problems.join(' ') });
  return asked;
}

export function axisOf({ report, x }: Pick<ReportDefinition, 'report' | 'x'>): Dimension | 'time' {
  const kind = kinds[report];
  return kind.isTrend ? 'time' : (x ?? kind.x[0] ?? 'project');
}

/** Which states are counted: what is open, unless somebody says or looks for others. */
export function statesOf(asked: ReportDefinition): ReportDefinition['status'] {
  if ((asked.status ?? []).length > 0) return asked.status;
  return asked.stack === 'status' || axisOf(asked) === 'status' ? undefined : ['open'];
}
