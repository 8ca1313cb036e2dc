import type { GenericRule } from '../generic-issues.ts';

/** A rule of the lab's imaginary analyser, with the tags its issues get afterwards: the import format has none. */
export interface FeedRule extends GenericRule {
  tags: readonly string[];
}

type Draft = Pick<FeedRule, 'name' | 'type' | 'severity' | 'impacts'> & { attribute: string; tags?: readonly string[] };

const drafts = {
  'sql-injection': {
    name: 'Queries must not be built from user input',
    type: 'VULNERABILITY',
    severity: 'BLOCKER',
    impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
    attribute: 'COMPLETE',
    tags: ['cwe', 'cwe-89'],
  },
  'cross-site-scripting': {
    name: 'Output must be encoded',
    type: 'VULNERABILITY',
    severity: 'CRITICAL',
    impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
    attribute: 'COMPLETE',
    tags: ['cwe', 'cwe-79'],
  },
  'vulnerable-library': {
    name: 'Libraries must not have known vulnerabilities',
    type: 'VULNERABILITY',
    severity: 'MAJOR',
    impacts: [
      { softwareQuality: 'SECURITY', severity: 'MEDIUM' },
      { softwareQuality: 'MAINTAINABILITY', severity: 'LOW' },
    ],
    attribute: 'TRUSTWORTHY',
    tags: ['cve-2021-44228', 'cwe-1395'],
  },
  'verbose-errors': {
    name: 'Errors must not show internals',
    type: 'VULNERABILITY',
    severity: 'MINOR',
    impacts: [{ softwareQuality: 'SECURITY', severity: 'LOW' }],
    attribute: 'CONVENTIONAL',
    tags: ['cwe', 'cwe-209'],
  },
  'null-dereference': {
    name: 'Values that may be absent must be checked',
    type: 'BUG',
    severity: 'CRITICAL',
    impacts: [{ softwareQuality: 'RELIABILITY', severity: 'HIGH' }],
    attribute: 'LOGICAL',
    tags: ['cwe', 'cwe-476'],
  },
  'resource-leak': {
    name: 'Resources must be closed',
    type: 'BUG',
    severity: 'MAJOR',
    impacts: [
      { softwareQuality: 'RELIABILITY', severity: 'MEDIUM' },
      { softwareQuality: 'SECURITY', severity: 'LOW' },
    ],
    attribute: 'COMPLETE',
  },
  'long-function': {
    name: 'Functions must be short',
    type: 'CODE_SMELL',
    severity: 'MAJOR',
    impacts: [{ softwareQuality: 'MAINTAINABILITY', severity: 'MEDIUM' }],
    attribute: 'FOCUSED',
  },
  naming: {
    name: 'Names must follow the convention',
    type: 'CODE_SMELL',
    severity: 'MINOR',
    impacts: [{ softwareQuality: 'MAINTAINABILITY', severity: 'LOW' }],
    attribute: 'IDENTIFIABLE',
  },
  todo: {
    name: 'Notes to oneself must be followed',
    type: 'CODE_SMELL',
    severity: 'INFO',
    impacts: [{ softwareQuality: 'MAINTAINABILITY', severity: 'LOW' }],
    attribute: 'COMPLETE',
  },
} as const satisfies Record<string, Draft>;

export type FeedRuleId = keyof typeof drafts;

export const feedRuleIds = Object.keys(drafts) as FeedRuleId[];
export const feedEngine = 'lab';

export function feedRule(id: FeedRuleId): FeedRule {
  const { attribute, tags, ...rule }: Draft = drafts[id];
  return {
    ...rule,
    id,
    engine: feedEngine,
    description: `${rule.name}.`,
    cleanCodeAttribute: attribute,
    tags: tags ?? [],
  };
}
