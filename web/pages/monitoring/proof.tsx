import type { ReactElement } from 'react';
import { wayWords } from '../../../src/domain/stream-words.ts';
import { proofWords } from './run-words.ts';

/** How sure a count is and how it was asked for; the vendor's own name of the way on hover. */
export function Proof({ count }: { count: Parameters<typeof proofWords>[0] & { method: string } }): ReactElement {
  return (
    <span title={count.method}>
      {proofWords(count)} ({wayWords(count.method)})
    </span>
  );
}
