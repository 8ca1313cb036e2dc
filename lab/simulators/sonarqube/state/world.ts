import { type Batch, makeBatch, seconds } from '../issues/batch.ts';
import { mix, seedOf, share, uuidOf } from '../../numbers.ts';
import { profile as profileNamed, type ProfileName } from '../profiles.ts';
import type {
  AnalysisSpec,
  BranchSpec,
  GateResult,
  HotspotSpec,
  IssuePlan,
  ProjectSpec,
  PullRequestSpec,
  ScopeName,
} from '../types.ts';
import { closeFirstOpen, closeKeys } from './changes.ts';
import { countIssues } from './count.ts';
import { measuresOf } from './measures.ts';
import {
  type Analysis,
  type Hotspot,
  lastAnalysis,
  mainBranchOf,
  type Project,
  type Scope,
  type World,
} from './model.ts';

export interface WorldOptions {
  profile: ProfileName;
  seed?: number;
  serverId?: string;
  forceAuthentication?: boolean;
  mode?: 'MQR' | 'STANDARD_EXPERIENCE';
  now?: () => Date;
  /** Overrides the version text that `api/system/status` answers, e.g. to try one that is not supported. */
  version?: string;
}

export function createWorld(options: WorldOptions): World {
  const chosen = profileNamed(options.profile);
  const seed = (options.seed ?? 1) >>> 0;
  return {
    profile: options.version ? { ...chosen, version: options.version } : chosen,
    seed,
    serverId: options.serverId ?? `${uuidOf(seed, 0, 40).slice(0, 8).toUpperCase()}-SIMULATED${mix(seed, 1, 40)}`,
    status: 'UP',
    forceAuthentication: options.forceAuthentication ?? true,
    mode: options.mode ?? 'MQR',
    now: options.now ?? (() => new Date()),
    projects: new Map(),
    organizations: new Map(),
    users: new Map(),
    tokens: new Map(),
    rules: new Map(),
    batches: [],
    webhooks: [],
    deliveries: [],
    validateWebhooks: true,
    version: 0,
    nextId: 1,
  };
}

function nextId(world: World): string {
  world.nextId += 1;
  return uuidOf(world.seed, world.nextId, 50);
}

export function addProject(world: World, spec: ProjectSpec): Project {
  if (world.projects.has(spec.key)) throw new Error(`Project ${spec.key} exists already`);
  const project: Project = {
    key: spec.key,
    name: spec.name ?? spec.key,
    uuid: nextId(world),
    visibility: spec.visibility ?? 'public',
    organization: spec.organization ?? null,
    tags: [...(spec.tags ?? [])],
    readers: new Set(spec.readers ?? []),
    branches: [],
    pullRequests: [],
  };
  project.branches.push(makeScope(world, project, { kind: 'branch', name: spec.mainBranch ?? 'main', isMain: true }));
  world.projects.set(project.key, project);
  if (project.organization && !world.organizations.has(project.organization))
    world.organizations.set(project.organization, { key: project.organization, name: project.organization });
  for (const analysis of spec.analyses ?? []) addAnalysis(world, project.key, {}, analysis);
  world.version += 1;
  return project;
}

function makeScope(world: World, project: Project, part: Pick<Scope, 'kind' | 'name' | 'isMain'>): Scope {
  return {
    ...part,
    project,
    id: nextId(world),
    excludedFromPurge: ['main', 'master', 'develop', 'trunk'].includes(part.name),
    analyses: [],
    batches: [],
    hotspots: [],
    pullRequest: null,
    pendingTask: false,
  };
}

export function addBranch(world: World, projectKey: string, spec: BranchSpec): Scope {
  const project = projectOf(world, projectKey);
  const scope = makeScope(world, project, { kind: 'branch', name: spec.name, isMain: false });
  if (spec.excludedFromPurge !== undefined) scope.excludedFromPurge = spec.excludedFromPurge;
  project.branches.push(scope);
  for (const analysis of spec.analyses ?? []) addAnalysis(world, projectKey, { branch: spec.name }, analysis);
  world.version += 1;
  return scope;
}

export function addPullRequest(world: World, projectKey: string, spec: PullRequestSpec): Scope {
  const project = projectOf(world, projectKey);
  const scope = makeScope(world, project, { kind: 'pullRequest', name: spec.key, isMain: false });
  const base = project.branches.find((branch) => branch.name === spec.base) ?? mainBranchOf(project);
  scope.pullRequest = {
    title: spec.title ?? spec.branch,
    branch: spec.branch,
    base,
    target: spec.target ?? spec.base ?? base.name,
    url: spec.url ?? null,
  };
  project.pullRequests.push(scope);
  for (const analysis of spec.analyses ?? []) addAnalysis(world, projectKey, { pullRequest: spec.key }, analysis);
  world.version += 1;
  return scope;
}

