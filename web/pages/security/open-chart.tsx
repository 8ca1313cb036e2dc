import { LinePath } from '@visx/shape';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SecurityTrend, TrendBucket } from '../../../src/features/insights/contract.ts';
import { securityCsv, trendQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart, type Drawing } from '../../charts/bucket-chart.tsx';
import { useHatch } from '../../charts/hatch.tsx';
import { axisTop, spreadLabels } from '../../charts/scales.ts';
import { SeverityShape } from '../../components/chips.tsx';
import { formatCount } from '../../words/numbers.ts';
import { BasisLegend } from './basis-legend.tsx';
import {
  basisWords,
  bucketName,
  bucketTitle,
  heightOf,
  type Layer,
  layerLabel,
  stack,
  stackedLayers,
} from './buckets.ts';
import { BucketTable } from './bucket-table.tsx';
import { ChartCard } from './chart-card.tsx';
import { MarkerNotes, Markers } from './markers.tsx';
import { trendParameters } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

const title = 'Open vulnerabilities by severity';

export function OpenChart(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const parameters = trendParameters(search, search.openSeverity);
  const trend = useQuery(trendQuery(api, parameters));
  return (
    <ChartCard
      title={title}
      note={`end of ${search.granularity ?? 'week'}, UTC`}
      trend={trend}
      csv={securityCsv(api, 'trend', parameters)}
      severity={search.openSeverity}
      onSeverity={(openSeverity) => change({ openSeverity })}
      asTable={search.openTable === true}
      onTable={(table) => change({ openTable: table ? true : undefined })}
    >
      {(data) =>
        search.openTable === true ? (
          <BucketTable trend={data} parts={['open']} />
        ) : (
          <Drawn trend={data} line={search.trend === true} />
        )
      }
    </ChartCard>
  );
}

function Drawn({ trend, line }: { trend: SecurityTrend; line: boolean }): ReactElement {
  const now = useNow();
  const [hatch, hatchDefinition] = useHatch();
  const order = stackedLayers(trend, 'open');
  const values = trend.buckets.map((bucket) => heightOf(bucket.open, order));
  const last = trend.buckets.at(-1);
  return (
    <>
      <BasisLegend trend={trend} />
      <BucketChart
        label={title}
        names={trend.buckets.map((bucket) => bucketName(bucket, trend.granularity, now))}
        top={axisTop(line ? [...values, ...(trend.trendLine.open?.values ?? [])] : values)}
        labelRoom={104}
        draw={(drawing) => (
          <>
            {hatchDefinition}
            {trend.buckets.map((bucket, index) => (
              <Bar key={bucket.from} bucket={bucket} index={index} drawing={drawing} order={order} hatch={hatch} />
            ))}
            {line ? <TrendLine values={trend.trendLine.open?.values ?? []} drawing={drawing} /> : null}
            <Markers trend={trend} drawing={drawing} />
            {last === undefined ? null : <DirectLabels bucket={last} order={order} drawing={drawing} />}
          </>
        )}
        tooltip={(index) => <BucketWords bucket={trend.buckets[index]} order={order} />}
        valueText={(index) => bucketSentence(trend.buckets[index], order, now)}
      />
      <MarkerNotes trend={trend} />
    </>
  );
}

interface BarProps {
  bucket: TrendBucket;
  index: number;
  drawing: Drawing;
  order: readonly Layer[];
  hatch: string;
}

function Bar({ bucket, index, drawing, order, hatch }: BarProps): ReactElement {
  const { x, y, bandWidth } = drawing;
  const height = heightOf(bucket.open, order);
  return (
    <g className={`bar-${bucket.basis}${bucket.complete ? '' : ' so-far'}`}>
      {stack(bucket.open, order).map(({ layer, low, high }) =>
        high === low ? null : (
          <rect
            key={layer}
            x={x(index)}
            width={bandWidth}
            y={y(high)}
            height={Math.max(0.5, y(low) - y(high) - 1)}
            fill={`var(--${layer}-fill)`}
          />
        ),
      )}
      {bucket.basis !== 'reconstructed' || height === 0 ? null : (
        <rect x={x(index)} width={bandWidth} y={y(height)} height={y(0) - y(height)} fill={hatch} />
      )}
    </g>
  );
}

export function TrendLine({
  values,
  drawing,
  className = 'trend-line',
}: {
  values: readonly number[];
  drawing: Drawing;
  className?: string;
}): ReactElement {
  return (
    <LinePath
      className={className}
      data={[...values]}
      x={(_, index) => drawing.x(index) + drawing.bandWidth / 2}
      y={(value) => drawing.y(Math.max(0, value))}
      fill="none"
    />
  );
}

function DirectLabels({ bucket, order, drawing }: Omit<BarProps, 'index' | 'hatch'>): ReactElement {
  const parts = stack(bucket.open, order).filter(({ low, high }) => high > low);
  const places = spreadLabels(
    parts.map(({ low, high }) => (drawing.y(low) + drawing.y(high)) / 2),
    14,
    6,
    drawing.innerHeight - 4,
  );
  return (
    <>
      {parts.map(({ layer }, index) => (
        <text key={layer} className="direct-label" x={drawing.innerWidth + 8} y={(places[index] ?? 0) + 4}>
          {layerLabel[layer]} {formatCount(bucket.open[layer])}
        </text>
      ))}
    </>
  );
}

function BucketWords({
  bucket,
  order,
}: {
  bucket: TrendBucket | undefined;
  order: BarProps['order'];
}): ReactElement | null {
  const now = useNow();
  if (bucket === undefined) return null;
  return (
    <>
      <strong>{bucketTitle(bucket, now)}</strong>
      <table>
        <tbody>
          {order.map((layer) => (
            <tr key={layer}>
              <th scope="row">
                {layer === 'unknown' ? <i className="swatch unknown" /> : <SeverityShape severity={layer} />}{' '}
                {layerLabel[layer]}
              </th>
              <td>{formatCount(bucket.open[layer])}</td>
            </tr>
          ))}
          <tr className="sum">
            <th scope="row">Open</th>
            <td>{formatCount(bucket.open.total)}</td>
          </tr>
        </tbody>
      </table>
      {bucket.joined.total > 0 ? <p>{formatCount(bucket.joined.total)} of them joined: no new risk.</p> : null}
      {bucket.basis === 'read' ? null : <p>{basisWords[bucket.basis]}.</p>}
    </>
  );
}

function bucketSentence(bucket: TrendBucket | undefined, order: BarProps['order'], now: Date): string {
  if (bucket === undefined) return '';
  const parts = order.map((layer) => `${layerLabel[layer]} ${formatCount(bucket.open[layer])}`);
  const doubt = bucket.basis === 'read' ? '' : `. ${basisWords[bucket.basis]}`;
  return `${bucketTitle(bucket, now)}: ${formatCount(bucket.open.total)} open${parts.length > 0 ? `, ${parts.join(', ')}` : ''}${doubt}`;
}
