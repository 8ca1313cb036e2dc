import { seconds } from '../issues/batch.ts';
import { mix, uuidOf } from '../../numbers.ts';
import type {
  AnalysisSpec,
  BranchSpec,
  ProjectSpec,
  PullRequestSpec,
  RuleSpec,
  ScopeName,
  Severity,
  TokenSpec,
  UserSpec,
} from '../types.ts';
import * as changes from './changes.ts';
import { countIssues, type IssueCounts } from './count.ts';
import type { Analysis, Project, Scope, World } from './model.ts';
import { deliver, deliverPayload, type Occasion } from './deliveries.ts';
import * as build from './world.ts';

/** The state as a test drives it. Every call takes effect for the next request. */
export interface SimulatorState {
  /** The plain data behind it, for faults and for reading. */
  world: World;
  addProject: (spec: ProjectSpec) => Project;
  addBranch: (projectKey: string, spec: BranchSpec) => Scope;
  addPullRequest: (projectKey: string, spec: PullRequestSpec) => Scope;
  /** On the main branch unless `name` says otherwise: moves dates, closes, creates, measures, judges. */
  addAnalysis: (projectKey: string, spec?: AnalysisSpec, name?: ScopeName) => Analysis;
  addRules: (rules: readonly RuleSpec[]) => void;
  addUser: (spec: UserSpec) => void;
  /** Returns the token's text. */
  addToken: (spec: TokenSpec) => string;
  revokeToken: (value: string) => void;
  addOrganization: (key: string, name?: string) => void;
  /** What a person does to one issue; `updateDate` becomes the wall clock. */
  accept: (key: string) => void;
  falsePositive: (key: string) => void;
  confirm: (key: string) => void;
  reopen: (key: string) => void;
  setSeverity: (key: string, severity: Severity) => void;
  setTags: (key: string, tags: readonly string[]) => void;
  assign: (key: string, login: string | null) => void;
  /** Closed as an analysis closes it, at the clock's time. */
  closeIssue: (key: string) => void;
  /** Housekeeping drops it: it is in no answer any more. */
  dropIssue: (key: string) => void;
  /** Moves the line without moving `updateDate`, as an edit above it does. */
  moveLine: (key: string, line: number) => void;
  /** Housekeeping of CLOSED issues, of one scope after its analysis or of the whole server; returns how many went. */
  purgeClosedBefore: (date: Date, projectKey?: string, name?: ScopeName) => number;
  deleteProject: (key: string) => void;
  renameKey: (key: string, newKey: string) => void;
  renameBranch: (projectKey: string, name: string, newName: string) => void;
  setMain: (projectKey: string, branch: string) => void;
  deleteBranch: (projectKey: string, branch: string) => void;
  deletePullRequest: (projectKey: string, pullRequest: string) => void;
  setVisibility: (projectKey: string, visibility: 'public' | 'private', readers?: readonly string[]) => void;
  setPendingTask: (projectKey: string, pending: boolean, name?: ScopeName) => void;
  /** `STARTING` makes every endpoint but `system/status` answer 404 `Unknown url`. */
  setStatus: (status: World['status']) => void;
  /** Reports the newest analysis to the webhooks, as the end of its task does. */
  deliver: (projectKey: string, name?: ScopeName, occasion?: Occasion) => Promise<void>;
  /** Sends a recorded payload to the webhooks. */
  deliverPayload: (projectKey: string, payload: string, taskId: string | null) => Promise<void>;
  /** The truth that a test compares with. */
  counts: (projectKey: string, name?: ScopeName) => IssueCounts;
  issueKeys: (projectKey: string, name?: ScopeName) => string[];
  scope: (projectKey: string, name?: ScopeName) => Scope;
}

export function createState(world: World): SimulatorState {
  const scope = (projectKey: string, name: ScopeName = {}): Scope => build.scopeOf(world, projectKey, name);
  const touch = (): void => {
    world.version += 1;
  };
  return {
    world,
    scope,
    ...projects(world, scope),
    ...people(world),
    ...issues(world),
    addRules: (rules) => {
      for (const rule of rules) world.rules.set(rule.key, rule);
      touch();
    },
    setStatus: (status) => {
      world.status = status;
      touch();
    },
    deliver: (projectKey, name = {}, occasion = {}) => deliver(world, projectKey, name, occasion),
    deliverPayload: (projectKey, payload, taskId) => deliverPayload(world, projectKey, payload, taskId),
    counts: (projectKey, name) => countIssues(scope(projectKey, name)),
    issueKeys: (projectKey, name) => [...changes.issueKeys(world, scope(projectKey, name))],
  };
}

