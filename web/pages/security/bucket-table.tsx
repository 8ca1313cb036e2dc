import type { ReactElement } from 'react';
import type { SecurityTrend, TrendBucket } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { bucketTitle } from './buckets.ts';

type Part = 'open' | 'created' | 'resolved';

const partLabel: Record<Part, string> = { open: 'Open', created: 'Created', resolved: 'Resolved' };

/** The same numbers as the chart above it, the newest period first. */
export function BucketTable({ trend, parts }: { trend: SecurityTrend; parts: readonly Part[] }): ReactElement {
  const now = useNow();
  const used = severities.filter((severity) =>
    parts.some((part) => trend.buckets.some((bucket) => bucket[part][severity] > 0)),
  );
  const columns: Column<TrendBucket>[] = [
    { id: 'period', header: 'Period (UTC)', cell: (bucket) => bucketTitle(bucket, now) },
    ...parts.flatMap((part): Column<TrendBucket>[] => [
      ...used.map(
        (severity): Column<TrendBucket> => ({
          id: `${part}-${severity}`,
          header:
            parts.length === 1
              ? severityLabel[severity]
              : `${partLabel[part]}: ${severityLabel[severity].toLowerCase()}`,
          cell: (bucket) => formatCount(bucket[part][severity]),
          numeric: true,
        }),
      ),
      {
        id: `${part}-total`,
        header: parts.length === 1 ? 'All' : `${partLabel[part]}: all`,
        cell: (bucket) => formatCount(bucket[part].total),
        numeric: true,
      },
    ]),
    {
      id: 'note',
      header: 'Note',
      cell: (bucket) =>
        [
          bucket.reliable ? '' : 'Reconstructed',
          bucket.estimate === null ? '' : `server’s own history: ${formatCount(bucket.estimate)}`,
        ]
          .filter((words) => words !== '')
          .join('; '),
    },
  ];
  return (
    <div className="chart-table">
      <DataTable
        label="Numbers of the chart"
        columns={columns}
        rows={trend.buckets.toReversed()}
        rowKey={(bucket) => bucket.from}
        empty="No periods in this range."
      />
    </div>
  );
}
