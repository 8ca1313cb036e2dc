import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SecurityTrend } from '../../../src/features/insights/contract.ts';
import { securityCsv, trendQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart } from '../../charts/bucket-chart.tsx';
import { useHatch } from '../../charts/hatch.tsx';
import { axisTop } from '../../charts/scales.ts';
import { formatChange, formatCount } from '../../words/numbers.ts';
import { BucketTable } from './bucket-table.tsx';
import { BasisLegend } from './basis-legend.tsx';
import { basisWords, bucketName, bucketTitle } from './buckets.ts';
import { ChartCard } from './chart-card.tsx';
import { MarkerNotes, Markers } from './markers.tsx';
import { TrendLine } from './open-chart.tsx';
import { trendParameters } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

const title = 'Created and resolved';

export function FlowChart(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const parameters = trendParameters(search, search.flowSeverity);
  const trend = useQuery(trendQuery(api, parameters));
  return (
    <ChartCard
      title={title}
      note={`per ${search.granularity ?? 'week'}, UTC`}
      trend={trend}
      csv={securityCsv(api, 'trend', parameters)}
      severity={search.flowSeverity}
      onSeverity={(flowSeverity) => change({ flowSeverity })}
      asTable={search.flowTable === true}
      onTable={(table) => change({ flowTable: table ? true : undefined })}
    >
      {(data) =>
        search.flowTable === true ? (
          <BucketTable trend={data} parts={['created', 'resolved']} />
        ) : (
          <Drawn trend={data} line={search.trend === true} />
        )
      }
    </ChartCard>
  );
}

const parts = ['created', 'resolved'] as const;

function Drawn({ trend, line }: { trend: SecurityTrend; line: boolean }): ReactElement {
  const now = useNow();
  const [hatch, hatchDefinition] = useHatch();
  const sums = parts.map((part) => trend.buckets.reduce((sum, bucket) => sum + bucket[part].total, 0));
  return (
    <>
      <div className="legend" aria-hidden="true">
        {parts.map((part, index) => (
          <span key={part}>
            <i className={`swatch ${part}`} />
            {part === 'created' ? 'Created' : 'Resolved'} {formatCount(sums[index] ?? 0)}
          </span>
        ))}
      </div>
      <BasisLegend trend={trend} />
      <BucketChart
        label={title}
        height={240}
        names={trend.buckets.map((bucket) => bucketName(bucket, trend.granularity, now))}
        top={axisTop(trend.buckets.flatMap((bucket) => [bucket.created.total, bucket.resolved.total]))}
        draw={({ x, y, bandWidth, ...rest }) => (
          <>
            {hatchDefinition}
            {trend.buckets.map((bucket, index) => (
              <g key={bucket.from} className={`bar-${bucket.basis}${bucket.complete ? '' : ' so-far'}`}>
                {parts.map((part, side) => {
                  const value = bucket[part].total;
                  const place = {
                    x: x(index) + (side * bandWidth) / 2,
                    width: Math.max(1, bandWidth / 2 - 1),
                    y: y(value),
                    height: y(0) - y(value),
                  };
                  return (
                    <g key={part}>
                      <rect {...place} className={`bar-${part}`} />
                      {bucket.basis === 'reconstructed' ? <rect {...place} fill={hatch} /> : null}
                    </g>
                  );
                })}
              </g>
            ))}
            {line
              ? parts.map((part) => (
                  <TrendLine
                    key={part}
                    className={`trend-line ${part}`}
                    values={trend.trendLine[part]?.values ?? []}
                    drawing={{ x, y, bandWidth, ...rest }}
                  />
                ))
              : null}
            <Markers trend={trend} drawing={{ x, y, bandWidth, ...rest }} />
          </>
        )}
        tooltip={(index) => <FlowWords trend={trend} index={index} />}
        valueText={(index) => {
          const bucket = trend.buckets[index];
          if (bucket === undefined) return '';
          return `${bucketTitle(bucket, now)}: ${formatCount(bucket.created.total)} created, ${formatCount(bucket.resolved.total)} resolved`;
        }}
      />
      <MarkerNotes trend={trend} />
    </>
  );
}

function FlowWords({ trend, index }: { trend: SecurityTrend; index: number }): ReactElement | null {
  const now = useNow();
  const bucket = trend.buckets[index];
  if (bucket === undefined) return null;
  return (
    <>
      <strong>{bucketTitle(bucket, now)}</strong>
      <table>
        <tbody>
          <tr>
            <th scope="row">
              <i className="swatch created" /> Created
            </th>
            <td>{formatCount(bucket.created.total)}</td>
          </tr>
          <tr>
            <th scope="row">
              <i className="swatch resolved" /> Resolved
            </th>
            <td>{formatCount(bucket.resolved.total)}</td>
          </tr>
          <tr className="sum">
            <th scope="row">Change</th>
            <td>{formatChange(bucket.created.total - bucket.resolved.total)}</td>
          </tr>
          {bucket.joined.total === 0 ? null : (
            <tr>
              <th scope="row">Joined</th>
              <td>{formatChange(bucket.joined.total)}</td>
            </tr>
          )}
        </tbody>
      </table>
      {bucket.basis === 'read' ? null : (
        <p>
          {basisWords[bucket.basis]}
          {bucket.basis === 'reconstructed' ? '' : ': the least that was created and resolved between two counts'}.
        </p>
      )}
    </>
  );
}
