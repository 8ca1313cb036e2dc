import type { ReactElement, ReactNode } from 'react';
import type { FindingList, SecuritySummary } from '../../../src/features/insights/contract.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { SeverityShape } from '../../components/chips.tsx';
import { severityLabel } from '../../words/labels.ts';
import { formatChange, formatCount } from '../../words/numbers.ts';
import type { Door } from './search.ts';
import { ToList } from './to-list.tsx';

/** Numbers of now. Each is a door to the list behind it, which has as many rows, and changes no other number. */
export function Tiles({ summary }: { summary: SecuritySummary | undefined }): ReactElement {
  const severities =
    summary?.severities
      .filter(({ severity, open }) => severity !== 'unrated' || open > 0)
      .map((tile) => ({ severity: tile.severity, tile })) ?? skeletons;
  return (
    <>
      <section className="tiles" aria-label="Open vulnerabilities">
        <Tile name="Open vulnerabilities" tile={summary?.total} accent="var(--accent)" door={{ list: 'open' }} />
        {severities.map((tile) => (
          <Tile
            key={tile.severity}
            name={severityLabel[tile.severity]}
            shape={<SeverityShape severity={tile.severity} />}
            tile={tile.tile}
            accent={`var(--${tile.severity}-fill)`}
            door={{ list: 'open', severity: tile.severity }}
            included={tile.tile?.included}
          />
        ))}
      </section>
      <section className="counters" aria-label="Counted apart from open vulnerabilities">
        <Counter name="Hotspots to review" count={summary?.hotspots.total} list="hotspots">
          {summary === undefined ? '' : hotspotWords(summary.hotspots)}
        </Counter>
        <Counter name="Accepted" count={summary?.accepted} list="accepted">
          not part of open
        </Counter>
        <Counter name="False positives" count={summary?.falsePositive} list="false_positive">
          not part of open
        </Counter>
      </section>
    </>
  );
}

const skeletons = (['critical', 'high', 'medium', 'low'] as const).map((severity) => ({ severity, tile: undefined }));

function hotspotWords({ high, medium, low, unknown, total }: SecuritySummary['hotspots']): string {
  if (total === 0) return 'none waits for review';
  const parts = [`${formatCount(high)} high`, `${formatCount(medium)} medium`, `${formatCount(low)} low`];
  if (unknown > 0) parts.push(`${formatCount(unknown)} unknown`);
  return `probability: ${parts.join(', ')}`;
}

interface TileProps {
  name: string;
  shape?: ReactNode;
  tile: SecuritySummary['total'] | undefined;
  accent: string;
  door: Door;
  /** False: the filter of the page leaves it out of the sum. */
  included?: boolean | undefined;
}

function Tile({ name, shape, tile, accent, door, included = true }: TileProps): ReactElement {
  return (
    <ToList
      door={door}
      className={included ? 'card tile' : 'card tile left-out'}
      accent={included ? accent : 'var(--line-strong)'}
    >
      <span className="tile-name">
        {shape}
        {name}
      </span>
      <span className="tile-value">
        {tile === undefined ? <span className="bone" data-length="0" /> : formatCount(tile.open)}
      </span>
      <span className="tile-change">
        {tile === undefined ? '\u00a0' : included ? <Change tile={tile} /> : 'left out by the filter'}
      </span>
      <Sparkline values={tile?.sparkline.flatMap(({ open }) => (open === null ? [] : [open])) ?? []} color={accent} />
    </ToList>
  );
}

/** Fewer is better here, so a fall is green; the words say the direction without the colour. */
function Change({ tile }: { tile: SecuritySummary['total'] }): ReactElement {
  const { change30Days: value, joined30Days: joined, changeBasis: basis } = tile;
  if (value === null) {
    return <>{basis === 'estimated' ? 'severity unknown 30 days ago' : 'no earlier data to compare'}</>;
  }
  // What joined was there before: it makes nothing worse.
  const own = value - joined;
  return (
    <>
      <b className={own > 0 ? 'worse' : own < 0 ? 'better' : undefined}>{formatChange(value)}</b> in 30 days
      {joined === 0 ? '' : `, ${formatChange(joined)} joined`}
      {basis === 'reconstructed' ? ', reconstructed' : ''}
    </>
  );
}

function Counter({
  name,
  count,
  list,
  children,
}: {
  name: string;
  count: number | undefined;
  list: FindingList;
  children: ReactNode;
}): ReactElement {
  return (
    <ToList door={{ list }} className="card counter">
      <span className="counter-value">
        {count === undefined ? <span className="bone" data-length="0" /> : formatCount(count)}
      </span>
      <span>
        <span className="counter-name">{name}</span>
        <span className="note">{children}</span>
      </span>
    </ToList>
  );
}
