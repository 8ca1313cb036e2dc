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

export interface ScopeState {
  /** Newest analysis of the scope as the server says now; null when it cannot be read. */
  analyzedAt: string | null;
  /** A call that fails without Browse has just succeeded: what is not listed is gone, not hidden. */
  browse: boolean;
}

/**
 * Asked before and after a listing: has the scope been analysed meanwhile, and may we still read it? An empty answer of
 * the search says neither.
 */
export async function readScopeState(reader: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const ways = scope.kind === 'branch' ? [byAnalyses, byHistory, byBranchList] : [byPullRequestList, byHistory];
  for (const way of ways) {
    try {
      return await way(reader, project, scope);
    } catch (error) {
      if (isPlumblineError(error, 'project_not_found')) return { analyzedAt: null, browse: false };
      if (!isClosed(error)) throw error;
    }
  }
  return { analyzedAt: null, browse: false };
}

async function byAnalyses({ client }: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const params = { project, branch: scope.params.branch, ps: 1 };
  const { analyses } = await client.get(AnalysesSearch, 'api/project_analyses/search', params);
  return { analyzedAt: toInstant((analyses[0] as { date?: unknown } | undefined)?.date), browse: true };
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
  return { analyzedAt: toInstant(last.measures[0]?.history.at(-1)?.date), browse: true };
}

async function byPullRequestList(reader: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const { pullRequests } = await reader.client.get(PullRequestsList, 'api/project_pull_requests/list', { project });
  const found = pullRequests
    .map((raw) => ListedPullRequest.safeParse(raw))
    .find((parsed) => parsed.success && parsed.data.key === scope.params.pullRequest);
  const browse = (await probeComponent(reader, project)) || (await isListed(reader, project));
  return { analyzedAt: toInstant(found?.data?.analysisDate), browse: browse && found !== undefined };
}

/** An analysis token may read neither of the above; the list of projects shows exactly what its search of issues shows. */
async function byBranchList(reader: Reader, project: string, scope: ScopeRef): Promise<ScopeState> {
  const { branches } = await reader.client.get(BranchesList, 'api/project_branches/list', { project });
  const found = branches
    .map((raw) => ListedBranch.safeParse(raw))
    .find((parsed) => parsed.success && (scope.isMain ? parsed.data.isMain : parsed.data.name === scope.name));
  return { analyzedAt: toInstant(found?.data?.analysisDate), browse: await isListed(reader, project) };
}

async function probeComponent({ client }: Reader, project: string): Promise<boolean> {
  try {
    return (await client.get(ComponentShow, 'api/components/show', { component: project })).component.key === project;
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return false;
    throw error;
  }
}

async function isListed({ client, settings }: Reader, project: string): Promise<boolean> {
  const organization = settings.organization.length === 1 ? settings.organization[0] : undefined;
  const params = { filter: `query = "${project.replaceAll('"', '')}"`, organization, ps: 100 };
  try {
    const { components } = await client.get(ProjectsSearch, 'api/components/search_projects', params);
    return components.some((component) => (component as { key?: unknown }).key === project);
  } catch (error) {
    if (isPlumblineError(error)) return false;
    throw error;
  }
}
