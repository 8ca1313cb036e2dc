import type { ReactElement } from 'react';
import { Chip } from '../../components/chips.tsx';
import { Upstream } from '../../components/states.tsx';

export const SetUpChip = ({ name }: { name: string }): ReactElement => (
  <Chip tone="passed" glyph="✓">
    {name}
  </Chip>
);

/** Why a repository is not set up, and what to do about it. */
export function Failed({
  name,
  error: { code, message, remedy, upstream },
}: {
  name: string;
  error: { code: string; message: string; remedy: string; upstream?: string | null | undefined };
}): ReactElement {
  return (
    <li>
      <Chip tone="failed" glyph="✕">
        {name}
      </Chip>{' '}
      {message} {remedy} <code>{code}</code>
      <Upstream text={upstream} />
    </li>
  );
}
