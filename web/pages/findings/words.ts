import type {
  FacetName,
  FindingDetail,
  FindingQuality,
  FindingStanding,
  FindingState,
  FindingType,
} from '../../../src/features/code-quality/contract.ts';
import { assetTypeLabel, severityLabel } from '../../words/labels.ts';

export const stateLabel: Record<FindingState, string> = {
  open: 'Open',
  accepted: 'Accepted',
  false_positive: 'False positive',
  fixed: 'Fixed',
  other: 'Other',
  gone: 'Gone from the server',
};

export const typeLabel: Record<FindingType, string> = {
  vulnerability: 'Vulnerability',
  bug: 'Bug',
  code_smell: 'Code smell',
  hotspot: 'Hotspot',
  unknown: 'Other',
};

export const qualityLabel: Record<FindingQuality, string> = {
  security: 'Security',
  reliability: 'Reliability',
  maintainability: 'Maintainability',
  security_review: 'Hotspot to review',
  unknown: 'Not told',
};

const ageLabel: Record<string, string> = {
  '0-7': 'Up to 7 days',
  '8-30': '8 to 30 days',
  '31-90': '31 to 90 days',
  '91-365': '91 to 365 days',
  'over-365': 'More than 365 days',
};

export const facetTitle: Record<FacetName, string> = {
  severity: 'Severity',
  quality: 'Software quality',
  type: 'Type',
  status: 'Status',
  age: 'Age',
  rule: 'Rule',
  file: 'File',
  tag: 'Tag',
  cwe: 'CWE',
  owasp: 'OWASP Top 10',
  author: 'Author',
  assignee: 'Assignee',
  assetType: 'Asset type',
  project: 'Project',
};

const without: Partial<Record<FacetName, string>> = {
  rule: 'No rule',
  file: 'Of no file',
  tag: 'No tag',
  cwe: 'The rule names none',
  owasp: 'The rule names none',
  author: 'No author told',
  assignee: 'Nobody',
};

const labels: Partial<Record<FacetName, Record<string, string>>> = {
  severity: severityLabel,
  quality: qualityLabel,
  type: typeLabel,
  status: stateLabel,
  age: ageLabel,
  assetType: assetTypeLabel,
};

/** A value of a facet as people read it; `label` is what the hub says of it. */
export function valueLabel(facet: FacetName, value: string, label: string | null): string {
  if (value === '(none)') return without[facet] ?? 'None';
  if (facet === 'project') return label ?? `Project ${value}`;
  return labels[facet]?.[value] ?? value;
}

export const standingWords: Record<Exclude<FindingStanding, 'counts'>, string> = {
  gone: 'The server does not list it any more.',
  pull_request: 'It is of a pull request: it counts once it is merged.',
  branch_gone: 'Its branch is gone from the server.',
  project_gone: 'The server no longer lists its project.',
  out_of_scope: 'The settings of its integration leave its project out.',
  duplicate: 'Its project is read through another integration, too, and counts there.',
};

const modeName = { mqr: 'MQR', standard: 'Standard' } as const;
const otherMode = { mqr: 'standard', standard: 'mqr' } as const;

const axisOf: Record<string, string> = {
  impact: 'the impact',
  standard: 'the severity',
  probability: 'the review priority',
};

/** Why a finding has its level: the mode, what the server gave, and the line of our mapping, in this order. */
export function levelReasons(finding: FindingDetail): string[] {
  const { level, severitySource, sourceLevel, severity } = finding;
  const reasons = [modeWords(finding), givenWords(finding)];
  const said = `${axisOf[severitySource] ?? 'the level'} ${sourceLevel}`;
  reasons.push(
    level.mapping === null
      ? `The mapping of levels has no line for ${said}: it is shown as Unrated, never as harmless.`
      : `The mapping of levels reads ${said} as ${severityLabel[severity]}.`,
  );
  const { otherwise } = level;
  if (finding.type !== 'hotspot')
    reasons.push(
      `In ${modeName[otherMode[level.mode]]} mode it would count as ${typeLabel[otherwise.type].toLowerCase()}, ${severityLabel[otherwise.severity].toLowerCase()} (${otherwise.sourceLevel}).`,
    );
  return reasons;
}

function modeWords({ type, level, severitySource }: FindingDetail): string {
  if (type === 'hotspot') return 'A hotspot has a review priority instead of a severity, in either mode.';
  const counts = severitySource === 'impact' ? 'by its impacts on software qualities' : 'by its type and severity';
  const mode = level.told
    ? `The server is in ${modeName[level.mode]} mode`
    : `The server did not say its mode, so ${modeName[level.mode]} is assumed`;
  const because = severitySource === 'standard' && level.mode === 'mqr' ? ', and gives no impact for it' : '';
  return `${mode}${because}: it counts ${counts}.`;
}

function givenWords({ level, severitySource, sourceLevel, type }: FindingDetail): string {
  if (severitySource === 'impact') {
    const all = level.impacts.map(({ quality, level }) => `${level} on ${quality}`);
    return `The server gives it ${all.length === 1 ? 'the impact' : 'the impacts'} ${all.join(', ') || sourceLevel}.`;
  }
  if (severitySource === 'probability') return `The server gives it the review priority ${sourceLevel}.`;
  return `The server gives it the type ${typeLabel[type].toLowerCase()} and the severity ${sourceLevel}.`;
}

export const historyLabel: Record<FindingDetail['history'][number]['what'], string> = {
  created: 'Created',
  became: 'The hotspot became an issue',
  closed: 'Closed as fixed',
  reopened: 'Open again',
  accepted: 'Accepted',
  false_positive: 'Marked as a false positive',
  changed: 'Counted otherwise',
  gone: 'Missing from the server’s list',
};

const sectionTitles: Record<string, string> = {
  introduction: 'Introduction',
  root_cause: 'Why it is an issue',
  how_to_fix: 'How to fix it',
  assess_the_problem: 'How to assess it',
  resources: 'Further reading',
};

/** Name of a part of a rule's text; none where a rule has one text. */
export function sectionTitle(key: string, context: string | null): string | null {
  const title = sectionTitles[key] ?? null;
  return title === null || context === null ? title : `${title} (${context})`;
}
