import { LinePath } from '@visx/shape';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SecurityTrend, TrendBucket } from '../../../src/features/insights/contract.ts';
import { securityCsv, trendQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart, type Drawing } from '../../charts/bucket-chart.tsx';
import { useHatch } from '../../charts/hatch.tsx';
import { axisTop, positionInBuckets, spreadLabels } from '../../charts/scales.ts';
import { SeverityShape } from '../../components/chips.tsx';
import { severityLabel } from '../../words/labels.ts';
import { countOf, formatCount } from '../../words/numbers.ts';
import { formatDay } from '../../words/times.ts';
import { bucketName, bucketTitle, reliabilityNote, stack, stackedSeverities } from './buckets.ts';
import { BucketTable } from './bucket-table.tsx';
import { ChartCard } from './chart-card.tsx';
import { trendParameters } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

const title = 'Open vulnerabilities by severity';

export function OpenChart(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const parameters = trendParameters(search, search.openSeverity);
  const trend = useQuery(trendQuery(api, parameters));
  const note = trend.data === undefined ? undefined : reliabilityNote(trend.data);
  return (
    <ChartCard
      title={title}
      note={`end of ${search.granularity ?? 'week'}, UTC${note === undefined ? '' : ` · ${note}`}`}
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
  const order = stackedSeverities(trend, 'open');
  const values = trend.buckets.flatMap((bucket) => [bucket.open.total, bucket.estimate ?? 0]);
  const last = trend.buckets.at(-1);
  return (
    <>
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
  order: readonly typeof import('../../words/labels.ts').severities[number][];
  hatch: string;
}

function Bar({ bucket, index, drawing, order, hatch }: BarProps): ReactElement {
  const { x, y, bandWidth } = drawing;
  return (
    <g className={bucket.complete ? undefined : 'so-far'}>
      {stack(bucket.open, order).map(({ severity, low, high }) =>
        high === low ? null : (
          <rect
            key={severity}
            x={x(index)}
            width={bandWidth}
            y={y(high)}
            height={Math.max(0.5, y(low) - y(high) - 1)}
            fill={`var(--${severity}-fill)`}
          />
        ),
      )}
      {bucket.reliable || bucket.open.total === 0 ? null : (
        <rect
          x={x(index)}
          width={bandWidth}
          y={y(bucket.open.total)}
          height={y(0) - y(bucket.open.total)}
          fill={hatch}
        />
      )}
      {bucket.estimate === null ? null : (
        <line
          className="estimate"
          x1={x(index) - 1}
          x2={x(index) + bandWidth + 1}
          y1={y(bucket.estimate)}
          y2={y(bucket.estimate)}
        />
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
      {parts.map(({ severity }, index) => (
        <text key={severity} className="direct-label" x={drawing.innerWidth + 8} y={(places[index] ?? 0) + 4}>
          {severityLabel[severity]} {formatCount(bucket.open[severity])}
        </text>
      ))}
    </>
  );
}

function Markers({ trend, drawing }: { trend: SecurityTrend; drawing: Drawing }): ReactElement {
  return (
    <>
      {trend.markers.map((marker) => {
        const place = positionInBuckets(trend.buckets, marker.day);
        if (place === null) return null;
        const at = drawing.x(place.index) + place.share * drawing.bandWidth;
        return (
          <g key={marker.day} className="marker">
            <line x1={at} x2={at} y1={-8} y2={drawing.innerHeight} />
            <path d={`M${at} -12 l5 5 -5 5 -5 -5z`} />
          </g>
        );
      })}
    </>
  );
}

function MarkerNotes({ trend }: { trend: SecurityTrend }): ReactElement | null {
  const now = useNow();
  if (trend.markers.length === 0) return null;
  return (
    <ul className="marker-notes">
      {trend.markers.map((marker) => (
        <li key={marker.day}>
          <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" className="marker">
            <path d="M5 0l5 5-5 5-5-5z" />
          </svg>
          <span>
            {formatDay(marker.day, now)}: {countOf(marker.findings, 'hotspot')} of {projectWords(marker.projects)}{' '}
            became {marker.findings === 1 ? 'a vulnerability' : 'vulnerabilities'}. A step here is not new risk.
          </span>
        </li>
      ))}
    </ul>
  );
}

function projectWords(projects: readonly { name: string }[]): string {
  const names = projects.slice(0, 3).map((project) => project.name);
  return projects.length > 3 ? `${names.join(', ')} and ${projects.length - 3} more projects` : names.join(', ');
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
          {order.map((severity) => (
            <tr key={severity}>
              <th scope="row">
                <SeverityShape severity={severity} /> {severityLabel[severity]}
              </th>
              <td>{formatCount(bucket.open[severity])}</td>
            </tr>
          ))}
          <tr className="sum">
            <th scope="row">Open</th>
            <td>{formatCount(bucket.open.total)}</td>
          </tr>
        </tbody>
      </table>
      {bucket.reliable ? null : <p>Reconstructed from creation and closing dates.</p>}
      {bucket.estimate === null ? null : <p>By the server’s own history: {formatCount(bucket.estimate)}.</p>}
    </>
  );
}

function bucketSentence(bucket: TrendBucket | undefined, order: BarProps['order'], now: Date): string {
  if (bucket === undefined) return '';
  const parts = order.map((severity) => `${severityLabel[severity]} ${formatCount(bucket.open[severity])}`);
  const doubt = bucket.reliable ? '' : ', reconstructed';
  return `${bucketTitle(bucket, now)}: ${formatCount(bucket.open.total)} open${parts.length > 0 ? `, ${parts.join(', ')}` : ''}${doubt}`;
}
