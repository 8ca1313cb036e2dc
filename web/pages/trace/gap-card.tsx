import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Missing } from '../../../src/features/trace/contract.ts';
import { useAllowed } from '../../app/allowed.ts';
import { remedyOf } from './remedies.ts';
import { besideWords, kindLabel } from './words.ts';

/** Where the line has nothing, why, and the one thing to do: a card for each kind of station that is missing. */
export function GapCard({ gaps }: { gaps: readonly Missing[] }): ReactElement {
  return (
    <>
      {[...Map.groupBy(gaps, ({ expects }) => expects)].map(([expects, own]) => (
        <div key={expects} className="station gap" data-station="" tabIndex={-1}>
          <span className="station-kind">No {kindLabel[expects].toLowerCase()}</span>
          {own.map((missing) => (
            <Why key={missing.code} missing={missing} />
          ))}
        </div>
      ))}
    </>
  );
}

/** The sentence of a missing link, what is known beside it, and where the one thing to do is done. */
export function Why({ missing }: { missing: Missing }): ReactElement {
  const allowed = useAllowed();
  const way = remedyOf(missing);
  const { message, remedy, details, code } = missing;
  return (
    <div className="gap-why">
      <p className="gap-reason">{message}</p>
      {details.length === 0 ? null : <p className="note">{details.map(besideWords).join('; ')}</p>}
      <p className="note">
        {remedy} <code className="gap-code">{code}</code>
      </p>
      {way === undefined || !allowed(way.link.to) ? null : (
        <p>
          <Link {...way.link} data-station-link="">
            {way.label}
          </Link>
        </p>
      )}
    </div>
  );
}
