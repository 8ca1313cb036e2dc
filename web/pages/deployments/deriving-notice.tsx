import type { ReactElement } from 'react';
import type { Deriving } from '../../../src/features/deployments/contract.ts';
import { Notice } from '../../components/states.tsx';
import { formatCount } from '../../words/numbers.ts';

/** Nothing is shown as whole while an upgrade has not made all deployments again. */
export function DerivingNotice({ deriving }: { deriving: Deriving | undefined }): ReactElement | null {
  if (deriving === undefined || deriving === null) return null;
  const { done, total } = deriving;
  const far =
    total === null
      ? 'It begins within a minute.'
      : `${formatCount(done)} of ${formatCount(total)} runs of Harness are done.`;
  return (
    <Notice kind="warning" title="Not whole yet.">
      Since the upgrade deployments are made again of what is stored. {far} Until then what stands here may change.
    </Notice>
  );
}
