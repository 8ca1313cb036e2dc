import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Line, Station } from '../../../src/features/trace/contract.ts';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { VerdictChip } from '../policy/verdict-chip.tsx';
import type { Verdicts } from './use-line-verdicts.ts';
import { StationChip } from './station-chip.tsx';
import { atWords, detailWords, kindLabel, kindsLabel, shortTitle } from './words.ts';

const mostShown = 5;

/** What is worst about the line, in words and first; then how much of it is missing. */
export function Summary({ line, verdicts }: { line: Line; verdicts: Verdicts }): ReactElement {
  const worst = line.worst.flatMap((ref) => line.stations.find((one) => one.ref === ref) ?? []);
  const unsaid = line.stations.filter(
    ({ standing, facts }) => standing === 'unknown' && facts['verdict'] === 'no_verdict',
  );
  const missing = line.missing.filter(({ code }) => code !== 'trace_not_read_since').length;
  const [first] = worst;
  const doubtful = worst.length > 0 || missing > 0 || unsaid.length > 0;
  const tone = first?.standing === 'failed' ? 'failed' : doubtful ? 'warn' : 'good';
  return (
    <section className={`trace-summary ${tone}`} aria-label="What is worst">
      {worst.length === 0 ? null : (
        <ul>
          {worst.slice(0, mostShown).map((one) => (
            <Worst key={one.ref} station={one} verdicts={verdicts} />
          ))}
        </ul>
      )}
      <p>{closing(worst.length, missing, unsaid)}</p>
      {line.cut.length === 0 ? null : (
        <p>There are more {line.cut.map((kind) => kindsLabel[kind]).join(', ')} than are shown.</p>
      )}
    </section>
  );
}

function closing(worst: number, missing: number, unsaid: readonly Station[]): string {
  const more = worst > mostShown ? `${countOf(worst - mostShown, 'more station')} failed or in doubt. ` : '';
  const bad = worst === 0 ? 'Nothing on this line failed. ' : more;
  const gaps =
    missing === 0
      ? 'No link is missing.'
      : `${countOf(missing, 'link is', 'links are')} missing or in doubt; each says why.`;
  const images = unsaid.filter(({ station }) => station === 'image').length;
  const open = images > 0 ? countOf(images, 'image has', 'images have') : 'What runs has';
  return `${bad}${unsaid.length === 0 ? '' : `${open} no verdict. `}${gaps}`;
}

function Worst({ station, verdicts }: { station: Station; verdicts: Verdicts }): ReactElement {
  const { ref, station: kind, at } = station;
  const verdict = kind === 'image' ? verdicts?.get(Number(ref.slice(6))) : undefined;
  return (
    <li>
      {verdict === undefined ? <StationChip station={station} /> : <VerdictChip {...verdict} />}
      <span className="station-kind">{verdict === undefined ? kindLabel[kind] : 'Policy on image'}</span>
      <Link from="/trace" to="." search={(before) => ({ ...before, station: ref })} replace resetScroll={false}>
        {shortTitle(station)}
      </Link>
      <span className="note">
        {kind === 'analysis' ? `${detailWords(station) ?? ''} · ` : ''}
        {at === null ? null : (
          <>
            {atWords[kind]} <Ago at={at} />
          </>
        )}
      </span>
    </li>
  );
}
