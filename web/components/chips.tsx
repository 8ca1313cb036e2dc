import type { ReactElement, ReactNode } from 'react';
import type { Run, Task } from '../../src/features/ingestion/contract.ts';
import type { Severity } from '../../src/features/insights/contract.ts';
import { runStatusLabel, severityLabel } from '../words/labels.ts';

export type Tone = 'passed' | 'failed' | 'warn' | 'none' | 'active';

/** A word with a shape and a colour, in this order of importance. */
export function Chip({
  tone,
  glyph,
  children,
  title,
}: {
  tone: Tone;
  glyph?: string;
  children: ReactNode;
  title?: string;
}): ReactElement {
  return (
    <span className={`chip ${tone}`} title={title}>
      {glyph === undefined ? null : <span aria-hidden="true">{glyph}</span>}
      {children}
    </span>
  );
}

const runLooks: Record<Run['status'] | Task['status'], readonly [Tone, string]> = {
  scheduled: ['none', '◷'],
  pending: ['none', '…'],
  running: ['active', '◔'],
  success: ['passed', '✓'],
  partial: ['warn', '◐'],
  failed: ['failed', '✕'],
  cancelled: ['none', '⊘'],
};

export function RunStatusChip({ status }: { status: Run['status'] | Task['status'] }): ReactElement {
  const [tone, glyph] = runLooks[status];
  return (
    <Chip tone={tone} glyph={glyph}>
      {runStatusLabel[status]}
    </Chip>
  );
}

/** Shapes differ as much as colours do, so that the scale reads without them. */
const severityShapes: Record<Severity, ReactElement> = {
  critical: <path d="M6 0 12 6 6 12 0 6z" />,
  high: <path d="M6 1 12 11.500H0z" />,
  medium: <rect x="1" y="1" width="10" height="10" />,
  low: <circle cx="6" cy="6" r="5" />,
  unrated: <path d="M1 4.500h10v3H1z" />,
};

export function SeverityShape({ severity }: { severity: Severity }): ReactElement {
  return (
    <svg
      className="severity-shape"
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
      fill={`var(--${severity}-fill)`}
    >
      {severityShapes[severity]}
    </svg>
  );
}

export function SeverityBadge({ severity }: { severity: Severity }): ReactElement {
  return (
    <span className={`severity ${severity}`}>
      <SeverityShape severity={severity} />
      {severityLabel[severity]}
    </span>
  );
}

export function Tag({ children }: { children: ReactNode }): ReactElement {
  return <span className="tag">{children}</span>;
}
