import type { ReactElement, ReactNode } from 'react';
import type { PeopleChange } from '../../../src/features/teams/contract.ts';
import { Card } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';

const words = { added: 'comes', changed: 'changes', left: 'leaves' } as const;

/** What saving would change, before it is saved. */
export function ChangeCard({ change, children }: { change: PeopleChange; children: ReactNode }): ReactElement {
  const { added, changed, left, unchanged, sample } = change;
  const nothing = added + changed + left === 0;
  return (
    <Card title="What saving changes" padded>
      <p>
        {nothing
          ? `Nothing: all ${countOf(unchanged, 'person', 'people')} are as the file says.`
          : `${formatCount(added)} come, ${formatCount(changed)} change, ${formatCount(left)} leave, ${formatCount(unchanged)} stay as they are.`}
      </p>
      {left > 0 && left >= unchanged + changed ? (
        <Notice kind="warning" title="More people leave than stay.">
          The file is everybody: check that it is the whole list.
        </Notice>
      ) : null}
      {sample.length === 0 ? null : (
        <ul className="samples">
          {sample.map(({ email, name, what }) => (
            <li key={email}>
              {name} <span className="note">{email}</span> {words[what]}
            </li>
          ))}
          {added + changed + left > sample.length ? (
            <li className="note">and {formatCount(added + changed + left - sample.length)} more</li>
          ) : null}
        </ul>
      )}
      <div className="form-actions">{children}</div>
    </Card>
  );
}
