import type { ReactElement } from 'react';
import type { SecurityTrend, TrendBucket } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { severities } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { basisWords, bucketTitle, layerLabel, stackedLayers } from './buckets.ts';

type Part = 'open' | 'created' | 'resolved' | 'joined';

const partLabel: Record<Part, string> = { open: 'Open', created: 'Created', resolved: 'Resolved', joined: 'Joined' };

/** The same numbers as the chart above it, the newest period first. */
export function BucketTable({ trend, parts }: { trend: SecurityTrend; parts: readonly Part[] }): ReactElement {
  const now = useNow();
  const shown = [...parts, ...(parts.includes('created') ? (['joined'] as const) : [])];
  const used = new Set(shown.flatMap((part) => stackedLayers(trend, part)));
  const layers = [...severities, 'unknown' as const].filter((layer) => used.has(layer));
  const columns: Column<TrendBucket>[] = [
    { id: 'period', header: 'Period (UTC)', phone: 'stay', keep: true, cell: (bucket) => bucketTitle(bucket, now) },
    ...shown.flatMap((part): Column<TrendBucket>[] => [
      ...layers.map(
        (severity): Column<TrendBucket> => ({
          id: `${part}-${severity}`,
          header:
            shown.length === 1 ? layerLabel[severity] : `${partLabel[part]}: ${layerLabel[severity].toLowerCase()}`,
          cell: (bucket) => formatCount(bucket[part][severity]),
          numeric: true,
        }),
      ),
      {
        id: `${part}-total`,
        header: shown.length === 1 ? 'All' : `${partLabel[part]}: all`,
        cell: (bucket) => formatCount(bucket[part].total),
        numeric: true,
      },
    ]),
    { id: 'basis', header: 'Rests on', cell: (bucket) => basisWords[bucket.basis] },
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
