import type { Batch } from '../issues/batch.ts';
import { below } from '../issues/paths.ts';
import { mainBranchOf, type Project, type Scope, scopesOf } from '../state/model.ts';
import { scopeNamed } from '../state/world.ts';
import { type Call, list, optional, scopeWords } from '../call.ts';
import { ApiError } from '../reply.ts';
import { ownerSees } from '../subject.ts';
import { componentNames } from './issue-parameters.ts';

export interface SearchedScopes {
  scopes: Scope[];
  inScope?: (scope: Scope, batch: Batch) => ((i: number) => boolean) | null;
}

/**
 * Where `issues/search` looks. What is unknown, private or of another name gives an empty answer, never an error;
 * without a component filter it is the main branches of everything visible, whatever `branch` says.
 */
export function searchedScopes(call: Call): SearchedScopes {
  const components = list(call, ...componentNames(call));
  const keys = components ?? list(call, 'projects');
  if (!keys) return { scopes: visibleScopes(call) };
  const words = scopeWords(call);
  if (words.branch !== undefined && words.pullRequest !== undefined)
    throw new ApiError(500, 'An error has occurred. Please contact your administrator');
  const wanted = new Map<Scope, string[]>();
  for (const key of keys) addComponent(call, key, wanted);
  const restricted = [...wanted.values()].some((paths) => !paths.includes(''));
  if (!restricted) return { scopes: [...wanted.keys()] };
  return { scopes: [...wanted.keys()], inScope: (scope, batch) => anyBelow(batch, wanted.get(scope) ?? []) };
}

/** Main branches of everything visible. */
export function visibleScopes(call: Call): Scope[] {
  const visible = [...call.world.projects.values()].filter((project) => sees(call, project));
  // Keys may be of any branch or pull request; each issue tells its own.
  if (optional(call, 'issues')) return visible.flatMap(scopesOf);
  return visible.map(mainBranchOf);
}

function addComponent(call: Call, key: string, wanted: Map<Scope, string[]>): void {
  const { project, path } = splitComponent(call, key);
  if (!project || !sees(call, project)) return;
  const words = scopeWords(call);
  const scopes =
    optional(call, 'issues') && words.branch === undefined && words.pullRequest === undefined
      ? scopesOf(project)
      : [scopeNamed(project, words)];
  for (const scope of scopes) if (scope) wanted.set(scope, [...(wanted.get(scope) ?? []), path]);
}

/** `project` or `project:path`; a project key may itself hold colons. */
export function splitComponent(call: Call, key: string): { project: Project | null; path: string } {
  const whole = call.world.projects.get(key);
  if (whole) return { project: whole, path: '' };
  for (let at = key.indexOf(':'); at >= 0; at = key.indexOf(':', at + 1)) {
    const project = call.world.projects.get(key.slice(0, at));
    if (project) return { project, path: key.slice(at + 1) };
  }
  return { project: null, path: '' };
}

function anyBelow(batch: Batch, paths: readonly string[]): ((i: number) => boolean) | null {
  if (paths.includes('')) return null;
  const tests = paths.map((path) => below(batch, path));
  return (i) => tests.some((test) => test(i));
}

/** Cloud: an organization that is named restricts what is seen. */
function sees(call: Call, project: Project): boolean {
  const organization = call.profile.cloud ? optional(call, 'organization') : undefined;
  if (organization !== undefined && project.organization !== organization) return false;
  return ownerSees(call.world, call.subject, project);
}
