import type { ReactElement } from 'react';
import type { Binding } from '../../../src/features/repositories/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { warningWords } from './words.ts';

/** The first warning, and how many more there are. */
export function BindingChips({ binding: { warnings } }: { binding: Binding }): ReactElement {
  const [first, ...more] = warnings;
  if (first === undefined) return <span className="note">none</span>;
  return (
    <>
      <Chip tone="warn" glyph="◐" title={warnings.map((one) => warningWords[one].short).join(', ')}>
        {warningWords[first].short}
      </Chip>
      {more.length === 0 ? null : <span className="note"> and {more.length} more</span>}
    </>
  );
}
