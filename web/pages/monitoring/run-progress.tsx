import type { ReactElement } from 'react';
import type { Run } from '../../../src/features/ingestion/contract.ts';
import { progressWords, shareDone } from './run-words.ts';

export function RunProgressBar({ progress }: { progress: NonNullable<Run['progress']> }): ReactElement {
  const share = shareDone(progress);
  const words = progressWords(progress);
  return (
    <div className="progress">
      <progress aria-label="Progress" {...(share === null ? {} : { value: share })}>
        {words}
      </progress>
      <span className="note">{words === '' ? 'Waiting for a worker' : words}</span>
    </div>
  );
}
