import { mix, share } from '../../numbers.ts';
import type { Impact, IssuePlan, IssueState, IssueType, Resolution, RuleSpec, Severity } from '../types.ts';

/** One entry of the changelog. */
export interface IssueEvent {
  at: number;
  diffs: { key: string; newValue?: string; oldValue?: string }[];
}

/** What a person or a later analysis changed on one generated issue. Times are epoch seconds. */
export interface IssueChange {
  state?: IssueState;
  resolution?: Resolution | null;
  severity?: Severity;
  type?: IssueType;
  impacts?: Impact[];
  assignee?: string | null;
  tags?: string[];
  updated?: number;
  closed?: number | null;
  line?: number;
  message?: string;
  /** True once a person set the severity: `issues/pull` sends it only then. */
  severityByHand?: boolean;
  /** Changelog, oldest first; times are epoch seconds. */
  history?: IssueEvent[];
  /** Dropped by housekeeping. */
  gone?: boolean;
}

/** The issues of one plan in one scope. */
export interface Batch {
  /** Number over all batches of the server; part of the keys. */
  ordinal: number;
  seed: number;
  plan: IssuePlan;
  count: number;
  rules: readonly RuleSpec[];
  files: number;
  directories: number;
  root: string;
  /** Epoch seconds. */
  analyzed: number;
  created: { from: number; span: number };
  updated: number;
  changes: Map<number, IssueChange>;
  /** Number of entries of `changes` with `gone`. */
  gone: number;
}

export const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

const defaultRule: RuleSpec = { key: 'external_gen:R1', name: 'Rule 1', type: 'CODE_SMELL', severity: 'MAJOR' };

export function makeBatch(ordinal: number, plan: IssuePlan, analyzed: number, seed: number): Batch {
  const created = plan.createdAt;
  const from = created instanceof Date ? seconds(created) : created ? seconds(created.from) : analyzed;
  const to = created && !(created instanceof Date) ? seconds(created.to) : from;
  return {
    ordinal,
    seed: (plan.seed ?? seed) >>> 0,
    plan,
    count: plan.count,
    rules: plan.rules?.length ? plan.rules : [defaultRule],
    files: Math.max(1, plan.files ?? 1),
    directories: Math.max(1, plan.directories ?? 1),
    root: plan.root ?? 'src',
    analyzed,
    created: { from, span: Math.max(0, to - from) },
    updated: plan.updatedAt ? seconds(plan.updatedAt) : analyzed,
    changes: new Map(),
    gone: 0,
  };
}

const changeOf = (batch: Batch, i: number): IssueChange | undefined =>
  batch.changes.size === 0 ? undefined : batch.changes.get(i);

export function isGone(batch: Batch, i: number): boolean {
  return batch.gone > 0 && batch.changes.get(i)?.gone === true;
}

export function ruleOf(batch: Batch, i: number): RuleSpec {
  const n = batch.rules.length;
  const at = n === 1 ? 0 : mix(batch.seed, i, 1) % n;
  return batch.rules[at] ?? defaultRule;
}

/** Number of the file in its batch; -1 for an issue of the project itself. */
export function fileOf(batch: Batch, i: number): number {
  const projectLevel = batch.plan.projectLevel ?? 0;
  if (projectLevel > 0 && share(batch.seed, i, 2) < projectLevel) return -1;
  return i % batch.files;
}

export function directoryPath(batch: Batch, file: number): string {
  return batch.directories === 1 ? batch.root : `${batch.root}/d${file % batch.directories}`;
}

export function filePath(batch: Batch, file: number): string {
  return `${directoryPath(batch, file)}/f${file}.txt`;
}

export function lineOf(batch: Batch, i: number): number {
  return changeOf(batch, i)?.line ?? Math.floor(i / batch.files) + 1;
}

export function createdOf(batch: Batch, i: number): number {
  const { from, span } = batch.created;
  return span === 0 ? from : from + (mix(batch.seed, i, 4) % (span + 1));
}

