import type { ReactElement } from 'react';
import type { StatusClass } from '../../../src/features/deployments/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { looks, statusLabel, statusWords } from './words.ts';

/** Harness’s own word; what it means is told by shape and colour, and on hover. */
export function StatusChip({ status, statusClass }: { status: string; statusClass: StatusClass }): ReactElement {
  const [tone, glyph] = looks[statusClass];
  return (
    <Chip tone={tone} glyph={glyph} title={statusLabel[statusClass]}>
      {statusWords(status)}
    </Chip>
  );
}
