import type { CapabilityAnswer, CheckResultAnswer } from '../../../src/features/integrations/contract.ts';
import { countOf } from '../../words/numbers.ts';

export interface CheckGroups {
  /** Failures, then warnings, then what could not be carried out: what a person has to look at. */
  open: readonly CheckResultAnswer[];
  passed: readonly CheckResultAnswer[];
  /** Checks that do not apply to this server or these settings. */
  needless: readonly CheckResultAnswer[];
}

const rank = (check: CheckResultAnswer): number =>
  check.outcome === 'failed' ? 0 : check.outcome === 'warning' ? 1 : isUntried(check) ? 2 : 3;

/** Nobody knows how such a check would have ended. */
export const isUntried = (check: CheckResultAnswer): boolean => check.outcome === 'skipped' && check.untried === true;

/** Worst first; within a rank in the order in which they ran. */
export function groupChecks(checks: readonly CheckResultAnswer[]): CheckGroups {
  return {
    open: checks.filter((check) => rank(check) < 3).toSorted((a, b) => rank(a) - rank(b)),
    passed: checks.filter((check) => check.outcome === 'ok'),
    needless: checks.filter((check) => check.outcome === 'skipped' && !isUntried(check)),
  };
}

export interface Counts {
  failed: number;
  warnings: number;
  untried: number;
  passed: number;
  needless: number;
}

export function countChecks(checks: readonly CheckResultAnswer[]): Counts {
  const { open, passed, needless } = groupChecks(checks);
  const count = (outcome: CheckResultAnswer['outcome']): number =>
    open.filter((check) => check.outcome === outcome).length;
  return {
    failed: count('failed'),
    warnings: count('warning'),
    untried: count('skipped'),
    passed: passed.length,
    needless: needless.length,
  };
}

/** The line that what passed folds to. */
export function passedLine({ passed, needless }: Counts): string {
  const rest = needless === 0 ? '' : `, ${needless} not needed here`;
  return `${countOf(passed, 'check')} passed${rest}`;
}

/** Never says more than its rows: a check that failed or was not carried out is no connection that works. */
export function headlineOf(checks: readonly CheckResultAnswer[], report: { saveAllowed: boolean } | null): string {
  if (report === null) return 'The connection could not be checked';
  const { failed, untried, passed } = countChecks(checks);
  if (!report.saveAllowed) return 'The connection does not work yet';
  if (failed > 0) return 'The server answers, but not everything is as it should be';
  if (untried > 0 || passed === 0) return 'Nothing failed, but not everything could be checked';
  return 'The connection works';
}

export function summaryOf(checks: readonly CheckResultAnswer[]): string {
  const { failed, warnings, untried, passed } = countChecks(checks);
  return [
    failed > 0 ? `${failed} failed` : '',
    warnings > 0 ? countOf(warnings, 'warning') : '',
    untried > 0 ? `${untried} not carried out` : '',
    passed > 0 ? `${passed} passed` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export interface Abilities {
  lacking: readonly CapabilityAnswer[];
  available: readonly CapabilityAnswer[];
  untried: readonly CapabilityAnswer[];
}

/** What was not tried is neither had nor lacking. */
export function groupAbilities(capabilities: readonly CapabilityAnswer[]): Abilities {
  const tried = capabilities.filter((one) => one.untried !== true);
  return {
    lacking: tried.filter((one) => !one.available),
    available: tried.filter((one) => one.available),
    untried: capabilities.filter((one) => one.untried === true),
  };
}

/** Puts what was meant in the place of what was entered, in a list as people write it. */
export function replaceItem(text: string, entered: string, instead: string): string {
  // Odd parts are the separators, which stay as they were.
  const parts = text.split(/([,\n\r]+)/);
  return parts.map((part) => (part.trim() === entered ? part.replace(entered, () => instead) : part)).join('');
}
