import { isPlumblineError } from '../../../platform/errors/index.ts';
import { isClosed, type Reader, type ScopeRef } from '../reader.ts';
import type { BranchRecord } from '../records.ts';

const prefix = 'companion:';

/** Scope name of a companion in the events of its main project. */
export const companionScope = (key: string): string => `${prefix}${key}`;

/** Key of the project that a scope of `project` is read from. */
export const projectOfScope = (scope: string, project: string): string =>
  scope.startsWith(prefix) ? scope.slice(prefix.length) : project;

export const isCompanionScope = (scope: string): boolean => scope.startsWith(prefix);

export interface CompanionListing {
  records: BranchRecord[];
  scopes: ScopeRef[];
  /** False where one could not be looked at: then nothing is said about those that are not listed. */
  certain: boolean;
}

/** Companions of a project as scopes of it, all or those that are named; one that the server has no more is gone as a closed pull request is. */
export async function listCompanions(
  { request }: Reader,
  project: string,
  branchesOf: (project: string) => Promise<readonly BranchRecord[] | null>,
  named?: ReadonlySet<string>,
): Promise<CompanionListing> {
  const listing: CompanionListing = { records: [], scopes: [], certain: true };
  const wanted = (request.facts?.companions ?? []).filter(
    ({ key, of }) => of === project && named?.has(companionScope(key)) !== false,
  );
  for (const { key, name } of wanted) {
    const branches = await branchesOf(key).catch((error: unknown) => {
      if (isPlumblineError(error, 'project_not_found')) return [];
      if (isClosed(error)) return null;
      throw error;
    });
    if (branches === null) listing.certain = false;
    const main = branches?.find(({ isMain }) => isMain);
    if (main === undefined) continue;
    const scope = companionScope(key);
    const { analyzedAt, gateStatus } = main;
    listing.records.push({
      ...main,
      key: scope,
      kind: 'companion',
      name,
      isMain: false,
      excludedFromPurge: null,
    });
    listing.scopes.push({
      key: scope,
      project: key,
      companion: true,
      kind: 'branch',
      name: main.name,
      isMain: true,
      params: {},
      analyzedAt,
      gateStatus,
    });
  }
  return listing;
}
