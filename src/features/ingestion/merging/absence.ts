import type { StreamOutcome } from '../sink.ts';

/** Below this size a scope may lose everything at once; from it on more than half is held back. */
const guardedSize = 50;

/** What a listing leaves out of what is stored. */
export interface Leaving {
  /** Rows that were there before the listing was merged, and not gone. */
  before: number;
  /** Those of them that the source has no more. */
  missing: number;
  /** True when something new at the source, such as an analysis, is reason enough. */
  explained: boolean;
  /** True when a person said so, or when the same rows were missing an hour ago. */
  confirmed: boolean;
}

/**
 * True when what a listing leaves out is gone: everything was listed, with a proof, from a source that stood still, and
 * every record was understood.
 */
export function isListingBelieved(
  { outcome, coverage, absenceTrusted, proof, sourceMoved }: StreamOutcome,
  setAside: number,
): boolean {
  return (
    outcome === 'complete' &&
    (coverage ?? 'whole') === 'whole' &&
    absenceTrusted &&
    proof !== 'unproven' &&
    !sourceMoved &&
    setAside === 0
  );
}

/** True when so many rows must not be marked as gone before a second look. */
export function isHeld({ before, missing, explained, confirmed }: Leaving): boolean {
  return before >= guardedSize && missing * 2 > before && !explained && !confirmed;
}

/** Fewer rows were found than the source counts: then nobody knows which of the others are gone. */
export function isShort({ sourceCount }: Pick<StreamOutcome, 'sourceCount'>, listed: number): boolean {
  return sourceCount !== null && listed < sourceCount;
}
