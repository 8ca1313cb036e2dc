import { type Certainty, leastSure } from '../../../domain/certainty.ts';
import type { ErrorCode } from '../../../platform/errors/index.ts';
import type { LinkFact, Target } from './facts.ts';
import type { Said } from './said.ts';

export type RunningVerdict = 'passed' | 'failed' | 'no_verdict';

export interface Judged {
  verdict: RunningVerdict;
  reason: string;
  saidBy: Said['by'] | null;
  certainty: Certainty | null;
  failingSince: Date | null;
}

/** What one image, or one commit, that may run somewhere comes to. */
export interface Candidate {
  target: Pick<Target, 'doubt' | 'since'>;
  /** Undefined: nothing is said of it. */
  said: Said | undefined;
  /** The links that lead to what is said. */
  links: readonly Pick<LinkFact, 'certainty' | 'note'>[];
  /** How many images may be the one that runs. */
  images: number;
}

/**
 * Fails closed: only what passed, of the one image that is known to run, is passed. A failure stays one, whatever leaves it in
 * doubt whether it runs.
 */
export function judge({ target, said, links, images }: Candidate): Judged {
  const certainty = leastSure([
    ...links.map((link) => link.certainty),
    ...(said === undefined || said.projects.length === 0 ? [] : ['stated' as const]),
  ]);
  const base = { saidBy: said?.by ?? null, certainty, failingSince: null };
  if (said === undefined) return { ...base, verdict: 'no_verdict', reason: code('running_not_judged') };
  if (said.status === 'failed')
    return { ...base, verdict: 'failed', reason: said.reason, failingSince: failingSince(said, target.since) };
  if (said.status !== 'passed') return { ...base, verdict: 'no_verdict', reason: said.reason };
  const open = inDoubt(target, links, images);
  if (open !== null) return { ...base, verdict: 'no_verdict', reason: open };
  return { ...base, verdict: 'passed', reason: said.reason };
}

/** Why it is not proven that this is what runs. */
function inDoubt(
  { doubt }: Candidate['target'],
  links: Candidate['links'],
  images: Candidate['images'],
): ErrorCode | null {
  if (images > 1) return code('trace_image_ambiguous');
  if (links.some(({ note }) => note === 'tag_moved')) return code('trace_tag_moved');
  return doubt === null ? null : code('running_in_doubt');
}

const code = (name: ErrorCode): ErrorCode => name;

/** Since the first of its gates failed, or since it runs, whichever was later. */
function failingSince({ projects }: Said, since: Date): Date {
  const failed = projects
    .filter(({ status }) => status === 'failed')
    .flatMap(({ analysis }) => analysis?.changedAt ?? [])
    .map((at) => new Date(at).getTime());
  return failed.length === 0 ? since : new Date(Math.max(since.getTime(), Math.min(...failed)));
}
