import { reportLimits } from '../../../connectors/contract.ts';
import { conditionVerdict } from '../../../domain/gate.ts';
import type { NamedCondition } from '../model.ts';
import { conditionLine } from './condition-line.ts';
import { shortened } from './plain-message.ts';

export interface DetailsOf {
  headline: string;
  conditions: readonly NamedCondition[];
  /** How many findings are shown, of how many. */
  shown: number;
  total: number;
  /** What else a reader must know, one sentence each; they come before the conditions and are never cut. */
  notes: readonly string[];
}

/** Failed conditions first, then those that said nothing or were ignored; one that passed needs no line. */
const told = ['failed', 'warning', 'not_evaluated', 'ignored'] as const;

/** The text of a report, cut at the end of a line. */
export function detailsOf({ headline, conditions, shown, total, notes }: DetailsOf): string {
  const head = [headline, ...(shown < total ? [`Shown ${shown} of ${total} new findings.`] : []), ...notes];
  const lines = told.flatMap((verdict) =>
    conditions
      .filter((condition) => conditionVerdict(condition) === verdict)
      .map((condition) => `- ${conditionLine(condition)}`),
  );
  return shortened(cutAtLine(head.join('\n'), lines), reportLimits.details);
}

function cutAtLine(head: string, lines: readonly string[]): string {
  for (let kept = lines.length; kept >= 0; kept -= 1) {
    const rest = lines.length - kept;
    const more = rest === 0 ? [] : [`... and ${rest} more ${rest === 1 ? 'condition' : 'conditions'}`];
    const text = [head, ...lines.slice(0, kept), ...more].join('\n');
    if (text.length <= reportLimits.details) return text;
  }
  return head;
}
