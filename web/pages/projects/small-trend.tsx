import type { ReactElement } from 'react';
import type { SecurityTrend } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart } from '../../charts/bucket-chart.tsx';
import { useHatch } from '../../charts/hatch.tsx';
import { axisTop } from '../../charts/scales.ts';
import { formatCount } from '../../words/numbers.ts';
import {
  basisWords,
  bucketName,
  bucketTitle,
  heightOf,
  layerLabel,
  stack,
  stackedLayers,
} from '../security/buckets.ts';
import { BasisLegend } from '../security/basis-legend.tsx';
import { MarkerNotes, Markers } from '../security/markers.tsx';

/** Six months of open vulnerabilities, the numbers and the drawing of Security, small. */
export function SmallTrend({ trend }: { trend: SecurityTrend }): ReactElement {
  const now = useNow();
  const [hatch, hatchDefinition] = useHatch();
  const { buckets, granularity } = trend;
  const order = stackedLayers(trend, 'open');
  const words = (index: number): string => {
    const bucket = buckets[index];
    if (bucket === undefined) return '';
    const parts = order.map((layer) => `${layerLabel[layer]} ${formatCount(bucket.open[layer])}`);
    const doubt = bucket.basis === 'read' ? '' : `. ${basisWords[bucket.basis]}`;
    return `${formatCount(bucket.open.total)} open${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${doubt}`;
  };
  return (
    <>
      <BasisLegend trend={trend} />
      <BucketChart
        label="Open vulnerabilities over six months"
        height={150}
        names={buckets.map((bucket) => bucketName(bucket, granularity, now))}
        top={axisTop(buckets.map((bucket) => heightOf(bucket.open, order)))}
        draw={(drawing) => (
          <>
            {hatchDefinition}
            {buckets.map((bucket, index) => (
              <g key={bucket.from} className={`bar-${bucket.basis}${bucket.complete ? '' : ' so-far'}`}>
                {stack(bucket.open, order).map(({ layer, low, high }) => {
                  const place = {
                    x: drawing.x(index),
                    width: drawing.bandWidth,
                    y: drawing.y(high),
                    height: Math.max(0, drawing.y(low) - drawing.y(high)),
                  };
                  return (
                    <g key={layer}>
                      <rect {...place} fill={`var(--${layer}-fill)`} />
                      {bucket.basis === 'reconstructed' ? <rect {...place} fill={hatch} /> : null}
                    </g>
                  );
                })}
              </g>
            ))}
            <Markers trend={trend} drawing={drawing} />
          </>
        )}
        tooltip={(index) => (
          <>
            <strong>{buckets[index] === undefined ? '' : bucketTitle(buckets[index], now)}</strong>
            <p>{words(index)}</p>
          </>
        )}
        valueText={(index) =>
          `${buckets[index] === undefined ? '' : bucketTitle(buckets[index], now)}: ${words(index)}`
        }
      />
      <MarkerNotes trend={trend} />
    </>
  );
}
