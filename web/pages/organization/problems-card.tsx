import type { ReactElement } from 'react';
import type { PeopleProblem } from '../../../src/features/teams/contract.ts';
import { Card } from '../../components/page.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { attributeLabel, problemWords } from './words.ts';

/** Everything that is wrong at once; the first people of each kind of fault with their lines. */
export function ProblemsCard({ problems }: { problems: readonly PeopleProblem[] }): ReactElement {
  return (
    <Card title={`${countOf(problems.length, 'thing')} to correct`} label="Problems" note="nothing was saved" padded>
      <div role="alert">
        <ul className="problems">
          {problems.map((problem) => (
            <OneProblem key={`${problem.code} ${problem.field}`} problem={problem} />
          ))}
        </ul>
      </div>
    </Card>
  );
}

function OneProblem({ problem: { code, field, count, samples } }: { problem: PeopleProblem }): ReactElement {
  const [what, remedy] = problemWords[code];
  return (
    <li>
      <strong>
        {what}
        {field === null ? '' : `: ${attributeLabel(field)}`}
      </strong>
      {samples.length === 0 ? null : <span className="note"> {countOf(count, 'row')}</span>}
      <p>
        {remedy} <code>{code}</code>
      </p>
      {samples.length === 0 ? null : (
        <ul className="samples">
          {samples.map(({ line, email, name }, at) => (
            <li key={at}>
              {line === null ? '' : `Line ${line}: `}
              {[email, name].filter((text) => text !== '').join(' · ')}
            </li>
          ))}
          {count > samples.length ? <li className="note">and {formatCount(count - samples.length)} more</li> : null}
        </ul>
      )}
    </li>
  );
}