export function projectOf(world: World, key: string): Project {
  const project = world.projects.get(key);
  if (!project) throw new Error(`No project ${key}`);
  return project;
}

export function scopeNamed(project: Project, name: ScopeName): Scope | null {
  if (name.pullRequest !== undefined) return project.pullRequests.find((pr) => pr.name === name.pullRequest) ?? null;
  if (name.branch !== undefined) return project.branches.find((branch) => branch.name === name.branch) ?? null;
  return mainBranchOf(project);
}

export function scopeOf(world: World, projectKey: string, name: ScopeName): Scope {
  const scope = scopeNamed(projectOf(world, projectKey), name);
  if (!scope) throw new Error(`Project ${projectKey} has no ${JSON.stringify(name)}`);
  return scope;
}

function addBatch(world: World, scope: Scope, plan: IssuePlan, analyzed: number): Batch {
  const ordinal = world.batches.length;
  const batch = makeBatch(ordinal, plan, analyzed, mix(world.seed, ordinal, 60));
  world.batches.push({ batch, scope });
  scope.batches.push(batch);
  for (const rule of batch.rules) world.rules.set(rule.key, rule);
  return batch;
}

/** What an analysis does on the real server: closes, creates, measures, judges; moves the dates. */
export function addAnalysis(world: World, projectKey: string, name: ScopeName, spec: AnalysisSpec = {}): Analysis {
  const scope = scopeOf(world, projectKey, name);
  const at = seconds(spec.at ?? world.now());
  if (typeof spec.close === 'number') closeFirstOpen(scope, spec.close, at);
  else if (spec.close) closeKeys(world, spec.close, at);
  const plans = spec.issues === undefined ? [] : 'count' in spec.issues ? [spec.issues] : spec.issues;
  for (const plan of plans) addBatch(world, scope, plan, at);
  for (const hotspot of spec.hotspots ?? []) scope.hotspots.push(makeHotspot(world, hotspot, at));
  const previous = lastAnalysis(scope);
  const gate: GateResult = spec.gate ?? { status: 'OK', conditions: [] };
  const seed = mix(seedOf(projectKey), scope.analyses.length, 61);
  const analysis: Analysis = {
    key: nextId(world),
    at,
    revision: spec.revision ?? null,
    version: spec.version ?? null,
    buildString: spec.buildString ?? null,
    detectedCi: spec.detectedCi ?? 'undetected',
    measures: { ...measuresOf(world.profile, countIssues(scope), seed, gate), ...spec.measures },
    newMeasures: { new_violations: '0', new_lines: String(Math.floor(share(seed, 4, 33) * 500)), ...spec.newMeasures },
    gate,
    events: [],
    warnings: [...(spec.warnings ?? [])],
  };
  if (scope.hotspots.length > 0)
    analysis.measures['security_hotspots'] = String(scope.hotspots.filter((h) => h.status === 'TO_REVIEW').length);
  analysis.events = eventsOf(world, analysis, previous, spec);
  scope.analyses.push(analysis);
  world.version += 1;
  return analysis;
}

function eventsOf(world: World, analysis: Analysis, previous: Analysis | null, spec: AnalysisSpec): Analysis['events'] {
  const events = (spec.events ?? []).map((event) => ({ key: nextId(world), ...event }));
  // The real server reports a gate only when its status changed against the analysis before.
  if (previous && previous.gate.status !== analysis.gate.status)
    events.push({
      key: nextId(world),
      category: 'QUALITY_GATE',
      name: analysis.gate.status === 'OK' ? 'Passed' : 'Failed',
    });
  if (analysis.version !== null && analysis.version !== previous?.version)
    events.push({ key: nextId(world), category: 'VERSION', name: analysis.version });
  return events;
}

function makeHotspot(world: World, spec: HotspotSpec, at: number): Hotspot {
  return {
    key: nextId(world),
    rule: spec.rule ?? 'javascript:S2245',
    file: spec.file ?? 'src/a.js',
    line: spec.line ?? 1,
    message: spec.message ?? 'Make sure that this is safe here.',
    probability: spec.probability ?? 'MEDIUM',
    category: spec.category ?? 'weak-cryptography',
    status: spec.status ?? 'TO_REVIEW',
    resolution: spec.resolution ?? null,
    created: spec.createdAt ? seconds(spec.createdAt) : at,
    updated: at,
  };
}