type FindScope = (projectKey: string, name?: ScopeName) => Scope;

function projects(world: World, scope: FindScope) {
  return {
    addProject: (spec: ProjectSpec) => build.addProject(world, spec),
    addBranch: (projectKey: string, spec: BranchSpec) => build.addBranch(world, projectKey, spec),
    addPullRequest: (projectKey: string, spec: PullRequestSpec) => build.addPullRequest(world, projectKey, spec),
    addAnalysis: (projectKey: string, spec: AnalysisSpec = {}, name: ScopeName = {}) =>
      build.addAnalysis(world, projectKey, name, spec),
    deleteProject: (key: string) => changes.deleteProject(world, build.projectOf(world, key)),
    renameKey: (key: string, newKey: string) => changes.renameKey(world, build.projectOf(world, key), newKey),
    renameBranch: (projectKey: string, name: string, newName: string) =>
      changes.renameBranch(world, scope(projectKey, { branch: name }), newName),
    setMain: (projectKey: string, branch: string) => changes.setMain(world, scope(projectKey, { branch })),
    deleteBranch: (projectKey: string, branch: string) => changes.deleteScope(world, scope(projectKey, { branch })),
    deletePullRequest: (projectKey: string, pullRequest: string) =>
      changes.deleteScope(world, scope(projectKey, { pullRequest })),
    setVisibility: (projectKey: string, visibility: 'public' | 'private', readers: readonly string[] = []) => {
      const project = build.projectOf(world, projectKey);
      project.visibility = visibility;
      project.readers = new Set(readers);
      world.version += 1;
    },
    setPendingTask: (projectKey: string, pending: boolean, name: ScopeName = {}) => {
      scope(projectKey, name).pendingTask = pending;
      world.version += 1;
    },
  };
}

function people(world: World) {
  return {
    addUser: (spec: UserSpec) => {
      world.users.set(spec.login, {
        login: spec.login,
        name: spec.name ?? spec.login,
        permissions: [...(spec.permissions ?? [])],
        organizations: [...(spec.organizations ?? [])],
        seesPublicProjects: spec.seesPublicProjects ?? true,
        seesPrivateProjects: spec.seesPrivateProjects ?? false,
      });
      world.version += 1;
    },
    addToken: (spec: TokenSpec) => {
      world.nextId += 1;
      const random = uuidOf(world.seed, world.nextId, 70).replaceAll('-', '');
      const body = `${random}${mix(world.seed, world.nextId, 71).toString(16).padStart(8, '0')}`;
      const value = spec.value ?? (spec.kind === 'legacy' ? body : `${spec.kind}_${body}`);
      const name = spec.name ?? `${spec.kind}-${world.nextId}`;
      world.tokens.set(value, { ...spec, value, name, created: seconds(world.now()) });
      return value;
    },
    revokeToken: (value: string) => {
      world.tokens.delete(value);
    },
    addOrganization: (key: string, name = key) => {
      world.organizations.set(key, { key, name });
      world.version += 1;
    },
  };
}

function issues(world: World) {
  const byHand = (key: string, part: Parameters<typeof changes.changeByHand>[2]) =>
    changes.changeByHand(world, key, part);
  return {
    accept: (key: string) => byHand(key, { state: 'RESOLVED', resolution: 'WONTFIX' }),
    falsePositive: (key: string) => byHand(key, { state: 'RESOLVED', resolution: 'FALSE-POSITIVE' }),
    confirm: (key: string) => byHand(key, { state: 'CONFIRMED', resolution: null }),
    reopen: (key: string) => byHand(key, { state: 'REOPENED', resolution: null, closed: null }),
    setSeverity: (key: string, severity: Severity) => changes.setSeverity(world, key, severity),
    setTags: (key: string, tags: readonly string[]) => byHand(key, { tags: [...tags] }),
    assign: (key: string, login: string | null) => byHand(key, { assignee: login }),
    closeIssue: (key: string) => changes.closeKeys(world, [key], seconds(world.now())),
    dropIssue: (key: string) => changes.drop(world, key),
    moveLine: (key: string, line: number) => changes.moveLine(world, key, line),
    purgeClosedBefore: (date: Date, projectKey?: string, name: ScopeName = {}) =>
      changes.purgeClosed(
        world,
        seconds(date),
        projectKey === undefined ? undefined : build.scopeOf(world, projectKey, name),
      ),
  };
}
