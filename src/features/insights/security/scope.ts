import type { AssetType, Severity } from '../contract.ts';

/** What a request asks about. Null means all. */
export interface Scope {
  projects: readonly number[] | null;
  severities: readonly Severity[] | null;
  assetTypes: readonly AssetType[] | null;
  branchClasses: readonly BranchClass[];
  counting: CountingName;
}

/** As each server's mode counts, or as its other mode would. */
export type CountingName = 'server' | 'other';

/** Pull requests are never counted: each of their findings stands on a branch, too, once it is merged. */
export type BranchClass = 'main' | 'branch';

export const severities = ['critical', 'high', 'medium', 'low', 'unrated'] as const satisfies readonly Severity[];

interface FilterFields {
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
  kind: string,
  ids: readonly number[],
  branches: readonly string[],
  assets: readonly string[] | null,
  counting: string,
] {
  const all = scope.projects === null;
  return [
    all ? 'organization' : 'project',
    all ? [0] : (scope.projects ?? []),
    scope.branchClasses,
    scope.assetTypes,
    scope.counting,
  ];
}

export function includesSeverity(scope: Scope, severity: Severity): boolean {
  return scope.severities === null || scope.severities.includes(severity);
}
