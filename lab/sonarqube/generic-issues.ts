/** A rule of an imaginary analyser; its key on the server becomes `external_<engine>:<id>`. */
export interface GenericRule {
  id: string;
  engine: string;
  name: string;
  description: string;
  type: 'BUG' | 'VULNERABILITY' | 'CODE_SMELL';
  severity: 'INFO' | 'MINOR' | 'MAJOR' | 'CRITICAL' | 'BLOCKER';
  cleanCodeAttribute: string;
  impacts: readonly GenericImpact[];
}

interface GenericImpact {
  softwareQuality: 'MAINTAINABILITY' | 'RELIABILITY' | 'SECURITY';
  /** BLOCKER and INFO exist since 10.8. */
  severity: 'INFO' | 'LOW' | 'MEDIUM' | 'HIGH' | 'BLOCKER';
}

export interface GenericIssue {
  rule: GenericRule;
  file: string;
  /** From 1; without it the issue belongs to the file as a whole. */
  line?: number;
  message: string;
  effortMinutes?: number;
}

/** The import format with rules of their own came with 10.3: https://docs.sonarsource.com/sonarqube-server/10.3/analyzing-source-code/importing-external-issues/generic-issue-import-format/ */
export function knowsRules(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major > 10 || (major === 10 && minor >= 3);
}

/** The report for `sonar.externalIssuesReportPaths` in the form that `release` reads. */
export function genericReport(release: string, issues: readonly GenericIssue[]): object {
  return knowsRules(release) ? reportWithRules(issues) : reportWithoutRules(issues);
}

function reportWithRules(issues: readonly GenericIssue[]): object {
  const rules = new Map(issues.map(({ rule }) => [`${rule.engine}:${rule.id}`, rule]));
  return {
    rules: [...rules.values()].map(({ engine, impacts, ...rule }) => ({ ...rule, engineId: engine, impacts })),
    issues: issues.map((issue) => ({
      ruleId: issue.rule.id,
      effortMinutes: issue.effortMinutes ?? 5,
      primaryLocation: locationOf(issue),
    })),
  };
}

function reportWithoutRules(issues: readonly GenericIssue[]): object {
  return {
    issues: issues.map((issue) => ({
      engineId: issue.rule.engine,
      ruleId: issue.rule.id,
      type: issue.rule.type,
      severity: issue.rule.severity,
      effortMinutes: issue.effortMinutes ?? 5,
      primaryLocation: locationOf(issue),
    })),
  };
}

function locationOf({ message, file, line }: GenericIssue): object {
  return { message, filePath: file, ...(line === undefined ? {} : { textRange: { startLine: line } }) };
}
