import type { PipelineFigures, PipelineRun, StatusClass } from '../../../src/features/deployments/contract.ts';
import type { Tone } from '../../components/chips.tsx';
import { countOf, formatDecimal } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';

/** Shapes differ as much as colours do. */
export const looks: Record<StatusClass, readonly [Tone, string]> = {
  success: ['passed', '✓'],
  failure: ['failed', '✕'],
  cancelled: ['none', '⊘'],
  neutral: ['none', '–'],
  running: ['active', '◔'],
  waiting: ['active', '◷'],
  unknown: ['warn', '?'],
};

export const statusLabel: Record<StatusClass, string> = {
  success: 'Succeeded',
  failure: 'Failed',
  cancelled: 'Cancelled',
  neutral: 'Skipped or suspended',
  running: 'Running',
  waiting: 'Waiting',
  unknown: 'Not known to this version',
};

/** `ApprovalWaiting` is `Approval waiting`. */
export function statusWords(status: string): string {
  const words = status
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const runWords = ({
  number,
  status,
  rolledBack,
}: Pick<PipelineRun, 'number' | 'status' | 'rolledBack'>): string =>
  `${number === null ? 'A run' : `#${number}`} ${statusWords(status).toLowerCase()}${rolledBack ? ', rolled back' : ''}`;

export const rateWords = (rate: number | null): string =>
  rate === null ? 'no run ended' : `${formatDecimal(rate * 100)} %`;

export function rateDetail({ succeeded, failed }: PipelineFigures): string {
  return `${succeeded.toLocaleString('en-GB')} of ${countOf(succeeded + failed, 'run')}`;
}

export const durationWords = (seconds: number | null): string =>
  seconds === null ? 'no run ended' : formatDuration(seconds * 1000);

export const daysLabel = { '7': 'Last 7 days', '30': 'Last 30 days', '90': 'Last 90 days' } as const;

export const triggerWords: Readonly<Record<string, string>> = {
  MANUAL: 'by hand',
  WEBHOOK: 'by a webhook',
  WEBHOOK_CUSTOM: 'by a webhook',
  SCHEDULER_CRON: 'by a schedule',
  ARTIFACT: 'by a new artifact',
  MANIFEST: 'by a new manifest',
};
