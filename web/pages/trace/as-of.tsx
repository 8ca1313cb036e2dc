import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { AsOf, Difference } from '../../../src/features/trace/contract.ts';
import { Card } from '../../components/page.tsx';
import { EmptyState, Notice } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { formatExact } from '../../words/times.ts';

/** That this is of a time before, and what of it cannot be told. */
export function ThenNotice({ asOf: { at, untold } }: { asOf: AsOf }): ReactElement {
  return (
    <>
      <Notice kind="info" title={`What we said then: ${formatExact(at)}.`}>
        Stations, links, conditions, verdicts and what was missing are those of that time; what is known now stands
        below.
      </Notice>
      {untold.map(({ code, message, remedy, details }) => (
        <Notice key={code} kind="warning" title={message}>
          {details.length === 0 ? null : <>{details.map(readable).join(', ')}. </>}
          {remedy} <code className="note">{code}</code>
        </Notice>
      ))}
    </>
  );
}

/** Times as people read them; names as they are. */
const readable = (detail: string): string => (/^\d{4}-\d\d-\d\dT/.test(detail) ? formatExact(detail) : detail);

export function NothingThen({ asOf: { untold } }: { asOf: AsOf }): ReactElement {
  const kept = untold.every(({ code }) => code !== 'said_before_history');
  return (
    <EmptyState title={kept ? 'Nothing was known under this text then' : 'Nothing can be told of that time'}>
      <p>
        {kept
          ? 'It came to be known later, or not at all.'
          : 'What is known now is no answer to what was said then, so none is shown.'}
      </p>
    </EmptyState>
  );
}

const whatWords: Record<Difference['what'], string> = { station: 'Station', link: 'Link', missing: 'Missing' };

/** What is said otherwise now, each with what was said. */
export function BesideNow({ asOf: { now } }: { asOf: AsOf }): ReactElement {
  const present = (
    <Link from="/trace" to="." search={({ q, table }) => ({ q, table })}>
      Show the line as it is now
    </Link>
  );
  if (now === null) {
    return (
      <Card title="What we know now" padded>
        <p>The same as then. {present}</p>
      </Card>
    );
  }
  const { differences } = now;
  if (differences.length === 0) {
    return (
      <Card title="What we know now" padded>
        {present}
      </Card>
    );
  }
  return (
    <Card title="What we know now" note={`${countOf(differences.length, 'difference')}`} padded>
      <ul className="trace-differences">
        {differences.map(({ what, at, title, before, now: said }) => (
          <li key={`${what} ${at.join(' ')} ${title} ${before} ${said}`}>
            <p>
              <span className="station-kind">{whatWords[what]}</span> {title}
            </p>
            <dl>
              <div>
                <dt>Then</dt>
                <dd>{before ?? <span className="note">not said</span>}</dd>
              </div>
              <div>
                <dt>Now</dt>
                <dd>{said ?? <span className="note">not said any more</span>}</dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
      <p>{present}</p>
    </Card>
  );
}
