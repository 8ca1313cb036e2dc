import type { AssetType, Severity } from '../contract.ts';

/** What a request asks about. Null means all. */
export interface Scope {
  /** A node of an org tree whose own numbers answer: `projects` are all that it holds. */
  node: number | null;
  projects: readonly number[] | null;
  severities: readonly Severity[] | null;
  assetTypes: readonly AssetType[] | null;
  branchClasses: readonly BranchClass[];
  counting: CountingName;
  /** Projects that come to the node or leave it and are not counted so yet: what is said is of before. */
  recomputing: number;
}

/** As each server's mode counts, or as its other mode would. */
export type CountingName = 'server' | 'other';

/** Pull requests are never counted: each of their findings stands on a branch, too, once it is merged. */
export type BranchClass = 'main' | 'branch';

export const severities = ['critical', 'high', 'medium', 'low', 'unrated'] as const satisfies readonly Severity[];

export interface FilterFields {
  projects?: number[] | undefined;
  severity?: Severity[] | undefined;
  assetType?: AssetType[] | undefined;
  branchScope: 'main' | 'all';
  counting?: CountingName | undefined;
}

/** An empty list in an address means the same as none. */
export function scopeOf(query: FilterFields): Scope {
  const some = <T>(list: T[] | undefined): T[] | null =>
    list === undefined || list.length === 0 ? null : [...new Set(list)];
  return {
    node: null,
    recomputing: 0,
    projects: some(query.projects),
    severities: some(query.severity),
    assetTypes: some(query.assetType),
    branchClasses: query.branchScope === 'main' ? ['main'] : ['main', 'branch'],
    counting: query.counting ?? 'server',
  };
}

/** Which rows of the roll-ups answer for the scope, as the first parameters of every statement over them. */
export function nodeParameters(
  scope: Scope,
): [
  kind: 'organization' | 'tree_node' | 'project',
  ids: readonly number[],
  branches: readonly string[],
  assets: readonly string[] | null,
  counting: string,
] {
  const [kind, ids] =
    scope.node !== null
      ? (['tree_node', [scope.node]] as const)
      : scope.projects === null
        ? (['organization', [0]] as const)
        : (['project', scope.projects] as const);
  return [kind, ids, scope.branchClasses, scope.assetTypes, scope.counting];
}

/** Whether what waits counts: `$1` is the kind and `$2` the ids of {@link nodeParameters}. */
export const waitsForNode = (projectId: string): string =>
  `($1 = 'organization' or ($1 = 'project' and ${projectId} = any($2::bigint[]))
     or ($1 = 'tree_node' and ${projectId} in (select h.project_id from insights.node_projects h where h.node_id = any($2::bigint[]))))`;

export function includesSeverity(scope: Scope, severity: Severity): boolean {
  return scope.severities === null || scope.severities.includes(severity);
}
