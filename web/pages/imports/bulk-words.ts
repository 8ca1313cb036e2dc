import type { BulkImport } from '../../../src/features/repositories/contract.ts';
import { countOf } from '../../words/numbers.ts';

/** What became of an import of many repositories, or how far it is. */
export function bulkWords({ state, total, done, failed, leftOut, cancelling }: BulkImport): string {
  const counts = [
    `${countOf(done, 'repository', 'repositories')} set up`,
    ...(failed === 0 ? [] : [`${failed} not`]),
    ...(leftOut === 0 ? [] : [`${leftOut} left out`]),
  ].join(', ');
  const ended = done + failed + leftOut;
  if (state === 'token') return `Stopped at ${ended} of ${total}: your access token is needed`;
  if (state !== 'running') return counts;
  if (cancelling) return `Ending: ${counts}`;
  return `Setting up ${Math.min(ended + 1, total)} of ${total}`;
}
