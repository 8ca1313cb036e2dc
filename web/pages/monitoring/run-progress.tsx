import type { ReactElement } from 'react';
import type { Run } from '../../../src/features/ingestion/contract.ts';
import { progressWords, shareDone } from './run-words.ts';

export function RunProgressBar({ progress }: { progress: NonNullable<Run['progress']> }): ReactElement {
  const share = shareDone(progress);
  const words = progressWords(progress);
  return (
    <div className="progress">
      <div
        className={share === null ? 'progress-bar unknown' : 'progress-bar'}
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        aria-valuetext={words === '' ? undefined : words}
      >
        <i style={{ width: `${(share ?? 0.3) * 100}%` }} />
      </div>
      <span className="note">{words === '' ? 'Waiting for a worker' : words}</span>
    </div>
  );
}
