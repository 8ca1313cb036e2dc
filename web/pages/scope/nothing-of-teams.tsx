import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { EmptyState } from '../../components/states.tsx';
import type { OwnTeams } from './scope-words.ts';

/** Where nothing of a kind belongs to somebody's teams. Whether there is any of others is not theirs to know. */
export function NothingOfTeams({
  own,
  none,
  drawing,
  children,
}: {
  own: OwnTeams;
  /** `No image`: what there is none of. */
  none: string;
  drawing?: ReactNode;
  /** What would stand here. */
  children: ReactNode;
}): ReactElement {
  return (
    <EmptyState
      title={`${none} in ${own.name}`}
      {...(drawing === undefined ? {} : { drawing })}
      action={
        <Link to="/organization/teams" className="button primary">
          What belongs to your teams
        </Link>
      }
    >
      {children} You see what belongs to {own.name}; an administrator says what does, in Team Settings.
    </EmptyState>
  );
}
