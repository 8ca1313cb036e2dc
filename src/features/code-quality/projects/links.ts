import { trimEndCharacter } from '../../../domain/text-edges.ts';
import type { BranchKind } from '../slice.ts';

/** Pages of SonarQube itself. `base` is the address a person configured, null when the integration is being deleted. */
export function projectLink(base: string | null, projectKey: string, branch?: BranchRef): string | null {
  return link(base, 'dashboard', placeOf(projectKey, branch));
}

export function findingLink(
  base: string | null,
  projectKey: string,
  finding: { key: string; kind: 'issue' | 'hotspot'; branch: BranchRef },
): string | null {
  const place = placeOf(projectKey, finding.branch);
  if (finding.kind === 'hotspot') return link(base, 'security_hotspots', { ...place, hotspots: finding.key });
  return link(base, 'project/issues', { ...place, issues: finding.key, open: finding.key });
}

export interface BranchRef {
  kind: BranchKind;
  /** As streams name it. */
  scope: string;
  name: string;
  isMain: boolean;
}

/** A companion has pages of its own, under its own key. */
function placeOf(projectKey: string, branch: BranchRef | undefined): Record<string, string> {
  if (branch?.kind === 'companion') return { id: branch.scope.slice('companion:'.length) };
  return { id: projectKey, ...branchParameter(branch) };
}

/** The main branch is meant without a name: its name moves, the pointer does not. */
function branchParameter(branch: BranchRef | undefined): Record<string, string> {
  if (branch === undefined || branch.isMain) return {};
  return branch.kind === 'pull_request' ? { pullRequest: branch.name } : { branch: branch.name };
}

function link(base: string | null, path: string, query: Record<string, string>): string | null {
  return base === null ? null : `${trimEndCharacter(base, '/')}/${path}?${new URLSearchParams(query)}`;
}
