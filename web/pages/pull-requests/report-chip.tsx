import type { ReactElement } from 'react';
import type { ReportAttempt, ReportSummary } from '../../../src/features/reports/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { attemptLook, gateLook, reportLook } from './words.ts';

function Look({ look: [tone, glyph, words] }: { look: ReturnType<typeof reportLook> }): ReactElement {
  return (
    <Chip tone={tone} glyph={glyph}>
      {words}
    </Chip>
  );
}

export const ReportChip = ({ report }: { report: ReportSummary }): ReactElement => <Look look={reportLook(report)} />;

export const ReportGateChip = ({ report }: { report: ReportSummary }): ReactElement => <Look look={gateLook(report)} />;

export const AttemptChip = ({ attempt }: { attempt: ReportAttempt }): ReactElement => (
  <Look look={attemptLook(attempt)} />
);
