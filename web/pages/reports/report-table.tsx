import type { ReactElement } from 'react';
import type { Report, ReportGroup } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { formatCount } from '../../words/numbers.ts';
import { periodWords } from './report-chart.tsx';
import { dimensionLabel, formatValue, wordOf } from './words.ts';

/** The numbers of the chart, and in the last row what is beyond its groups. */
export function ReportTable({
  report,
  onLook,
}: {
  report: Report;
  onLook: ((group: ReportGroup) => void) | undefined;
}): ReactElement {
  const now = useNow();
  const { axis, series, stack, unit, others } = report;
  const nameOf = (group: ReportGroup): string =>
    axis === 'time' ? periodWords(group, now) : wordOf(group.key, group.label, axis);
  const rest: ReportGroup[] =
    others === null ? [] : [{ ...others, key: 'others', label: `${formatCount(others.groups)} others`, period: null }];
  const ofProjects = unit !== 'findings' && (axis === 'time' || unit !== 'minutes');
  const columns: Column<ReportGroup>[] = [
    {
      id: 'name',
      header: axis === 'time' ? 'Period (UTC)' : dimensionLabel[axis],
      phone: 'stay',
      keep: true,
      cell: (group) =>
        onLook === undefined || group.key === 'others' ? (
          nameOf(group)
        ) : (
          <button type="button" className="report-look" onClick={() => onLook(group)}>
            {nameOf(group)}
          </button>
        ),
      text: nameOf,
    },
    ...series.map(
      ({ key, label, unit: own }, index): Column<ReportGroup> => ({
        id: `value-${key}`,
        header: wordOf(key, label, stack),
        numeric: true,
        ...(index === 0 ? { phone: 'stay' as const } : {}),
        cell: ({ values }) => formatValue(values[index] ?? null, own),
      }),
    ),
    ...(stack === null
      ? []
      : [{ id: 'total', header: 'Sum', numeric: true, cell: ({ total }: ReportGroup) => formatValue(total, unit) }]),
    {
      id: 'unknown',
      header: ofProjects ? 'Projects without a value' : 'Not known',
      numeric: true,
      cell: ({ unknown, counted }) => `${formatCount(unknown)} of ${formatCount(counted)}`,
    },
  ];
  return (
    <div>
      <DataTable
        label="Numbers of the report"
        columns={columns}
        rows={axis === 'time' ? report.groups.toReversed() : [...report.groups, ...rest]}
        rowKey={({ key }) => key}
        empty="Nothing fits what is chosen."
      />
    </div>
  );
}
