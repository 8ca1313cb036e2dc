import type { CsvCell } from '../../../platform/csv/index.ts';
import type {
  SecurityAges,
  SecurityFinding,
  SecurityResolveTimes,
  SecurityTargets,
  SeverityCounts,
  TrendBucket,
} from '../contract.ts';
import type { ProjectCounts } from './counts.ts';
import { severities } from './scope.ts';

const countNames = [...severities, 'total'] as const;

const cells = (counts: SeverityCounts): number[] => countNames.map((name) => counts[name]);

/** Numbers of the past may have no severity. */
const pastNames = [...severities, 'unknown', 'total'] as const;
const measures = ['open', 'created', 'resolved', 'joined'] as const;

export const trendColumns: readonly string[] = [
  'from',
  'to',
  'complete',
  'basis',
  ...measures.flatMap((measure) => pastNames.map((name) => `${measure} ${name}`)),
];

export function trendRow(bucket: TrendBucket): CsvCell[] {
  const { from, to, complete, basis } = bucket;
  return [from, to, complete, basis, ...measures.flatMap((measure) => pastNames.map((name) => bucket[measure][name]))];
}

export const ageColumns: readonly string[] = ['age', 'from days', 'to days', ...countNames];

export function ageRow({ age, fromDays, toDays, open }: SecurityAges['buckets'][number]): CsvCell[] {
  return [age, fromDays, toDays, ...cells(open)];
}

export const targetColumns: readonly string[] = [
  'severity',
  'targets',
  'broken',
  'about to break',
  'within',
  'no target',
  'total',
];

export function targetRow({ severity, targets, open }: SecurityTargets['severities'][number]): CsvCell[] {
  const days = targets.map((target) => (target === null ? 'none' : `${target}`)).join(', ');
  return [severity, days, open.broken, open.due_soon, open.within, open.none, open.total];
}

const timeNames = ['all', ...severities] as const;
const timeMeasures = ['resolved', 'mean', 'median', 'p90'] as const;

export const timeColumns: readonly string[] = [
  'from',
  'to',
  'complete',
  'known',
  ...timeNames.flatMap((name) => timeMeasures.map((measure) => `${name} ${measure}`)),
];

export function timeRow({ from, to, complete, known, times }: SecurityResolveTimes['buckets'][number]): CsvCell[] {
  return [
    from,
    to,
    complete,
    known,
    ...timeNames.flatMap((name) => timeMeasures.map((measure) => times[name][measure])),
  ];
}

export const projectColumns: readonly string[] = ['project', 'key', ...countNames];

export function projectRow(project: ProjectCounts): CsvCell[] {
  return [project.name, project.key, ...cells(project.counts)];
}

const findingCells: readonly [string, (finding: SecurityFinding) => CsvCell][] = [
  ['issue id', (finding) => finding.issueId],
  ['vulnerability id', (finding) => finding.vulnerabilityId],
  ['title', (finding) => finding.title],
  ['severity', (finding) => finding.severity],
  ['source level', (finding) => finding.sourceLevel],
  ['severity source', (finding) => finding.severitySource],
  ['asset type', (finding) => finding.assetType],
  ['created', (finding) => finding.createdAt],
  ['project', (finding) => finding.project.name],
  ['project key', (finding) => finding.project.key],
  ['branch', (finding) => finding.branch],
  ['path', (finding) => finding.path],
  ['line', (finding) => finding.line],
  ['rule', (finding) => finding.rule],
  ['link', (finding) => finding.link],
  ['target', (finding) => finding.target?.standing ?? null],
  ['due on', (finding) => finding.target?.dueOn ?? null],
];

export const findingColumns: readonly string[] = findingCells.map(([name]) => name);

export function findingRow(finding: SecurityFinding): CsvCell[] {
  return findingCells.map(([, cell]) => cell(finding));
}
