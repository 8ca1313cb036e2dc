import type { ReportDimension, ReportKind, ReportMetric, ReportUnit } from '../../../src/domain/report-kinds.ts';
import type { Report } from '../../../src/features/insights/contract.ts';
import { formatMeasure } from '../../words/measures.ts';
import { formatCount } from '../../words/numbers.ts';
import { severityLabel } from '../../words/labels.ts';
import { stateLabel, typeLabel } from '../findings/words.ts';

export const reportLabel: Record<ReportKind, string> = {
  issues: 'Issues',
  'issues-trend': 'Issues trend',
  effort: 'Effort',
  'effort-trend': 'Effort trend',
  metrics: 'Metrics',
  'metrics-trend': 'Metrics trend',
  complexity: 'Complexity',
  'complexity-trend': 'Complexity trend',
  duplication: 'Duplication',
  'duplication-trend': 'Duplication trend',
  'new-code': 'New code',
  'new-code-trend': 'New code trend',
};

export const dimensionLabel: Record<ReportDimension, string> = {
  author: 'Author',
  integration: 'Integration',
  project: 'Project',
  severity: 'Severity',
  status: 'Status',
  type: 'Type',
};

export const metricLabel: Record<ReportMetric, string> = {
  coverage: 'Coverage',
  line_coverage: 'Line coverage',
  branch_coverage: 'Condition coverage',
  lines_to_cover: 'Lines to cover',
  uncovered_lines: 'Uncovered lines',
  tests: 'Tests',
  cognitive_complexity: 'Cognitive complexity',
  complexity: 'Cyclomatic complexity',
  duplicated_lines_density: 'Duplicated lines, share',
  duplicated_lines: 'Duplicated lines',
  duplicated_blocks: 'Duplicated blocks',
  duplicated_files: 'Duplicated files',
  new_coverage: 'Coverage on new code',
  new_duplicated_lines_density: 'Duplication on new code',
  new_violations: 'Issues on new code',
  new_technical_debt: 'Technical debt of new code',
  reliability_rating: 'Reliability rating',
  security_rating: 'Security rating',
  sqale_rating: 'Maintainability rating',
  new_reliability_rating: 'Reliability of new code',
  new_security_rating: 'Security of new code',
  new_maintainability_rating: 'Maintainability of new code',
  sqale_index: 'Technical debt',
  reliability_remediation_effort: 'Effort on reliability',
  security_remediation_effort: 'Effort on security',
};

const otherWords: Record<string, string> = {
  ...severityLabel,
  ...stateLabel,
  ...typeLabel,
  unknown: 'Not known',
  '(none)': 'No author',
  others: 'All others',
  findings: 'Issues',
  minutes: 'Effort',
  total: 'Sum',
  median: 'Median',
  least: 'Least',
  greatest: 'Greatest',
};

/** A name as it is; a word of ours as people say it. */
export function wordOf(key: string, label: string | null, dimension?: ReportDimension | 'time' | null): string {
  if (label !== null) return label;
  if (dimension === 'author' && key !== '(none)' && key !== 'others') return key;
  if (dimension === 'type' && key === 'unknown') return typeLabel.unknown;
  return otherWords[key] ?? (metricLabel as Record<string, string>)[key] ?? key;
}

const typeOf: Record<ReportUnit, string | null> = {
  findings: 'INT',
  count: null,
  minutes: 'WORK_DUR',
  percent: 'PERCENT',
  rating: 'RATING',
};

/** Null is said, never a zero. */
export function formatValue(value: number | null, unit: ReportUnit): string {
  if (value === null) return 'not known';
  return unit === 'findings' ? formatCount(value) : formatMeasure(String(value), typeOf[unit]);
}

const severityFills: ReadonlySet<string> = new Set(['critical', 'high', 'medium', 'low']);

/** How a part of a stack is filled: severities as everywhere, others by their order. */
export function fillOf({ stack, series }: Pick<Report, 'stack' | 'series'>, index: number): string {
  const key = series[index]?.key ?? '';
  return stack === 'severity' && severityFills.has(key) ? `report-fill-${key}` : `report-fill-${index}`;
}

/** Beside an axis there is room for little: times are hours there. */
export function axisWord(value: number, unit: Report['unit']): string {
  if (unit === 'rating' && value === 0) return '';
  if (unit === 'minutes' && value >= 60) return `${formatCount(Math.round(value / 6) / 10)} h`;
  return formatValue(value, unit);
}
