import { mix } from '../numbers.ts';
import type { SimulatorState } from './state/facade.ts';
import type { AnalysisSpec, IssuePlan, IssueType, RuleSpec, Severity } from './types.ts';

export type Scenario = (state: SimulatorState) => void;

const days = (count: number): number => count * 86_400_000;

const types: readonly IssueType[] = ['CODE_SMELL', 'CODE_SMELL', 'BUG', 'VULNERABILITY'];
const severities: readonly Severity[] = ['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER'];

/**
 * A mix of imported rules in which every type and severity occurs. Imported rules have no CWE of their own, only tags.
 */
export function someRules(count: number): RuleSpec[] {
  return Array.from({ length: count }, (_, at) => {
    const type = types[at % types.length] ?? 'BUG';
    const severity = severities[Math.floor(at / types.length) % severities.length] ?? 'MAJOR';
    const rule: RuleSpec = { key: `external_gen:R${at + 1}`, name: `Rule ${at + 1}`, type, severity };
    if (type === 'VULNERABILITY') rule.tags = ['cwe', `cwe-${[79, 89, 22, 502, 798][at % 5]}`];
    if (type === 'VULNERABILITY' && at % 3 === 0) rule.tags = ['former-hotspot', ...(rule.tags ?? [])];
    return rule;
  });
}

export interface EqualIssues {
  /** Key of the project; default `equal-issues`. */
  key?: string;
  /** All in one file, or spread over hundreds of directories. */
  layout: 'one_file' | 'directories';
  /** Default: an instant fixed for all runs. */
  at?: Date;
  plan?: Partial<IssuePlan>;
  /** Cloud: the organization of the project; `admin` and `reader` are its members. */
  organization?: string;
}

/**
 * `count` issues of the same creation second, type, severity and rule: no filter can tell them apart but the file, and
 * in the layout `one_file` not even that.
 */
export function equalIssues(count: number, options: EqualIssues): Scenario {
  const spread = { files: Math.max(1, Math.ceil(count / 15)), directories: 400 };
  const plan: IssuePlan = { count, ...(options.layout === 'one_file' ? {} : spread), ...options.plan };
  return (state) => {
    const at = options.at ?? new Date('2026-06-01T10:00:00Z');
    const { key = 'equal-issues', organization } = options;
    if (organization !== undefined) joinOrganization(state, organization);
    state.addProject({
      key,
      ...(organization === undefined ? {} : { organization }),
      analyses: [{ at, version: '1', issues: plan }],
    });
  };
}

/** Makes the users of a fresh simulator members of an organization. */
function joinOrganization(state: SimulatorState, key: string): void {
  state.addOrganization(key, key[0]?.toUpperCase() + key.slice(1));
  for (const login of ['admin', 'reader']) state.world.users.get(login)?.organizations.push(key);
}

export interface Big {
  projects: number;
  /** Issues of each project, on average. */
  issuesPerProject: number;
  /** One project holds this share of all issues; default 0. */
  skew?: number;
  seed?: number;
  /** Analyses of each project; default 3. */
  analyses?: number;
  /** The moment before which everything happened; default: the clock of the server. */
  madeAt?: Date;
}

/** Many projects with a history over six months, for benchmarks: 1,000,000 issues and more. */
export function big({ projects, issuesPerProject, skew = 0, seed = 1, analyses = 3, madeAt }: Big): Scenario {
  return (state) => {
    const rules = someRules(40);
    const now = (madeAt ?? state.world.now()).getTime();
    const total = projects * issuesPerProject;
    const large = Math.floor(total * skew);
    const small = Math.floor((total - large) / Math.max(1, skew > 0 ? projects - 1 : projects));
    for (let at = 0; at < projects; at += 1) {
      const count = skew > 0 && at === 0 ? large : small;
      state.addProject({
        key: `big-${String(at).padStart(5, '0')}`,
        name: `Big ${at}`,
        analyses: history({ count, rules, seed: mix(seed, at, 80), now, analyses }),
      });
    }
  };
}

interface History {
  count: number;
  rules: readonly RuleSpec[];
  seed: number;
  now: number;
  analyses: number;
}

/** The first analysis finds all issues; the later ones only move dates and measures. */
function history({ count, rules, seed, now, analyses }: History): AnalysisSpec[] {
  const step = Math.floor(180 / Math.max(1, analyses));
  return Array.from({ length: analyses }, (_, at) => {
    const date = new Date(now - days(step * (analyses - at)) + (seed % 86_400) * 1000);
    const analysis: AnalysisSpec = { at: date, version: String(at + 1), revision: revision(seed, at) };
    if (at > 0) return analysis;
    const createdAt = { from: new Date(date.getTime() - days(365)), to: date };
    const files = Math.max(1, Math.ceil(count / 40));
    const states = { closed: 0.05, accepted: 0.02, falsePositive: 0.01 };
    return { ...analysis, issues: { count, rules, seed, files, directories: 50, createdAt, ...states } };
  });
}

/** A commit hash that depends on its arguments only. */
export function revision(seed: number, at: number): string {
  return [1, 2, 3, 4, 5]
    .map((part) =>
      mix(seed, at, 90 + part)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
}

/** A few small projects that show one thing each: what a person sees when starting the simulator by hand. */
export function small(state: SimulatorState): void {
  const now = state.world.now().getTime();
  const rules = someRules(20);
  for (const [at, key] of ['shop', 'billing', 'search'].entries())
    state.addProject({
      key,
      name: key[0]?.toUpperCase() + key.slice(1),
      analyses: [
        ...history({ count: 200 + at * 100, rules, seed: at + 1, now, analyses: 4 }),
        {
          at: new Date(now - days(1)),
          version: '5',
          close: 5,
          issues: { count: 12, rules },
          revision: revision(at, 5),
          gate: failedGate(12),
        },
      ],
    });
  state.addProject({ key: 'never-analysed' });
  if (!state.world.profile.branches) return;
  state.addBranch('shop', { name: 'release/1.x', analyses: [{ issues: { count: 8, rules } }] });
  state.addPullRequest('shop', {
    key: '102',
    branch: 'feature/bad',
    analyses: [{ issues: { count: 6, rules }, gate: failedGate(6) }],
  });
}

export const failedGate = (issues: number): NonNullable<AnalysisSpec['gate']> => ({
  status: 'ERROR',
  conditions: [{ metric: 'new_violations', comparator: 'GT', threshold: '0', actual: String(issues), status: 'ERROR' }],
});

/** Cloud: the user belongs to two organizations; a third one is somebody else's. */
export function twoOrganizations(state: SimulatorState): void {
  joinOrganization(state, 'acme');
  joinOrganization(state, 'globex');
  state.addOrganization('initech', 'Initech');
  const rules = someRules(20);
  for (const organization of ['acme', 'globex', 'initech'])
    for (const name of ['api', 'web'])
      state.addProject({
        key: `${organization}_${name}`,
        name,
        organization,
        visibility: organization === 'initech' ? 'private' : 'public',
        analyses: [{ version: '1', issues: { count: 300, rules, files: 30, directories: 5 } }],
      });
}
