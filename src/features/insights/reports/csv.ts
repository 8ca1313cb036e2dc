import type { CsvCell } from '../../../platform/csv/index.ts';
import type { Report } from './contract.ts';

/** The first columns say what a row is; then one for each series. */
export function reportColumns(report: Report): string[] {
  const axis = report.axis === 'time' ? ['from', 'to', 'complete'] : [report.axis, 'name'];
  return [...axis, ...report.series.map(({ key, label }) => label ?? key), 'total', 'counted', 'unknown'];
}

/** A cell without a value is empty: no zero. What is beyond the rows is the last one. */
export function* reportRows(report: Report): Generator<CsvCell[]> {
  for (const { key, label, period, values, total, counted, unknown } of report.groups) {
    const axis: CsvCell[] = period === null ? [key, label] : [period.from, period.to, period.complete];
    yield [...axis, ...values, total, counted, unknown];
  }
  if (report.others !== null) {
    const { groups, values, total, counted, unknown } = report.others;
    yield ['others', `${groups} more`, ...values, total, counted, unknown];
  }
}