export function updatedOf(batch: Batch, i: number): number {
  return changeOf(batch, i)?.updated ?? Math.max(batch.updated, closedOf(batch, i) ?? 0);
}

export interface IssueStatus {
  state: IssueState;
  resolution: Resolution | null;
}

const generatedStates: readonly IssueStatus[] = [
  { state: 'CLOSED', resolution: 'FIXED' },
  { state: 'RESOLVED', resolution: 'WONTFIX' },
  { state: 'RESOLVED', resolution: 'FALSE-POSITIVE' },
  { state: 'CONFIRMED', resolution: null },
];
const open: IssueStatus = { state: 'OPEN', resolution: null };

export function statusOf(batch: Batch, i: number): IssueStatus {
  const change = changeOf(batch, i);
  if (change?.state) return { state: change.state, resolution: change.resolution ?? null };
  return generatedStatus(batch, i);
}

function generatedStatus(batch: Batch, i: number): IssueStatus {
  const { closed = 0, accepted = 0, falsePositive = 0, confirmed = 0 } = batch.plan;
  if (closed + accepted + falsePositive + confirmed === 0) return open;
  let u = share(batch.seed, i, 3);
  for (const [at, part] of [closed, accepted, falsePositive, confirmed].entries()) {
    if (u < part) return generatedStates[at] ?? open;
    u -= part;
  }
  return open;
}

export function closedOf(batch: Batch, i: number): number | null {
  const change = changeOf(batch, i);
  if (change?.closed !== undefined) return change.closed;
  if (statusOf(batch, i).state !== 'CLOSED') return null;
  const range = batch.plan.closedAt;
  if (!range) return batch.analyzed;
  const from = seconds(range.from);
  return Math.max(createdOf(batch, i), from + (mix(batch.seed, i, 5) % (seconds(range.to) - from + 1)));
}

export function severityOf(batch: Batch, i: number): Severity {
  return changeOf(batch, i)?.severity ?? ruleOf(batch, i).severity;
}

export function typeOf(batch: Batch, i: number): IssueType {
  return changeOf(batch, i)?.type ?? ruleOf(batch, i).type;
}

export function impactsOf(batch: Batch, i: number): readonly Impact[] {
  return changeOf(batch, i)?.impacts ?? impactsOfRule(ruleOf(batch, i));
}

const qualityOfType = { CODE_SMELL: 'MAINTAINABILITY', BUG: 'RELIABILITY', VULNERABILITY: 'SECURITY' } as const;
const impactOfSeverity = { INFO: 'INFO', MINOR: 'LOW', MAJOR: 'MEDIUM', CRITICAL: 'HIGH', BLOCKER: 'BLOCKER' } as const;

export function impactsOfRule(rule: RuleSpec): readonly Impact[] {
  return rule.impacts ?? [{ softwareQuality: qualityOfType[rule.type], severity: impactOfSeverity[rule.severity] }];
}

export function tagsOf(batch: Batch, i: number): readonly string[] {
  return changeOf(batch, i)?.tags ?? ruleOf(batch, i).tags ?? [];
}

export function inTests(batch: Batch, i: number): boolean {
  const tests = batch.plan.tests ?? 0;
  return tests > 0 && share(batch.seed, fileOf(batch, i), 6) < tests;
}

export function messageOf(batch: Batch, i: number): string {
  const text = changeOf(batch, i)?.message ?? `${batch.plan.message ?? 'Generated issue'} ${i + 1}`;
  return batch.plan.messagePadding ? text.padEnd(batch.plan.messagePadding, '.') : text;
}

export function assigneeOf(batch: Batch, i: number): string | null {
  return changeOf(batch, i)?.assignee ?? null;
}

/** Changes one issue; the caller moves `updated`. */
export function change(batch: Batch, i: number, part: IssueChange): void {
  const before = batch.changes.get(i);
  if (part.gone && !before?.gone) batch.gone += 1;
  batch.changes.set(i, { ...before, ...part });
}
