import { isPlumblineError } from '../../../platform/errors/index.ts';
import { toInstant, toServerDate } from '../instant.ts';
import { isClosed, type Reader, type ScopeRef } from '../reader.ts';
import {
  AnalysesSearch,
  BranchesList,
  ComponentShow,
  ListedBranch,
  ListedPullRequest,
  MeasureHistory,
  ProjectsSearch,
  PullRequestsList,
} from '../schema.ts';

/**
 * May the token see the findings of a project? `granted`: a call that fails without Browse has just succeeded, so what is
 * not listed is gone, not hidden. `refused`: the server said no, and nothing says otherwise. `unknown`: nobody could say.
 */
export type Access = 'granted' | 'refused' | 'unknown';

export interface ScopeState {
  /** Newest analysis of the scope as the server says now; null when it cannot be read. */
  analyzedAt: string | null;
  access: Access;
  /** The server's own words of a refusal. */
  upstream?: string;
}

/**
 * Asked before and after a listing: has the scope been analysed meanwhile, and may we still read it? An empty answer of
 * the search says neither.
 */
export async function readScopeState(reader: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const ways = scope.kind === 'branch' ? [byAnalyses, byHistory, byBranchList] : [byPullRequestList, byHistory];
  const best: ScopeState = { analyzedAt: null, access: 'unknown' };
  for (const way of ways) {
    try {
      const state = await way(reader, project, scope);
      best.analyzedAt ??= state.analyzedAt;
      if (state.access === 'granted') return { ...best, access: 'granted' };
      if (state.access === 'refused') best.access = 'refused';
    } catch (error) {
      if (isPlumblineError(error, 'project_not_found')) return { analyzedAt: null, access: 'unknown' };
      if (!isClosed(error)) throw error;
      if (error.code !== 'invalid_permissions') continue;
      best.access = 'refused';
      if (error.upstream !== undefined) best.upstream = error.upstream;
    }
  }
  return best;
}

async function byAnalyses({ client }: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const params = { project, branch: scope.params.branch, ps: 1 };
  const { analyses } = await client.get(AnalysesSearch, 'api/project_analyses/search', params);
  return { analyzedAt: toInstant((analyses[0] as { date?: unknown } | undefined)?.date), access: 'granted' };
}

/** Needs Browse as well, and is the one such call that a proxy for the vendor's six endpoints lets pass. */
async function byHistory({ client }: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const from = scope.analyzedAt === null ? undefined : toServerDate(new Date(scope.analyzedAt));
  const read = (page: number): Promise<ReturnType<typeof MeasureHistory.parse>> => {
    const params = { component: project, ...scope.params, metrics: 'alert_status', from, p: page, ps: 1000 };
    return client.get(MeasureHistory, 'api/measures/search_history', params);
  };
  const first = await read(1);
  const pages = Math.ceil(first.paging.total / 1000);
  const last = pages > 1 ? await read(pages) : first;
  return { analyzedAt: toInstant(last.measures[0]?.history.at(-1)?.date), access: 'granted' };
}

async function byPullRequestList(reader: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const { pullRequests } = await reader.client.get(PullRequestsList, 'api/project_pull_requests/list', { project });
  const found = pullRequests
    .map((raw) => ListedPullRequest.safeParse(raw))
    .find((parsed) => parsed.success && parsed.data.key === scope.params.pullRequest);
  const analyzedAt = toInstant(found?.data?.analysisDate);
  if (found === undefined) return { analyzedAt, access: 'unknown' };
  const shown = await accessByShow(reader, project);
  return { analyzedAt, access: shown === 'granted' ? shown : await accessByList(reader, project) };
}

/** An analysis token may read neither of the above; the list of projects shows exactly what its search of issues shows. */
async function byBranchList(reader: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const { branches } = await reader.client.get(BranchesList, 'api/project_branches/list', { project });
  const found = branches
    .map((raw) => ListedBranch.safeParse(raw))
    .find((parsed) => parsed.success && (scope.isMain ? parsed.data.isMain : parsed.data.name === scope.name));
  return { analyzedAt: toInstant(found?.data?.analysisDate), access: await accessByList(reader, project) };
}

async function accessByShow({ client }: Reader, project: string): Promise<Access> {
  try {
    const { component } = await client.get(ComponentShow, 'api/components/show', { component: project });
    return component.key === project ? 'granted' : 'unknown';
  } catch (error) {
    if (isPlumblineError(error, 'invalid_permissions')) return 'refused';
    if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return 'unknown';
    throw error;
  }
}

/** Does an administrator's list, which names also what it may not browse, know the project? False where it is closed. */
export async function isKnown({ client }: Reader, project: string): Promise<boolean> {
  try {
    const { components } = await client.get(ProjectsSearch, 'api/projects/search', { projects: project, ps: 100 });
    return components.some((component) => (component as { key?: unknown }).key === project);
  } catch (error) {
    if (isPlumblineError(error)) return false;
    throw error;
  }
}

const listedAtMost = 100;

/** The list of projects that anybody may ask names what its caller may browse, and nothing else. */
async function accessByList({ client, settings }: Reader, project: string): Promise<Access> {
  const organization = settings.organization.length === 1 ? settings.organization[0] : undefined;
  const params = { filter: `query = "${project.replaceAll('"', '')}"`, organization, ps: listedAtMost };
  try {
    const { components, paging } = await client.get(ProjectsSearch, 'api/components/search_projects', params);
    if (components.some((component) => (component as { key?: unknown }).key === project)) return 'granted';
    return paging.total > listedAtMost ? 'unknown' : 'refused';
  } catch (error) {
    if (isPlumblineError(error)) return 'unknown';
    throw error;
  }
}
