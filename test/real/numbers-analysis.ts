import { revisionOf } from '../../lab/sonarqube/feed/plan.ts';
import type { GenericIssue, GenericRule } from '../../lab/sonarqube/generic-issues.ts';

export const project = 'numbers-eight-dates';

type Impact = GenericRule['impacts'][number];

const rule = (
  id: string,
  type: GenericRule['type'],
  severity: GenericRule['severity'],
  ...impacts: Impact[]
): GenericRule => ({
  id: `numbers-${id}`,
  engine: 'lab',
  name: `Rule ${id}`,
  description: 'A rule.',
  type,
  severity,
  cleanCodeAttribute: 'CLEAR',
  impacts,
});

/** Rules on which the two modes agree, and such as only one of them counts. */
const rules = {
  blocker: rule('blocker', 'VULNERABILITY', 'CRITICAL', { softwareQuality: 'SECURITY', severity: 'BLOCKER' }),
  medium: rule('medium', 'VULNERABILITY', 'MINOR', { softwareQuality: 'SECURITY', severity: 'MEDIUM' }),
  bug: rule(
    'bug',
    'BUG',
    'MAJOR',
    { softwareQuality: 'SECURITY', severity: 'HIGH' },
    { softwareQuality: 'RELIABILITY', severity: 'LOW' },
  ),
  typed: rule('typed', 'VULNERABILITY', 'BLOCKER', { softwareQuality: 'RELIABILITY', severity: 'MEDIUM' }),
} as const;
export type RuleName = keyof typeof rules;

/** Files that the issues of a rule lie in elsewhere than usual. */
export type Places = Partial<Record<RuleName, string>>;

/** What a scanner is given: issues of each rule, each rule in a file of its own, elsewhere where `places` says so. */
export function analysisOf(version: string, found: Record<RuleName, number>, places: Places = {}) {
  const names = Object.keys(found) as RuleName[];
  const placeOf = (name: RuleName): string => places[name] ?? `src/${name}.txt`;
  const issues = names.flatMap((name) =>
    Array.from(
      { length: found[name] },
      (_, line): GenericIssue => ({
        rule: rules[name],
        file: placeOf(name),
        line: line + 1,
        message: `${name} ${line + 1}`,
      }),
    ),
  );
  const files = names.map((name) => [
    placeOf(name),
    Array.from({ length: 40 }, (_, line) => `${name} ${line}\n`).join(''),
  ]);
  return {
    projectKey: project,
    revision: revisionOf(project, version),
    version,
    files: Object.fromEntries(files) as Record<string, string>,
    issues,
  };
}
