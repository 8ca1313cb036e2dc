import type { BuildState } from '../../../connectors/contract.ts';
import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';

export interface WithBuild<T> {
  published: T;
  /** Why the build status does not say what it is to say; the report is what it is to be all the same. */
  problem: BuildProblem | null;
}

export interface BuildProblem {
  error: PlumblineError;
  /** A status that lay there from before may still be successful beside a report that does not pass. */
  mayBeGreen: boolean;
}

export interface BuildWanted {
  passes: boolean;
  /** A status of ours may lie there from before. */
  touched: boolean;
}

/**
 * Publishes a report with a build status that at no moment is better than the report: what fails is failed before the
 * report is touched, what may pass is under way until the report passes. A status that could not be written holds nothing
 * back, and is tried once more behind the report. One that may be green and could not be taken back is told to `publish`,
 * so that a report that fails says so for as long as that may be.
 */
export async function publishWithBuild<T extends { passes: boolean }>(
  set: (state: BuildState) => Promise<void>,
  { passes, touched }: BuildWanted,
  publish: (mayBeGreen: boolean) => Promise<T>,
): Promise<WithBuild<T>> {
  const before: BuildState = passes ? 'INPROGRESS' : 'FAILED';
  const first = await setBefore(set, before, touched);
  const mayBeGreen = touched && !first;
  const published = await publish(mayBeGreen);
  const after: BuildState = published.passes ? 'SUCCESSFUL' : 'FAILED';
  if (after === before && first) return { published, problem: null };
  const last = await attempt(set(after));
  if ('error' in last) {
    return { published, problem: { error: last.error, mayBeGreen: mayBeGreen && !published.passes } };
  }
  return { published: mayBeGreen && !published.passes ? await publish(false) : published, problem: null };
}

/** What may be green is taken back with two tries. */
async function setBefore(
  set: (state: BuildState) => Promise<void>,
  state: BuildState,
  touched: boolean,
): Promise<boolean> {
  const tries = touched ? 2 : 1;
  for (let made = 0; made < tries; made += 1) if (!('error' in (await attempt(set(state))))) return true;
  return false;
}
