import { createHash } from 'node:crypto';
import type { GenericIssue } from '../generic-issues.ts';
import { bulkProjects } from './bulk.ts';
import type { Decision, FeedAnalysis, FeedProject, Seed } from './model.ts';
import { pythonProject } from './python-project.ts';
import { type FeedRuleId, feedRule, feedRuleIds } from './rules.ts';

/** The commit of an analysis: the same on every machine, so that other lab systems can name it. */
export function revisionOf(projectKey: string, version: string): string {
  return createHash('sha1').update(`${projectKey} ${version}`).digest('hex');
}

/** Every project of a seed, the largest first. */
export function feedPlan(seed: Seed): FeedProject[] {
  if (seed === 'none') return [];
  return [...bulkProjects(seed), ...stories.map(projectOf), pythonProject()];
}

/** `+` adds and `-` fixes the oldest issues of that rule at a version; a decision counts from the newest backwards. */
interface Story {
  key: string;
  name: string;
  private?: true;
  versions: readonly {
    daysAgo: number | undefined;
    add: Partial<Record<FeedRuleId, number>>;
    fix?: Partial<Record<FeedRuleId, number>>;
  }[];
  decide?: Partial<Record<Decision, Partial<Record<FeedRuleId, number>>>>;
}

const everyRule = (count: number): Partial<Record<FeedRuleId, number>> =>
  Object.fromEntries(feedRuleIds.map((id) => [id, count]));

const stories: readonly Story[] = [
  {
    key: 'lab-checkout',
    name: 'Checkout',
    versions: [
      { daysAgo: 178, add: everyRule(6) },
      { daysAgo: 140, add: { 'sql-injection': 2, 'vulnerable-library': 5, naming: 8 }, fix: { todo: 2 } },
      { daysAgo: 100, add: { 'cross-site-scripting': 3, 'long-function': 4 }, fix: { 'sql-injection': 3 } },
      { daysAgo: 60, add: { 'null-dereference': 2 }, fix: { 'vulnerable-library': 4, naming: 6 } },
      { daysAgo: 24, add: { 'verbose-errors': 3 }, fix: { 'cross-site-scripting': 2 } },
      { daysAgo: undefined, add: {}, fix: { 'sql-injection': 2, 'resource-leak': 3, 'verbose-errors': 1 } },
    ],
    decide: { accept: { naming: 3 }, falsepositive: { 'long-function': 2 }, confirm: { 'null-dereference': 1 } },
  },
  {
    key: 'lab-payments',
    name: 'Payments',
    versions: [
      { daysAgo: 170, add: everyRule(3) },
      { daysAgo: 120, add: { 'vulnerable-library': 7 } },
      { daysAgo: 75, add: { 'null-dereference': 4 }, fix: { 'vulnerable-library': 6 } },
      { daysAgo: 20, add: { 'cross-site-scripting': 1 }, fix: { 'sql-injection': 1 } },
      { daysAgo: undefined, add: { 'sql-injection': 2, 'resource-leak': 1 }, fix: { naming: 2 } },
    ],
    decide: { falsepositive: { 'vulnerable-library': 1 } },
  },
  {
    key: 'lab-catalogue',
    name: 'Catalogue',
    versions: [
      { daysAgo: 150, add: everyRule(4) },
      { daysAgo: 110, add: { 'long-function': 10, todo: 10 } },
      { daysAgo: 50, add: { 'verbose-errors': 6 }, fix: { todo: 9 } },
      { daysAgo: undefined, add: { 'vulnerable-library': 2 }, fix: { 'cross-site-scripting': 4 } },
    ],
    // Accepting the only new issues turns the failed gate back to passed.
    decide: { accept: { 'vulnerable-library': 2, 'long-function': 5 }, falsepositive: { 'sql-injection': 1 } },
  },
  {
    key: 'lab-shipping',
    name: 'Shipping',
    versions: [
      { daysAgo: 130, add: everyRule(2) },
      { daysAgo: 65, add: { 'sql-injection': 5, 'null-dereference': 5 } },
      { daysAgo: 15, add: {}, fix: { 'sql-injection': 4 } },
      { daysAgo: undefined, add: {}, fix: { 'null-dereference': 3 } },
    ],
  },
  {
    key: 'lab-archive',
    name: 'Archive (not analysed for months)',
    versions: [
      { daysAgo: 160, add: everyRule(2) },
      { daysAgo: 95, add: { 'vulnerable-library': 9 } },
    ],
  },
  {
    key: 'lab-vault',
    name: 'Vault (private)',
    private: true,
    versions: [
      { daysAgo: 90, add: everyRule(1) },
      { daysAgo: 10, add: { 'sql-injection': 1 } },
      { daysAgo: undefined, add: {}, fix: { naming: 1 } },
    ],
    decide: { accept: { 'sql-injection': 1 } },
  },
];

