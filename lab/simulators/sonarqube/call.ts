import type { Profile } from './profiles.ts';
import type { Project, Scope, World } from './state/model.ts';
import { scopeNamed } from './state/world.ts';
import { badRequest, forbidden, notFound, type Reply } from './reply.ts';
import { canBrowse, type Subject } from './subject.ts';

/** One request, as an endpoint sees it. */
export interface Call {
  world: World;
  profile: Profile;
  subject: Subject;
  query: URLSearchParams;
  /** Base URL under which the server was asked. */
  baseUrl: string;
  /** Rows that the fault `overlap` shifts a page of `issues/list` by. */
  overlap: number;
}

export interface Endpoint {
  method: 'GET' | 'POST';
  /** Below the base URL. */
  path: string;
  /** Which servers have it; default all. */
  on?: (profile: Profile) => boolean;
  /** Parameters with a closed set of values, refused before anything else is looked at. */
  choices?: Record<string, (profile: Profile) => readonly string[]>;
  /** Answered without credentials although authentication is forced. */
  open?: boolean;
  handle: (call: Call) => Reply;
}

/** A parameter that is there and not empty. */
export function optional(call: Call, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = call.query.get(name);
    if (value !== null && value !== '') return value;
  }
  return undefined;
}

export function required(call: Call, name: string, ...otherNames: string[]): string {
  const value = optional(call, name, ...otherNames);
  if (value === undefined) throw badRequest(`The '${name}' parameter is missing`);
  return value;
}

export function list(call: Call, ...names: string[]): string[] | undefined {
  const value = optional(call, ...names);
  return value
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Boolean parameters accept `true`, `false`, `yes`, `no`. */
export function flag(call: Call, name: string): boolean | undefined {
  const [value] = choices(call, booleans(), name) ?? [];
  return value === undefined ? undefined : value === 'true' || value === 'yes';
}

/** Values out of a closed set, with the server's words for others. */
export function choices<T extends string>(call: Call, allowed: readonly T[], name: string): T[] | undefined {
  const values = list(call, name);
  for (const value of values ?? [])
    if (!(allowed as readonly string[]).includes(value))
      throw badRequest(`Value of parameter '${name}' (${value}) must be one of: [${allowed.join(', ')}]`);
  return values as T[] | undefined;
}

/** Booleans of a definition. */
export const booleans = (): readonly string[] => ['true', 'false', 'yes', 'no'];

/** A project that must exist and be browsable; how an absent one is called differs between endpoints. */
export function browsedProject(call: Call, key: string, word: 'Project' | 'Component' | 'Component key'): Project {
  const project = findProject(call, key);
  if (!project) throw notFound(`${word} '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  return project;
}

export function findProject(call: Call, key: string): Project | null {
  return call.world.projects.get(key) ?? null;
}

/** Parameters `branch` and `pullRequest`. Community knows the first only for its main branch, the second not at all. */
export function scopeWords(call: Call): { branch?: string | undefined; pullRequest?: string | undefined } {
  return { branch: optional(call, 'branch'), pullRequest: optional(call, 'pullRequest') };
}

/** `Branch 'b' in project 'p' not found`, the words of the services that ask for a project. */
export function scopeOfProject(call: Call, project: Project): Scope {
  const words = scopeWords(call);
  const scope = scopeNamed(project, words);
  if (scope) return scope;
  const name = words.pullRequest === undefined ? `Branch '${words.branch}'` : `Pull request '${words.pullRequest}'`;
  throw notFound(`${name} in project '${project.key}' not found`);
}

/** `Component 'p' on branch 'b' not found`, the words of the services that ask for a component. */
export function scopeOfComponent(call: Call, project: Project, component = project.key): Scope {
  const words = scopeWords(call);
  const scope = scopeNamed(project, words);
  if (scope) return scope;
  if (words.pullRequest !== undefined)
    throw notFound(`Component '${component}' of pull request '${words.pullRequest}' not found`);
  throw notFound(`Component '${component}' on branch '${words.branch}' not found`);
}

/** `branch` or `pullRequest` as answers carry them: neither for the main branch. */
export function scopeMember(scope: Scope): { branch?: string; pullRequest?: string } {
  if (scope.kind === 'pullRequest') return { pullRequest: scope.name };
  return scope.isMain ? {} : { branch: scope.name };
}
