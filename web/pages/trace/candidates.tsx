import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Station } from '../../../src/features/trace/contract.ts';
import { Card } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { StationChip } from './station-chip.tsx';
import { atWords, detailWords, kindLabel, shortTitle } from './words.ts';

/** A text that may mean several things: a person chooses, nothing is taken for the one that was meant. */
export function Candidates({ text, found }: { text: string; found: readonly Station[] }): ReactElement {
  return (
    <>
      <Notice title={`“${text}” may mean ${countOf(found.length, 'thing')}.`}>Choose the one that you mean.</Notice>
      <Card title="It may be" note="nothing was chosen for you">
        <ul className="trace-candidates">
          {found.map((one) => (
            <li key={one.ref}>
              <span className="station-kind">{kindLabel[one.station]}</span>
              <Link to="/trace" search={{ q: one.ref }}>
                {shortTitle(one)}
              </Link>
              <StationChip station={one} />
              <span className="note">
                {[detailWords(one), one.integration?.name].filter(Boolean).join(' · ')}
                {one.at === null ? null : (
                  <>
                    {' · '}
                    {atWords[one.station]} <Ago at={one.at} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
