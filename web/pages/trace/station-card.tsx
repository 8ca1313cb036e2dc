import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Link as LineLink, Missing, Station } from '../../../src/features/trace/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { External } from '../../components/button.tsx';
import { formatExact, formatRelative } from '../../words/times.ts';
import { VerdictCell } from '../policy/verdict-cell.tsx';
import { StationChip } from './station-chip.tsx';
import type { Verdicts } from './use-line-verdicts.ts';
import {
  atWords,
  certaintyHelp,
  certaintyLabel,
  certaintyVerb,
  detailWords,
  kindLabel,
  noteWords,
  shortTitle,
  sourceWords,
  surest,
} from './words.ts';

/** One station: what it is, its state, how old that is, how sure its place on the line is and by whom, and its own page. */
export function StationCard({
  station,
  evidence,
  doubts,
  start,
  verdicts,
}: {
  station: Station;
  evidence: readonly LineLink[];
  doubts: readonly Missing[];
  start: boolean;
  verdicts: Verdicts;
}): ReactElement {
  const { ref, station: kind, standing, link, integration } = station;
  const detail = detailWords(station);
  const look = standing === 'good' && doubts.length > 0 ? 'warning' : standing;
  return (
    <article className={`station ${look} ${start ? 'start' : ''}`.trim()} data-station={ref}>
      <div className="station-head">
        <span className="station-kind">{kindLabel[kind]}</span>
        {start ? <span className="station-asked">asked for</span> : null}
      </div>
      <Link
        from="/trace"
        to="."
        search={(before) => ({ ...before, station: ref })}
        replace
        resetScroll={false}
        className="station-title"
        data-station-link=""
        title={station.title}
      >
        {shortTitle(station)}
      </Link>
      {detail === null ? null : (
        <span className="note clipped" title={detail}>
          {detail}
        </span>
      )}
      <span className="station-state">
        <StationChip station={station} evidence={evidence} />
        {kind === 'image' && verdicts !== undefined ? (
          <span className="place-verdict">
            <span className="note">policy</span> <VerdictCell verdicts={verdicts} imageId={Number(ref.slice(6))} />
          </span>
        ) : null}
        {station.at === null ? null : <Age before={atWords[kind]} at={station.at} />}
      </span>
      {station.staleSince === null ? null : (
        <span className="station-state">
          <Age before="not read well since" at={station.staleSince} />
        </span>
      )}
      <Evidence links={evidence} environment={kind === 'environment'} told={doubts.length > 0} />
      {doubts.map(({ code, message }) => (
        <span key={code} className="station-doubt">
          <span aria-hidden="true">?</span> {message}
        </span>
      ))}
      {link === null ? null : (
        <span className="station-out">
          <External href={link}>
            {integration === null ? `Open the ${kindLabel[kind].toLowerCase()}` : `Open in ${integration.name}`}
          </External>
        </span>
      )}
    </article>
  );
}

/** `analysed 2 hours ago`; the exact time stands beside it while the card has the pointer or the focus. */
function Age({ before, at }: { before: string; at: string }): ReactElement {
  const now = useNow();
  const exact = formatExact(at);
  return (
    <span className="station-age">
      {before}{' '}
      <time dateTime={at} title={exact}>
        {formatRelative(at, now)}
      </time>
      <span className="exact" aria-hidden="true">
        {exact}
      </span>
    </span>
  );
}

/** `told`: a sentence below says what the note would. */
function Evidence({
  links,
  environment,
  told,
}: {
  links: readonly LineLink[];
  environment: boolean;
  told: boolean;
}): ReactElement | null {
  const link = surest(links);
  if (link === undefined) return null;
  const { certainty, note, seenAt, validFrom, validTo } = link;
  return (
    <>
      {environment ? (
        <span className="station-state">
          <Age before="since" at={validFrom} />
          {validTo === null || validTo <= validFrom ? null : <Age before="until" at={validTo} />}
        </span>
      ) : null}
      <span className="station-evidence">
        <span className={`certainty ${certainty}`} title={certaintyHelp[certainty]}>
          {certaintyLabel[certainty]}
        </span>{' '}
        by {sourceWords(link)}, <Age before={certaintyVerb[certainty]} at={seenAt} />
        {note === null || told ? null : <span className="station-note">{noteWords[note] ?? note}</span>}
      </span>
    </>
  );
}
