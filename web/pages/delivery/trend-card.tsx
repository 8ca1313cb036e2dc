import type { ReactElement } from 'react';
import type { Delivery, DeliveryBucket } from '../../../src/features/deployments/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart } from '../../charts/bucket-chart.tsx';
import { axisTop } from '../../charts/scales.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { formatCount } from '../../words/numbers.ts';
import { bucketName, bucketTitle, none, seconds, share } from './words.ts';

type Granularity = 'week' | 'month' | 'quarter';

/** Successful and failed deployments by period, and the other figures of each period beside them. */
export function TrendCard({
  delivery,
  granularity,
  asTable,
  onTable,
}: {
  delivery: Delivery | undefined;
  granularity: Granularity;
  asTable: boolean;
  onTable: (asTable: boolean) => void;
}): ReactElement {
  return (
    <Card
      title="Deployments"
      note={`successful and failed, per ${granularity}, UTC`}
      actions={
        <Button look="bare" icon={asTable ? 'chart' : 'table'} onClick={() => onTable(!asTable)}>
          {asTable ? 'Chart' : 'Table'}
        </Button>
      }
    >
      {delivery === undefined ? (
        <div className="chart-skeleton" />
      ) : asTable ? (
        <BucketTable buckets={delivery.buckets} />
      ) : (
        <Drawn delivery={delivery} granularity={granularity} />
      )}
    </Card>
  );
}

function Drawn({ delivery: { buckets }, granularity }: { delivery: Delivery; granularity: Granularity }): ReactElement {
  const now = useNow();
  const sum = (part: 'successful' | 'failed'): number =>
    buckets.reduce((total, bucket) => total + (bucket[part] ?? 0), 0);
  return (
    <div className="chart-body">
      <div className="legend" aria-hidden="true">
        <span>
          <i className="swatch successful" />
          Successful {formatCount(sum('successful'))}
        </span>
        <span>
          <i className="swatch failed" />
          Failed {formatCount(sum('failed'))}
        </span>
      </div>
      <BucketChart
        label="Deployments"
        height={290}
        names={buckets.map(({ from }) => bucketName(from, granularity, now))}
        top={axisTop(buckets.map(({ successful, failed }) => (successful ?? 0) + (failed ?? 0)))}
        draw={({ x, y, bandWidth, innerHeight }) =>
          buckets.map(({ from, complete, successful, failed }, index) =>
            successful === null || failed === null ? null : (
              <g key={from} className={complete ? undefined : 'so-far'}>
                <rect
                  className="bar-successful"
                  x={x(index)}
                  width={bandWidth}
                  y={y(successful)}
                  height={innerHeight - y(successful)}
                />
                <rect
                  className="bar-failed"
                  x={x(index)}
                  width={bandWidth}
                  y={y(successful + failed)}
                  height={y(successful) - y(successful + failed)}
                />
              </g>
            ),
          )
        }
        tooltip={(index) => <Words bucket={buckets[index]} />}
        valueText={(index) => {
          const bucket = buckets[index];
          return bucket === undefined ? '' : `${bucketTitle(bucket, now)}: ${sentence(bucket)}`;
        }}
      />
    </div>
  );
}

const orNone = (count: number | null): string => (count === null ? none : formatCount(count));

const rows: readonly (readonly [name: string, value: (bucket: DeliveryBucket) => string])[] = [
  ['Successful', ({ successful }) => orNone(successful)],
  ['Failed', ({ failed }) => orNone(failed)],
  ['Failure rate', ({ failureRate }) => share(failureRate)],
  ['Restored', ({ restored }) => orNone(restored)],
  ['Time to restore, median', ({ restoreMedian }) => seconds(restoreMedian)],
  ['Lead times known', ({ linked }) => orNone(linked)],
  ['Lead time, median', ({ leadMedian }) => seconds(leadMedian)],
];

function Words({ bucket }: { bucket: DeliveryBucket | undefined }): ReactElement | null {
  const now = useNow();
  if (bucket === undefined) return null;
  return (
    <>
      <strong>{bucketTitle(bucket, now)}</strong>
      <table>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value(bucket)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const sentence = (bucket: DeliveryBucket): string =>
  rows.map(([name, value]) => `${name.toLowerCase()} ${value(bucket)}`).join(', ');

function BucketTable({ buckets }: { buckets: readonly DeliveryBucket[] }): ReactElement {
  const now = useNow();
  const columns: Column<DeliveryBucket>[] = [
    { id: 'period', header: 'Period (UTC)', phone: 'stay', keep: true, cell: (bucket) => bucketTitle(bucket, now) },
    ...rows.map(
      ([header, cell], index): Column<DeliveryBucket> => ({
        id: header,
        header,
        numeric: true,
        cell,
        ...(index < 2 ? { phone: 'stay' as const } : {}),
      }),
    ),
  ];
  return (
    <DataTable
      label="Numbers of the chart"
      columns={columns}
      rows={buckets.toReversed()}
      rowKey={({ from }) => from}
      empty="No periods in this range."
    />
  );
}
