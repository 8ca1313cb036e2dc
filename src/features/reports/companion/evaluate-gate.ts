import { type DefinedCondition, missesThreshold } from '../../../domain/gate.ts';
import type { ChangedCode } from './changed-code.ts';
import type { GateAnswer, NamedCondition } from '../model.ts';

/** A new issue, as far as conditions count it. */
export interface CountedIssue {
  standardClass: string;
  standardLevel: string;
  security: string | null;
  reliability: string | null;
  maintainability: string | null;
}

/** What there is of new code to hold a gate against. */
export interface NewCode {
  issues: readonly CountedIssue[];
  /** Null: they were not read. */
  hotspots: { toReview: number; reviewed: number } | null;
  /** Of the changed lines; null: not known. */
  changed: ChangedCode | null;
}

export type GateDefinition = readonly (DefinedCondition & Pick<NamedCondition, 'name' | 'unit'>)[];

/** Metrics of changed lines. */
const ofLines: ReadonlySet<string> = new Set([
  'new_coverage',
  'new_line_coverage',
  'new_branch_coverage',
  'new_duplicated_lines_density',
  'new_duplicated_lines',
]);

/** True where the lines that are changed must be known to evaluate all conditions. */
export const asksForLines = (definition: GateDefinition): boolean =>
  definition.some(({ metric }) => ofLines.has(metric));

/** Below that many new lines servers leave conditions on them out. */
const fewLines = 20;

/**
 * The conditions on new code of a gate, as far as new issues, hotspots and changed lines tell: what needs more (debt) has
 * no value, and says so. Conditions on the whole code are none of a pull request's.
 */
export function evaluateGate(definition: GateDefinition, code: NewCode): GateAnswer {
  const conditions = definition
    .filter(({ metric }) => metric.startsWith('new_'))
    .map((condition): NamedCondition => {
      const actualValue = valueOf(condition.metric, code);
      const judged = { ...condition, actualValue };
      return { ...judged, status: statusOf(judged, code.changed) };
    });
  const failed = conditions.some(({ status }) => status === 'ERROR');
  const evaluated = conditions.some(({ status }) => status !== 'NO_VALUE');
  return { status: failed ? 'ERROR' : 'OK', evaluated, conditions };
}

function statusOf(
  condition: DefinedCondition & { actualValue: string | null },
  changed: ChangedCode | null,
): NamedCondition['status'] {
  // A threshold that is no number cannot be missed, nor met.
  if (condition.actualValue === null || condition.threshold === null) return 'NO_VALUE';
  if (!Number.isFinite(Number(condition.threshold)) || condition.threshold.trim() === '') return 'NO_VALUE';
  // As the server says it: the value, and OK.
  const ignored = ofLines.has(condition.metric) && changed?.ignoresSmall === true && changed.lines < fewLines;
  return missesThreshold(condition) && !ignored ? 'ERROR' : 'OK';
}

type Value = (code: NewCode) => number | null;

const issuesWith =
  (holds: (issue: CountedIssue) => boolean): Value =>
  ({ issues }) =>
    issues.filter(holds).length;

const impactsOf = ({ security, reliability, maintainability }: CountedIssue): (string | null)[] => [
  security,
  reliability,
  maintainability,
];

const byClass = (name: string) => (issue: CountedIssue) => issue.standardClass === name;
const byLevel = (level: string) => issuesWith(({ standardLevel }) => standardLevel === level);
const byImpact = (level: string) => issuesWith((issue) => impactsOf(issue).includes(level));

/** From A (1) to E (5), by the worst of what concerns it. */
const rating =
  (levelOf: (issue: CountedIssue) => string | null, levels: readonly string[]): Value =>
  ({ issues }) =>
    issues.reduce((worst, issue) => Math.max(worst, levels.indexOf(levelOf(issue) ?? '') + 1), 1);

/** From the rating A on; what stands in no place is A. */
const standard = ['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER'];
const impact = ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'BLOCKER'];

const ofClass = (name: string) => (issue: CountedIssue) => (byClass(name)(issue) ? issue.standardLevel : null);

/** Percent of hotspots that somebody reviewed; where there is none there is no value. */
const reviewed: Value = ({ hotspots }) => {
  if (hotspots === null) return null;
  const all = hotspots.toReview + hotspots.reviewed;
  return all === 0 ? null : (100 * hotspots.reviewed) / all;
};

/** Percent of lines or branches; where there is none there is no value. */
const share =
  (part: (changed: ChangedCode) => number, all: (changed: ChangedCode) => number): Value =>
  ({ changed }) =>
    changed === null || all(changed) === 0 ? null : (100 * part(changed)) / all(changed);

/** Lines count as branches do: each is one thing that tests may have taken. */
export const newCoverage = share(
  ({ covered, coveredConditions }) => covered + coveredConditions,
  ({ toCover, conditions }) => toCover + conditions,
);
export const newDuplication = share(
  ({ duplicated }) => duplicated,
  ({ lines }) => lines,
);

const values: Readonly<Record<string, Value>> = {
  new_violations: issuesWith(() => true),
  new_blocker_violations: byLevel('BLOCKER'),
  new_critical_violations: byLevel('CRITICAL'),
  new_major_violations: byLevel('MAJOR'),
  new_minor_violations: byLevel('MINOR'),
  new_info_violations: byLevel('INFO'),
  new_vulnerabilities: issuesWith(byClass('vulnerability')),
  new_bugs: issuesWith(byClass('bug')),
  new_code_smells: issuesWith(byClass('code_smell')),
  new_security_rating: rating(ofClass('vulnerability'), standard),
  new_reliability_rating: rating(ofClass('bug'), standard),
  new_software_quality_security_issues: issuesWith(({ security }) => security !== null),
  new_software_quality_reliability_issues: issuesWith(({ reliability }) => reliability !== null),
  new_software_quality_maintainability_issues: issuesWith(({ maintainability }) => maintainability !== null),
  new_software_quality_blocker_issues: byImpact('BLOCKER'),
  new_software_quality_high_issues: byImpact('HIGH'),
  new_software_quality_medium_issues: byImpact('MEDIUM'),
  new_software_quality_low_issues: byImpact('LOW'),
  new_software_quality_info_issues: byImpact('INFO'),
  new_software_quality_security_rating: rating(({ security }) => security, impact),
  new_software_quality_reliability_rating: rating(({ reliability }) => reliability, impact),
  new_coverage: newCoverage,
  new_line_coverage: share(
    ({ covered }) => covered,
    ({ toCover }) => toCover,
  ),
  new_branch_coverage: share(
    ({ coveredConditions }) => coveredConditions,
    ({ conditions }) => conditions,
  ),
  new_duplicated_lines_density: newDuplication,
  new_duplicated_lines: ({ changed }) => changed?.duplicated ?? null,
  new_security_hotspots: ({ hotspots }) => hotspots?.toReview ?? null,
  new_security_hotspots_reviewed: reviewed,
  new_security_review_rating: (code) => {
    const percent = reviewed(code);
    if (percent === null) return null;
    return 1 + [80, 70, 50, 30].filter((least) => percent < least).length;
  },
};

function valueOf(metric: string, code: NewCode): string | null {
  const value = Object.hasOwn(values, metric) ? values[metric]?.(code) : null;
  return value === null || value === undefined ? null : String(value);
}
