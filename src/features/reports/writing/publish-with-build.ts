import type { BuildState } from '../../../connectors/contract.ts';
import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';

export interface WithBuild<T> {
  published: T;
  /** Why the build status does not say what it is to say; the report is what it is to be all the same. */
  problem: PlumblineError | null;
}

/**
 * Publishes a report with a build status that at no moment is better than the report: what fails is failed before the
 * report is touched, what may pass is under way until the report passes. A status that could not be written holds nothing
 * back, and is tried once more behind the report.
 */
export async function publishWithBuild<T extends { passes: boolean }>(
  set: (state: BuildState) => Promise<void>,
  wanted: { passes: boolean },
  publish: () => Promise<T>,
): Promise<WithBuild<T>> {
  const before: BuildState = wanted.passes ? 'INPROGRESS' : 'FAILED';
  const first = await attempt(set(before));
  const published = await publish();
  const after: BuildState = published.passes ? 'SUCCESSFUL' : 'FAILED';
  if (after === before && !('error' in first)) return { published, problem: null };
  const last = await attempt(set(after));
  return { published, problem: 'error' in last ? last.error : null };
}
