import {
  type Batch,
  change,
  impactsOf,
  type IssueChange,
  type IssueEvent,
  isGone,
  seconds,
  severityOf,
  statusOf,
} from '../issues/batch.ts';
import { issueKey, parseIssueKey } from '../issues/keys.ts';
import { issueStatusOf } from '../issues/status.ts';
import type { ImpactSeverity, Severity } from '../types.ts';
import { mainBranchOf, type Project, type Scope, scopesOf, type World } from './model.ts';

export interface FoundIssue {
  batch: Batch;
  index: number;
  scope: Scope;
}

/** The issue of a key, if the server still holds it. */
export function findIssue(world: World, key: string): FoundIssue | null {
  const place = parseIssueKey(world.seed, key, world.profile.uuidKeys);
  const entry = place ? world.batches[place.batch] : undefined;
  if (!place || !entry || place.index >= entry.batch.count || isGone(entry.batch, place.index)) return null;
  return { batch: entry.batch, index: place.index, scope: entry.scope };
}

function keyOf(world: World, batch: Batch, index: number): string {
  return issueKey(world.seed, batch.ordinal, index, world.profile.uuidKeys);
}

function mustFind(world: World, key: string): FoundIssue {
  const found = findIssue(world, key);
  if (!found) throw new Error(`No issue ${key}`);
  return found;
}

/** A change made by hand: `updateDate` becomes the wall clock. */
export function changeByHand(world: World, key: string, part: IssueChange): void {
  const { batch, index } = mustFind(world, key);
  const at = seconds(world.now());
  const history = [...(batch.changes.get(index)?.history ?? []), { at, diffs: diffsOf(batch, index, part) }];
  change(batch, index, { updated: at, ...part, history });
  world.version += 1;
}

function diffsOf(batch: Batch, index: number, part: IssueChange): IssueEvent['diffs'] {
  const diffs: IssueEvent['diffs'] = [];
  const before = statusOf(batch, index);
  if (part.resolution) diffs.push({ key: 'resolution', newValue: part.resolution });
  if (part.state) diffs.push({ key: 'status', newValue: part.state, oldValue: before.state });
  if (part.state) {
    const newValue = issueStatusOf({ state: part.state, resolution: part.resolution ?? null });
    diffs.push({ key: 'issueStatus', newValue, oldValue: issueStatusOf(before) });
  }
  if (part.severity) diffs.push({ key: 'severity', newValue: part.severity, oldValue: severityOf(batch, index) });
  if (part.tags) diffs.push({ key: 'tags', newValue: part.tags.join(' ') });
  if (part.assignee) diffs.push({ key: 'assignee', newValue: part.assignee });
  return diffs;
}

export function setSeverity(world: World, key: string, severity: Severity): void {
  const { batch, index } = mustFind(world, key);
  const severityOfImpact: Record<Severity, ImpactSeverity> = {
    INFO: 'INFO',
    MINOR: 'LOW',
    MAJOR: 'MEDIUM',
    CRITICAL: 'HIGH',
    BLOCKER: 'BLOCKER',
  };
  const [first, ...rest] = impactsOf(batch, index);
  const impacts = first ? [{ ...first, severity: severityOfImpact[severity] }, ...rest] : [];
  changeByHand(world, key, { severity, impacts, severityByHand: true });
}

function close(batch: Batch, index: number, at: number): void {
  change(batch, index, { state: 'CLOSED', resolution: 'FIXED', closed: at, updated: at });
}

export function closeKeys(world: World, keys: readonly string[], at: number): void {
  for (const key of keys) {
    const { batch, index } = mustFind(world, key);
    close(batch, index, at);
  }
  world.version += 1;
}

/** Closes the first `count` open issues of a scope, as an analysis does that no longer finds them. */
export function closeFirstOpen(scope: Scope, count: number, at: number): void {
  let left = count;
  for (const batch of scope.batches)
    for (let index = 0; index < batch.count && left > 0; index += 1) {
      if (isGone(batch, index) || statusOf(batch, index).resolution !== null) continue;
      close(batch, index, at);
      left -= 1;
    }
}

/** Housekeeping: drops CLOSED issues whose close date is older than `before` (epoch seconds). Returns how many. */
export function purgeClosed(world: World, before: number, scope?: Scope): number {
  let dropped = 0;
  for (const entry of world.batches) {
    if (!entry || (scope !== undefined && entry.scope !== scope)) continue;
    for (let index = 0; index < entry.batch.count; index += 1) {
      const closed =
        entry.batch.changes.get(index)?.closed ?? (statusOf(entry.batch, index).state === 'CLOSED' ? 0 : null);
      if (closed === null || closed >= before || isGone(entry.batch, index)) continue;
      change(entry.batch, index, { gone: true });
      dropped += 1;
    }
  }
  world.version += 1;
  return dropped;
}

function forgetBatches(world: World, scope: Scope): void {
  for (const batch of scope.batches) world.batches[batch.ordinal] = null;
}

export function deleteProject(world: World, project: Project): void {
  for (const scope of scopesOf(project)) forgetBatches(world, scope);
  world.projects.delete(project.key);
  world.version += 1;
}

export function deleteScope(world: World, scope: Scope): void {
  if (scope.isMain) throw new Error('Only non-main branches can be deleted');
  const { project } = scope;
  project.branches = project.branches.filter((other) => other !== scope);
  project.pullRequests = project.pullRequests.filter((other) => other !== scope);
  for (const other of project.pullRequests)
    if (other.pullRequest?.base === scope) other.pullRequest = { ...other.pullRequest, base: null };
  forgetBatches(world, scope);
  world.version += 1;
}

/** A new key for a project: ids, issue keys and analyses stay. */
export function renameKey(world: World, project: Project, key: string): void {
  if (world.projects.has(key)) throw new Error(`Project ${key} exists already`);
  world.projects.delete(project.key);
  project.key = key;
  world.projects.set(key, project);
  world.version += 1;
}

export function setMain(world: World, scope: Scope): void {
  if (scope.kind !== 'branch') throw new Error('Only a branch can become the main branch');
  mainBranchOf(scope.project).isMain = false;
  scope.isMain = true;
  world.version += 1;
}

export function renameBranch(world: World, scope: Scope, name: string): void {
  if (scope.project.branches.some((other) => other.name === name)) throw new Error(`Branch ${name} exists already`);
  scope.name = name;
  world.version += 1;
}

/** Every issue key of a scope, in the order the server made them. For tests that compare sets of keys. */
export function* issueKeys(world: World, scope: Scope): Generator<string> {
  for (const batch of scope.batches)
    for (let index = 0; index < batch.count; index += 1) if (!isGone(batch, index)) yield keyOf(world, batch, index);
}

export function drop(world: World, key: string): void {
  const { batch, index } = mustFind(world, key);
  change(batch, index, { gone: true });
  world.version += 1;
}

/** A moved line does not change `updateDate` (section 3.8). */
export function moveLine(world: World, key: string, line: number): void {
  const { batch, index } = mustFind(world, key);
  change(batch, index, { line });
  world.version += 1;
}
