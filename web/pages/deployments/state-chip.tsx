import type { ReactElement } from 'react';
import type { Deployment, Doubt } from '../../../src/features/deployments/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { doubtWords, stateLooks } from './words.ts';

export function StateChip({ deployment }: { deployment: Pick<Deployment, 'state' | 'rawStatus'> }): ReactElement {
  const [tone, glyph, word] = stateLooks[deployment.state];
  const { rawStatus } = deployment;
  return (
    <Chip tone={tone} glyph={glyph} {...(rawStatus === null ? {} : { title: `Harness says: ${rawStatus}` })}>
      {word}
    </Chip>
  );
}

export function DoubtChip({ doubt }: { doubt: Doubt }): ReactElement {
  const [tone, glyph, word, why] = doubtWords[doubt];
  return (
    <Chip tone={tone} glyph={glyph} title={why}>
      {word}
    </Chip>
  );
}
