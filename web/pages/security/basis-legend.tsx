import type { ReactElement } from 'react';
import type { SecurityTrend } from '../../../src/features/insights/contract.ts';
import { basesOf, basisWords } from './buckets.ts';

/** What the bars rest on; nothing where all are counted by Plumbline. */
export function BasisLegend({ trend }: { trend: SecurityTrend }): ReactElement | null {
  const bases = basesOf(trend);
  if (bases.length === 0 || (bases.length === 1 && bases[0] === 'read')) return null;
  return (
    <div className="legend">
      {bases.map((basis) => (
        <span key={basis}>
          <i className={`swatch basis-${basis}`} />
          {basisWords[basis]}
        </span>
      ))}
    </div>
  );
}
