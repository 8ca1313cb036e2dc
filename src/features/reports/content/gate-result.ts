import type { ReportResult } from '../../../connectors/contract.ts';
import type { GateAnswer } from '../model.ts';

/** What a gate comes to on a pull request. Without a result nothing passed: `why` says what is missing. */
export interface GateResult {
  result: ReportResult | null;
  headline: string;
}

export interface GateSettings {
  /** A gate none of whose conditions had a value counts as no data. */
  notEvaluatedIsNoData: boolean;
}

/** Only a gate that the server calls OK, or that only warns, passes. */
export function gateResult({ status, evaluated }: GateAnswer, { notEvaluatedIsNoData }: GateSettings): GateResult {
  if (status === 'ERROR') return { result: 'FAIL', headline: 'Quality Gate failed' };
  if (status !== 'OK' && status !== 'WARN') return { result: null, headline: 'Quality Gate not computed' };
  if (evaluated === false) {
    const headline = 'Quality Gate not evaluated: none of its conditions had a value';
    return { result: notEvaluatedIsNoData ? null : 'PASS', headline };
  }
  return { result: 'PASS', headline: status === 'WARN' ? 'Quality Gate passed with warnings' : 'Quality Gate passed' };
}

/** One pull request whose head a report is about. */
export interface JudgedChange {
  pullRequest: string;
  result: ReportResult | null;
}

/**
 * A report belongs to a commit. Where several open pull requests have it as their head, it opens all of them, so it
 * passes only when every one did. Null: none of them has a result.
 */
export function sharedResult(judged: readonly JudgedChange[]): ReportResult | null {
  if (judged.every(({ result }) => result === null)) return null;
  return judged.every(({ result }) => result === 'PASS') ? 'PASS' : 'FAIL';
}
