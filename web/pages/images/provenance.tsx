import type { ReactElement } from 'react';
import type { ClaimOutcome } from '../../../src/domain/claim.ts';
import type { ImageRow } from '../../../src/features/images/contract.ts';
import { Chip, type Tone } from '../../components/chips.tsx';
import { outcomeLabel, shortCommit } from './words.ts';

const tones: Record<ClaimOutcome, readonly [Tone, string]> = {
  resolved: ['passed', '✓'],
  NO_PROVENANCE: ['none', '–'],
  PROVENANCE_WITHOUT_VCS: ['none', '○'],
  PROVENANCE_INVALID: ['failed', '✕'],
  PROVENANCE_CONFLICT: ['warn', '≠'],
  PROVENANCE_UNTRUSTED: ['warn', '!'],
  REVISION_NOT_A_COMMIT: ['warn', '?'],
};

export function OutcomeChip({ outcome }: { outcome: ClaimOutcome | null }): ReactElement {
  if (outcome === null) {
    return (
      <Chip tone="warn" glyph="≠">
        Platforms differ
      </Chip>
    );
  }
  const [tone, glyph] = tones[outcome];
  return (
    <Chip tone={tone} glyph={glyph}>
      {outcomeLabel[outcome]}
    </Chip>
  );
}

/** The commit of an image in a row of a list, or why there is none. */
export function CommitCell({ image }: { image: ImageRow }): ReactElement {
  const { provenance, problem } = image;
  if (problem !== null) {
    return (
      <Chip tone="failed" glyph="✕" title={problem.message}>
        Could not be read
      </Chip>
    );
  }
  if (provenance.outcome !== 'resolved' || provenance.commit === null)
    return <OutcomeChip outcome={provenance.outcome} />;
  return (
    <>
      <code title={provenance.commit}>{shortCommit(provenance.commit)}</code>
      {provenance.dirty ? ' with uncommitted changes' : ''}
      {provenance.repositoryKey === null ? null : <span className="note">{provenance.repositoryKey}</span>}
    </>
  );
}
