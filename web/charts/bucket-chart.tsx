import { AxisBottom } from '@visx/axis';
import { Group } from '@visx/group';
import { scaleBand, scaleLinear } from '@visx/scale';
import { type PointerEvent, type ReactElement, type ReactNode, useState } from 'react';
import { formatCount } from '../words/numbers.ts';
import { countTicks, labelledIndexes } from './scales.ts';
import { ValueAxis } from './value-axis.tsx';
import { useWidth } from './use-width.ts';

/** What a chart draws its bars with. */
export interface Drawing {
  /** Left edge of a bucket, and how wide one is. */
  x: (index: number) => number;
  bandWidth: number;
  y: (value: number) => number;
  innerWidth: number;
  innerHeight: number;
}

interface BucketChartProps {
  /** Names the chart, e.g. `Open vulnerabilities by severity`. */
  label: string;
  /** Labels under the axis. */
  names: readonly string[];
  /** Greatest value; the axis begins at zero. */
  top: number;
  height?: number;
  /** Words of the axis; left out: counts. */
  format?: (value: number) => string;
  /** Room right of the bars for direct labels. */
  labelRoom?: number;
  draw: (drawing: Drawing) => ReactNode;
  /** Content of the tooltip of a bucket; the same for pointer and keyboard. */
  tooltip: (index: number) => ReactNode;
  /** The same in one sentence, read aloud. */
  valueText: (index: number) => string;
}

const margin = { top: 14, bottom: 26, left: 46 };

/** Bars over time: axes from zero, one tab stop, arrows move between the buckets. */
export function BucketChart(props: BucketChartProps): ReactElement {
  const { label, names, top, height = 260, format = formatCount, labelRoom = 12, draw, tooltip, valueText } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const innerWidth = Math.max(0, width - margin.left - labelRoom);
  const innerHeight = height - margin.top - margin.bottom;
  const band = scaleBand({
    domain: names.map((_, index) => index),
    range: [0, innerWidth],
    padding: names.length > 40 ? 0.05 : 0.14,
  });
  const linear = scaleLinear({ domain: [0, top], range: [innerHeight, 0], nice: countTicks(top) });
  const x = (index: number): number => band(index) ?? 0;
  const drawing: Drawing = { x, bandWidth: band.bandwidth(), y: (value) => linear(value), innerWidth, innerHeight };
  const current = at !== null && at < names.length ? at : null;
  const follow = (event: PointerEvent<HTMLElement>): void => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left;
    const index = Math.floor(left / Math.max(1, band.step()));
    setAt(index >= 0 && index < names.length ? index : null);
  };
  return (
    <div className="chart" ref={ref} style={{ height }}>
      {width === 0 ? null : (
        <>
          <svg width={width} height={height} aria-hidden="true">
            <Group left={margin.left} top={margin.top}>
              <ValueAxis scale={linear} ticks={countTicks(top)} width={innerWidth} format={format} />
              {current === null ? null : (
                <rect
                  className="bucket-shade"
                  x={x(current) - 1}
                  width={band.bandwidth() + 2}
                  y={0}
                  height={innerHeight}
                />
              )}
              {draw(drawing)}
              <AxisBottom
                scale={band}
                top={innerHeight}
                tickValues={labelledIndexes(names.length, innerWidth, 78)}
                tickFormat={(index) => names[Number(index)] ?? ''}
                hideTicks
                axisClassName="axis-x"
                tickLabelProps={{ className: 'tick-label', dy: 4, textAnchor: 'middle' }}
              />
            </Group>
          </svg>
          <input
            type="range"
            className="chart-surface"
            aria-label={`${label}: periods`}
            aria-valuetext={names.length === 0 ? 'No periods' : valueText(current ?? names.length - 1)}
            min={0}
            max={Math.max(0, names.length - 1)}
            value={current ?? Math.max(0, names.length - 1)}
            onChange={(event) => setAt(Number(event.target.value))}
            onFocus={() => setAt((before) => before ?? names.length - 1)}
            onBlur={() => setAt(null)}
            onPointerMove={follow}
            onPointerLeave={() => setAt(null)}
          />
          {current === null ? null : (
            <Tooltip x={margin.left + x(current) + band.bandwidth() / 2} width={width}>
              {tooltip(current)}
            </Tooltip>
          )}
        </>
      )}
    </div>
  );
}

/** Beside the bucket it speaks of, on the side with more room. */
export function Tooltip({ x, width, children }: { x: number; width: number; children: ReactNode }): ReactElement {
  const right = x < width / 2;
  return (
    <div className="tooltip" style={right ? { left: x + 14 } : { right: width - x + 14 }}>
      {children}
    </div>
  );
}
