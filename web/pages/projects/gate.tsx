import type { ReactElement } from 'react';
import type { Gate, GateCondition } from '../../../src/features/code-quality/contract.ts';
import { Chip, type Tone } from '../../components/chips.tsx';

/**
 * The gate in the reader's words. A gate that evaluated nothing is never shown as passed: the server's word stands
 * beside it.
 */
export function GateChip({ gate }: { gate: Gate | null }): ReactElement {
  if (gate === null || gate.status === 'NONE') {
    return (
      <Chip tone="none" glyph="–">
        No data
      </Chip>
    );
  }
  if (gate.evaluated === false) {
    return (
      <Chip tone="none" glyph="○" title={`The server said ${gate.status}, but no condition had a value.`}>
        Not evaluated (server: {gate.status})
      </Chip>
    );
  }
  const looks: Record<'OK' | 'ERROR' | 'WARN', readonly [Tone, string, string]> = {
    OK: ['passed', '✓', 'Passed'],
    ERROR: ['failed', '✕', 'Failed'],
    WARN: ['warn', '!', 'Warning'],
  };
  const [tone, glyph, word] = looks[gate.status];
  return (
    <Chip tone={tone} glyph={glyph}>
      {word}
    </Chip>
  );
}

const verdicts: Record<GateCondition['verdict'], readonly [Tone, string, string]> = {
  passed: ['passed', '✓', 'Passed'],
  failed: ['failed', '✕', 'Failed'],
  warning: ['warn', '!', 'Warning'],
  not_evaluated: ['none', '○', 'Not evaluated'],
  ignored: ['none', '⊘', 'Ignored: few new lines'],
};

export function VerdictChip({ verdict }: { verdict: GateCondition['verdict'] }): ReactElement {
  const [tone, glyph, word] = verdicts[verdict];
  return (
    <Chip tone={tone} glyph={glyph}>
      {word}
    </Chip>
  );
}
