import { type ReactElement, useState } from 'react';
import type { Run } from '../../../src/features/ingestion/contract.ts';
import { fallingEstimate, progressWords, shareDone } from './run-words.ts';

export function RunProgressBar({ progress }: { progress: NonNullable<Run['progress']> }): ReactElement {
  const [lowest, setLowest] = useState<number | null>(null);
  const secondsLeft = fallingEstimate(progress.secondsLeft, lowest);
  if (secondsLeft !== null && secondsLeft !== lowest) setLowest(secondsLeft);
  const share = shareDone(progress);
  const words = progressWords({ ...progress, secondsLeft });
  return (
    <div className="progress">
      <progress aria-label="Progress" {...(share === null ? {} : { value: share })}>
        {words}
      </progress>
      <span className="note">{words === '' ? 'Waiting for a worker' : words}</span>
    </div>
  );
}
