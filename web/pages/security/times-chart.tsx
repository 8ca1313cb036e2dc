import type { ReactElement } from 'react';
import type { SecurityResolveTimes } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart, type Drawing } from '../../charts/bucket-chart.tsx';
import { useHatch } from '../../charts/hatch.tsx';
import { axisTop } from '../../charts/scales.ts';
import { formatCount } from '../../words/numbers.ts';
import { bucketName, bucketTitle } from './buckets.ts';
import { daysWords, knownWords } from './words.ts';

type Bucket = SecurityResolveTimes['buckets'][number];

/** A bar up to the median, and a thin one up to the 90th percentile. Nothing fixed is a gap, not a time of 0. */
export function TimesChart({ data }: { data: SecurityResolveTimes }): ReactElement {
  const now = useNow();
  const [hatch, hatchDefinition] = useHatch();
  const { buckets, granularity } = data;
  const someUnknown = buckets.some(({ known }) => known !== 'whole');
  return (
    <>
      <div className="legend" aria-hidden="true">
        <span>
          <i className="swatch resolved" />
          Median
        </span>
        <span>
          <i className="swatch p90" />
          90th percentile
        </span>
        <span>in days</span>
        {someUnknown ? (
          <span>
            <i className="swatch not-read" />
            Not every project read yet
          </span>
        ) : null}
      </div>
      <BucketChart
        label="Time to resolve"
        height={190}
        names={buckets.map((bucket) => bucketName(bucket, granularity, now))}
        top={axisTop(buckets.flatMap(({ times }) => times.all.p90 ?? []))}
        draw={(drawing) => (
          <>
            {hatchDefinition}
            {buckets.map((bucket, index) => (
              <TimeBar key={bucket.from} bucket={bucket} index={index} drawing={drawing} hatch={hatch} />
            ))}
          </>
        )}
        tooltip={(index) => <Words bucket={buckets[index]} />}
        valueText={(index) => {
          const bucket = buckets[index];
          return bucket === undefined ? '' : `${bucketTitle(bucket, now)}: ${sentence(bucket)}`;
        }}
      />
    </>
  );
}

interface TimeBarProps {
  bucket: Bucket;
  index: number;
  drawing: Drawing;
  hatch: string;
}

function TimeBar({ bucket, index, drawing, hatch }: TimeBarProps): ReactElement {
  const { x, y, bandWidth, innerHeight } = drawing;
  const { median, p90 } = bucket.times.all;
  // A time of less than a day is a line on the axis, so that it does not look like none.
  const bar = (days: number, width: number) => ({
    x: x(index) + (bandWidth - width) / 2,
    width,
    y: Math.min(y(days), innerHeight - 2),
    height: Math.max(2, innerHeight - y(days)),
  });
  return (
    <g className={bucket.complete ? undefined : 'so-far'}>
      {bucket.known === 'whole' ? null : (
        <rect className="not-read" x={x(index)} width={bandWidth} y={0} height={innerHeight} />
      )}
      {p90 === null ? null : <rect className="bar-p90" {...bar(p90, Math.max(2, bandWidth * 0.4))} />}
      {median === null ? null : <rect className="bar-resolved" {...bar(median, bandWidth)} />}
      {bucket.known === 'whole' ? null : (
        <rect fill={hatch} x={x(index)} width={bandWidth} y={0} height={innerHeight} />
      )}
    </g>
  );
}

function Words({ bucket }: { bucket: Bucket | undefined }): ReactElement | null {
  const now = useNow();
  if (bucket === undefined) return null;
  const { resolved, median, p90 } = bucket.times.all;
  return (
    <>
      <strong>{bucketTitle(bucket, now)}</strong>
      <table>
        <tbody>
          <tr>
            <th scope="row">Median</th>
            <td>{daysWords(median)}</td>
          </tr>
          <tr>
            <th scope="row">90th percentile</th>
            <td>{daysWords(p90)}</td>
          </tr>
          <tr className="sum">
            <th scope="row">Fixed</th>
            <td>{formatCount(resolved)}</td>
          </tr>
        </tbody>
      </table>
      {bucket.known === 'whole' ? null : <p>{knownWords[bucket.known]}.</p>}
    </>
  );
}

function sentence({ known, times: { all } }: Bucket): string {
  const doubt = known === 'whole' ? '' : `. ${knownWords[known]}`;
  if (all.resolved === 0) return `nothing fixed${doubt}`;
  return `${formatCount(all.resolved)} fixed, median ${daysWords(all.median)}, 90th percentile ${daysWords(all.p90)}${doubt}`;
}
