import { AxisLeft } from '@visx/axis';
import type { scaleLinear } from '@visx/scale';
import type { ReactElement } from 'react';

interface ValueAxisProps {
  scale: ReturnType<typeof scaleLinear<number>>;
  ticks: number;
  /** How far the lines reach. */
  width: number;
  format: (value: number) => string;
}

/** Values from zero, left of a chart, each with a line across it. */
export function ValueAxis({ scale, ticks, width, format }: ValueAxisProps): ReactElement {
  return (
    <>
      {scale.ticks(ticks).map((value) => (
        <line key={value} className="grid-line" x1={0} x2={width} y1={scale(value)} y2={scale(value)} />
      ))}
      <AxisLeft
        scale={scale}
        numTicks={ticks}
        tickFormat={(value) => format(Number(value))}
        hideAxisLine
        hideTicks
        tickLength={0}
        tickLabelProps={{ className: 'tick-label', dx: -8, dy: 4, textAnchor: 'end' }}
      />
    </>
  );
}
