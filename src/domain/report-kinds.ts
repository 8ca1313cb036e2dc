/** Reports by choice: which there are, and what each takes. */

/** The ten reports of the first generation, and new code. */
export const reportKinds = [
  'issues',
  'issues-trend',
  'effort',
  'effort-trend',
  'metrics',
  'metrics-trend',
  'complexity',
  'complexity-trend',
  'duplication',
  'duplication-trend',
  'new-code',
  'new-code-trend',
] as const;
export type ReportKind = (typeof reportKinds)[number];

/** What findings and projects are grouped and filtered by. */
export const reportDimensions = ['author', 'integration', 'project', 'severity', 'status', 'type'] as const;
export type ReportDimension = (typeof reportDimensions)[number];

const coverage = [
  'coverage',
  'line_coverage',
  'branch_coverage',
  'lines_to_cover',
  'uncovered_lines',
  'tests',
] as const;
const complexity = ['cognitive_complexity', 'complexity'] as const;
const duplication = ['duplicated_lines_density', 'duplicated_lines', 'duplicated_blocks', 'duplicated_files'] as const;
const newCode = [
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
] as const;

/** Measures, as servers call them: those of the reports, and efforts that have none of their own. */
export const reportMetrics = [
  ...coverage,
  ...complexity,
  ...duplication,
  ...newCode,
  'reliability_remediation_effort',
  'security_remediation_effort',
] as const;
export type ReportMetric = (typeof reportMetrics)[number];

/** What a number is in. */
export type ReportUnit = 'findings' | 'minutes' | 'percent' | 'rating' | 'count';

interface Kind {
  /** Where the numbers come from. */
  of: 'findings' | 'days' | 'measures';
  isTrend: boolean;
  /** What it may be grouped by, the usual one first; none of a trend. */
  x: readonly ReportDimension[];
  stack: readonly ReportDimension[];
  filters: readonly ReportDimension[];
  metrics: readonly ReportMetric[];
}

const every: readonly ReportDimension[] = ['project', 'author', 'integration', 'severity', 'status', 'type'];
const ofProjects: readonly ReportDimension[] = ['project', 'integration'];
/** What days are counted by: of the past nobody tells whose line it was. */
const ofDays: readonly ReportDimension[] = ['type', 'severity', 'status', 'project', 'integration'];

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

export function unitOf(metric: ReportMetric): ReportUnit {
  if (metric.endsWith('_rating')) return 'rating';
  if (metric.endsWith('coverage') || metric.endsWith('_density')) return 'percent';
  return metric in effortMetrics || metric === 'new_technical_debt' ? 'minutes' : 'count';
}

/** Shares and ratings of several projects have no sum. */
export const isAdditive = (unit: ReportUnit): boolean => unit !== 'percent' && unit !== 'rating';
