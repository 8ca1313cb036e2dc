import { scaleLinear } from '@visx/scale';
import { LinePath } from '@visx/shape';
import type { ReactElement } from 'react';

/** The shape of a number's recent past; the number and its change stand beside it, so it is only a drawing. */
export function Sparkline({
  values,
  color,
  height = 28,
}: {
  values: readonly number[];
  color: string;
  height?: number;
}): ReactElement {
  const width = 120;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = scaleLinear({ domain: [0, Math.max(1, values.length - 1)], range: [1, width - 1] });
  // A flat line belongs in the middle; a small wobble must not look like a cliff.
  const room = Math.max(1, (high - low) * 0.1, high * 0.05 - (high - low));
  const y = scaleLinear({ domain: [low - room, high + room], range: [height - 2, 2] });
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {values.length > 1 ? (
        <LinePath
          data={[...values]}
          x={(_, index) => x(index)}
          y={(value) => y(value)}
          stroke={color}
          strokeWidth={1.6}
          vectorEffect="non-scaling-stroke"
          fill="none"
        />
      ) : null}
    </svg>
  );
}
