import { AxisBottom } from '@visx/axis';
import { Group } from '@visx/group';
import { scaleLinear, scaleUtc } from '@visx/scale';
import { LinePath } from '@visx/shape';
import { type PointerEvent, type ReactElement, type ReactNode, useState } from 'react';
import { formatDay } from '../words/times.ts';
import { Tooltip } from './bucket-chart.tsx';
import { axisTop, runsOf } from './scales.ts';
import { ValueAxis } from './value-axis.tsx';
import { useWidth } from './use-width.ts';

export interface Point {
  /** ISO time. */
  at: string;
  /** null: no value at that time; drawn as a gap. */
  value: number | null;
}

interface LineChartProps {
  label: string;
  points: readonly Point[];
  /** First and last day of the axis. */
  from: string;
  to: string;
  /** Upper end where the measure has one, e.g. 100 %. */
  ceiling?: number;
  /** Values are counts: no tick between two whole numbers. */
  whole?: boolean;
  format: (value: number) => string;
  tooltip: (index: number) => ReactNode;
  valueText: (index: number) => string;
  now: Date;
}

const margin = { top: 10, right: 12, bottom: 24, left: 52 };
const height = 170;

/** One measure over time: a point per analysis, steps in between are not invented. */
export function LineChart(props: LineChartProps): ReactElement {
  const { label, points, from, to, ceiling, whole = false, format, tooltip, valueText, now } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const innerWidth = Math.max(0, width - margin.left - margin.right);
  const innerHeight = height - margin.top - margin.bottom;
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const x = scaleUtc({ domain: [new Date(`${from}T00:00:00Z`), new Date(`${to}T23:59:59Z`)], range: [0, innerWidth] });
  const y = scaleLinear({
    domain: [0, ceiling ?? (whole ? axisTop(values) : Math.max(1, ...values))],
    range: [innerHeight, 0],
    nice: ceiling === undefined ? 4 : false,
  });
  const place = (point: Point): { left: number; top: number } => ({
    left: x(new Date(point.at)),
    top: y(point.value ?? 0),
  });
  const current = at === null ? undefined : points[at];
  const follow = (event: PointerEvent<HTMLElement>): void => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left;
    setAt(
      nearest(
        points.map((point) => place(point).left),
        left,
      ),
    );
  };
  return (
    <div className="chart" ref={ref} style={{ height }}>
      {width === 0 ? null : (
        <>
          <svg width={width} height={height} aria-hidden="true">
            <Group left={margin.left} top={margin.top}>
              <ValueAxis scale={y} ticks={4} width={innerWidth} format={format} />
              {runsOf(points, (point) => point.value !== null).map((run) => (
                <LinePath
                  key={run[0]?.at}
                  data={run}
                  x={(point) => place(point).left}
                  y={(point) => place(point).top}
                  className="history-line"
                  fill="none"
                />
              ))}
              {points.map((point) =>
                point.value === null ? null : (
                  <circle
                    key={point.at}
                    className="history-point"
                    cx={place(point).left}
                    cy={place(point).top}
                    r={points.length > 80 ? 1.5 : 2.5}
                  />
                ),
              )}
              {current === undefined || current.value === null ? null : (
                <circle className="history-point current" cx={place(current).left} cy={place(current).top} r={5} />
              )}
              <AxisBottom
                scale={x}
                top={innerHeight}
                numTicks={Math.max(2, Math.floor(innerWidth / 90))}
                tickFormat={(value) => formatDay((value as Date).toISOString(), now)}
                hideTicks
                axisClassName="axis-x"
                tickLabelProps={{ className: 'tick-label', dy: 4, textAnchor: 'middle' }}
              />
            </Group>
          </svg>
          <input
            type="range"
            className="chart-surface"
            aria-label={`${label}: analyses`}
            aria-valuetext={points.length === 0 ? 'No values' : valueText(at ?? points.length - 1)}
            min={0}
            max={Math.max(0, points.length - 1)}
            value={at ?? Math.max(0, points.length - 1)}
            onChange={(event) => setAt(Number(event.target.value))}
            onFocus={() => setAt((before) => before ?? points.length - 1)}
            onBlur={() => setAt(null)}
            onPointerMove={follow}
            onPointerLeave={() => setAt(null)}
          />
          {at === null || current === undefined ? null : (
            <Tooltip x={margin.left + place(current).left} width={width}>
              {tooltip(at)}
            </Tooltip>
          )}
        </>
      )}
    </div>
  );
}

function nearest(lefts: readonly number[], left: number): number | null {
  let best: number | null = null;
  for (const [index, candidate] of lefts.entries()) {
    if (best === null || Math.abs(candidate - left) < Math.abs((lefts[best] ?? 0) - left)) best = index;
  }
  return best;
}
