import type { ReactElement } from 'react';
import type { Link as LineLink, Station } from '../../../src/features/trace/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { reasonTitle, verdictLooks } from '../policy/verdict-chip.tsx';
import { doubtLook, stationLook, stayLook } from './words.ts';

/** State of a station in a word with its colour; of an environment how long what is on the line was there. Doubt first. */
export function StationChip({
  station,
  evidence,
}: {
  station: Station;
  evidence?: readonly LineLink[];
}): ReactElement | null {
  const stay = station.station === 'environment' ? evidence?.[0] : undefined;
  const look = stay === undefined ? stationLook(station) : stayLook(stay);
  const doubted = doubtLook(station);
  if (look === null) return null;
  const [tone, glyph, words] = look;
  return (
    <>
      {doubted === undefined ? null : (
        <Chip tone={doubted[0]} glyph={doubted[1]} title={doubted[3]}>
          {doubted[2]}
        </Chip>
      )}
      <Chip tone={tone} glyph={glyph}>
        {words}
      </Chip>
      <RunsFailed station={station} />
    </>
  );
}

/** A deployment may have succeeded with an image that must not run: that is said beside it. */
function RunsFailed({ station: { station, facts } }: { station: Station }): ReactElement | null {
  const { verdict, verdictReason, runsNow } = facts;
  if (station !== 'deployment' || runsNow !== true || (verdict !== 'failed' && verdict !== 'waived')) return null;
  const [tone, glyph, words] = verdictLooks[verdict];
  return (
    <Chip tone={tone} glyph={glyph} title={typeof verdictReason === 'string' ? reasonTitle(verdictReason) : words}>
      {verdict === 'failed' ? 'Runs what failed' : words}
    </Chip>
  );
}
