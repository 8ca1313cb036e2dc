import { toInstant } from '../instant.ts';
import type { IssueRecord } from '../records.ts';

type Raw = Record<string, unknown>;
type TextRange = NonNullable<IssueRecord['textRange']>;
type ImpactSeverity = NonNullable<IssueRecord['impacts']['security']>;

const types = new Set(['CODE_SMELL', 'BUG', 'VULNERABILITY']);
const severities = new Set(['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER']);
const impactSeverities = new Set(['INFO', 'LOW', 'MEDIUM', 'HIGH', 'BLOCKER']);

/**
 * One issue of the server in our words, or the reason why it cannot be understood.
 *
 * Checked by hand and not with zod: this runs for every issue of every project, the hub parses the result strictly
 * again, and twice zod was a third of the time of a full ingestion.
 */
export function mapIssue(raw: unknown): IssueRecord | string {
  if (typeof raw !== 'object' || raw === null) return 'an issue is no object';
  const issue = raw as Raw;
  const key = issue['key'];
  const rule = issue['rule'];
  const component = issue['component'];
  const createdAt = toInstant(issue['creationDate']);
  const updatedAt = toInstant(issue['updateDate']) ?? createdAt;
  if (!isKey(key)) return 'an issue has no usable key';
  if (!isKey(rule)) return 'the issue names no rule';
  if (!isKey(component)) return 'the issue names no component';
  if (createdAt === null || updatedAt === null) return 'the issue has no creation date';
  const status = textOf(issue['status']) ?? 'unknown';
  const resolution = textOf(issue['resolution']);
  return {
    key,
    rule,
    type: known(issue['type'], types) as IssueRecord['type'],
    severity:
      issue['severity'] === undefined ? null : (known(issue['severity'], severities) as IssueRecord['severity']),
    status,
    issueStatus: textOf(issue['issueStatus']) ?? deriveIssueStatus(status, resolution),
    resolution,
    impacts: mapImpacts(issue['impacts']),
    cleanCodeAttribute: textOf(issue['cleanCodeAttribute']),
    cleanCodeAttributeCategory: textOf(issue['cleanCodeAttributeCategory']),
    component,
    path: pathOf(component, issue['project']),
    line: integer(issue['line']),
    textRange: mapTextRange(issue['textRange']),
    message: typeof issue['message'] === 'string' ? issue['message'] : '',
    effort: textOf(issue['effort']),
    debt: textOf(issue['debt']),
    assignee: textOf(issue['assignee']),
    author: textOf(issue['author']),
    tags: sortedTexts(issue['tags']),
    createdAt,
    updatedAt,
    closedAt: toInstant(issue['closeDate']),
    scope: textOf(issue['scope']),
    externalRuleEngine: textOf(issue['externalRuleEngine']),
    hash: textOf(issue['hash']),
  };
}

/** What 10.4 and later call `issueStatus`, from the two members that older servers have. */
export function deriveIssueStatus(status: string, resolution: string | null): string {
  if (status === 'OPEN' || status === 'REOPENED') return 'OPEN';
  if (status === 'CLOSED') return 'FIXED';
  if (status !== 'RESOLVED') return status;
  if (resolution === 'FALSE-POSITIVE') return 'FALSE_POSITIVE';
  return resolution === 'WONTFIX' ? 'ACCEPTED' : 'FIXED';
}

/** Path inside the project of a component key (`project:path`); null for the project itself. */
export function pathOf(component: string, project: unknown): string | null {
  if (typeof project !== 'string' || component === project) return null;
  if (component.startsWith(project) && component[project.length] === ':') return component.slice(project.length + 1);
  return null;
}

export function mapTextRange(raw: unknown): TextRange | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { startLine, endLine, startOffset, endOffset } = raw as Raw;
  const range = {
    startLine: integer(startLine),
    endLine: integer(endLine),
    startOffset: integer(startOffset) ?? 0,
    endOffset: integer(endOffset) ?? 0,
  };
  return range.startLine === null || range.endLine === null ? null : (range as TextRange);
}

/** A non-empty text, else null: the server writes `""` for an author it does not know. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function integer(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 400;
}

function known(value: unknown, values: ReadonlySet<string>): string {
  return typeof value === 'string' && values.has(value) ? value : 'unknown';
}

function sortedTexts(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  const texts = value.filter((item) => typeof item === 'string');
  return texts.length > 1 ? texts.sort() : texts;
}

function mapImpacts(raw: unknown): IssueRecord['impacts'] {
  const impacts: IssueRecord['impacts'] = { security: null, reliability: null, maintainability: null };
  if (!Array.isArray(raw)) return impacts;
  for (const impact of raw as (Raw | null)[]) {
    const quality = impact?.['softwareQuality'];
    const severity = known(impact?.['severity'], impactSeverities) as ImpactSeverity;
    if (quality === 'SECURITY') impacts.security = severity;
    else if (quality === 'RELIABILITY') impacts.reliability = severity;
    else if (quality === 'MAINTAINABILITY') impacts.maintainability = severity;
  }
  return impacts;
}
