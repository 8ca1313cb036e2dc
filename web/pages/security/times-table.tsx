import type { ReactElement } from 'react';
import type { SecurityResolveTimes } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { bucketTitle } from './buckets.ts';
import { daysShort, knownWords } from './words.ts';

type Bucket = SecurityResolveTimes['buckets'][number];

/** The same numbers as the chart, the newest period first, and those of each severity that was fixed. */
export function TimesTable({ data }: { data: SecurityResolveTimes }): ReactElement {
  const now = useNow();
  const names = ['all' as const, ...severities.filter((name) => data.times[name].resolved > 0)];
  const columns: Column<Bucket>[] = [
    { id: 'period', header: 'Period (UTC)', keep: true, cell: (bucket) => bucketTitle(bucket, now) },
    ...names.flatMap((name): Column<Bucket>[] => {
      const of = name === 'all' ? '' : `${severityLabel[name]}: `;
      const header = (words: string): string => (of === '' ? words : `${of}${words.toLowerCase()}`);
      return [
        {
          id: `${name}-resolved`,
          header: header('Resolved'),
          numeric: true,
          cell: ({ times }) => formatCount(times[name].resolved),
        },
        {
          id: `${name}-mean`,
          header: header('Mean'),
          numeric: true,
          cell: ({ times }) => daysShort(times[name].mean),
        },
        {
          id: `${name}-median`,
          header: header('Median'),
          numeric: true,
          cell: ({ times }) => daysShort(times[name].median),
        },
        {
          id: `${name}-p90`,
          header: header('90th percentile'),
          numeric: true,
          cell: ({ times }) => daysShort(times[name].p90),
        },
      ];
    }),
    { id: 'known', header: 'Rests on', cell: ({ known }) => knownWords[known] },
  ];
  return (
    <div className="chart-table">
      <DataTable
        label="Time to resolve by period"
        columns={columns}
        rows={data.buckets.toReversed()}
        rowKey={({ from }) => from}
        empty="No periods in this range."
      />
    </div>
  );
}