interface Finding {
  rule: FeedRuleId;
  /** Counts through the rule's findings of the project. */
  number: number;
}

function projectOf(story: Story): FeedProject {
  const open: Finding[] = [];
  const numbers = new Map<FeedRuleId, number>();
  const analyses = story.versions.map(({ daysAgo, add, fix = {} }, index): FeedAnalysis => {
    for (const [rule, count] of entries(fix)) removeOldest(open, rule, count);
    for (const [rule, count] of entries(add)) {
      for (let added = 0; added < count; added += 1) {
        const number = (numbers.get(rule) ?? 0) + 1;
        numbers.set(rule, number);
        open.push({ rule, number });
      }
    }
    return { version: `${index + 1}.0`, daysAgo, files: sourceFiles(open, numbers), issues: open.map(issueOf) };
  });
  const { key, name, private: isPrivate = false, decide = {} } = story;
  return { key, name, private: isPrivate, analyses, decisions: decisionsOf(open, decide) };
}

function removeOldest(open: Finding[], rule: FeedRuleId, count: number): void {
  for (let removed = 0; removed < count; removed += 1) {
    const index = open.findIndex((finding) => finding.rule === rule);
    if (index === -1) throw new Error(`the feed fixes more of ${rule} than there are`);
    open.splice(index, 1);
  }
}

function decisionsOf(open: readonly Finding[], decide: NonNullable<Story['decide']>): Record<string, Decision> {
  return Object.fromEntries(
    (Object.keys(decide) as Decision[]).flatMap((decision) =>
      entries(decide[decision] ?? {}).flatMap(([rule, count]) =>
        open
          .filter((finding) => finding.rule === rule)
          .slice(-count)
          .map((finding) => [issueOf(finding).message, decision]),
      ),
    ),
  );
}

/**
 * One file per rule with one line per finding it ever had. The line comes with its finding, because the server dates
 * an issue on an old line to the day of that line, and such an issue is never new to a gate.
 */
function sourceFiles(open: readonly Finding[], numbers: ReadonlyMap<FeedRuleId, number>): Record<string, string> {
  const found = new Set(open.map(({ rule, number }) => `${rule} ${number}`));
  const line = (rule: FeedRuleId, number: number): string =>
    found.has(`${rule} ${number}`) ? `${rule} at place ${number}\n` : `what was ${rule} at place ${number} is fixed\n`;
  return Object.fromEntries(
    [...numbers].map(([rule, count]) => [
      fileOf(rule),
      Array.from({ length: count }, (_, index) => line(rule, index + 1)).join(''),
    ]),
  );
}

function fileOf(rule: FeedRuleId): string {
  return `src/${feedRule(rule).type.toLowerCase().replace('_', '-')}/${rule}.txt`;
}

function issueOf({ rule, number }: Finding): GenericIssue {
  const { tags: _, ...generic } = feedRule(rule);
  return { rule: generic, file: fileOf(rule), line: number, message: `${generic.name} (place ${number})` };
}

function entries<Key extends string>(record: Partial<Record<Key, number>>): [Key, number][] {
  return Object.entries(record) as [Key, number][];
}
