import { PlumblineError } from '../../../platform/errors/index.ts';
import { kinds, reportDimensions } from '../../../domain/report-kinds.ts';
import type { Dimension, ReportDefinition } from './contract.ts';

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
  for (const dimension of reportDimensions.filter((name) => !kind.filters.includes(name))) {
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
