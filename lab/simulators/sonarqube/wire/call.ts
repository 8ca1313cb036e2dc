import type { Profile } from '../profiles.ts';
import type { Project, Scope, World } from '../state/model.ts';
import { scopeNamed } from '../state/world.ts';
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
  const value = optional(call, name);
  if (value === undefined) return undefined;
  if (!['true', 'false', 'yes', 'no'].includes(value))
    throw badRequest(`Value of parameter '${name}' (${value}) must be one of: [true, false, yes, no]`);
  return value === 'true' || value === 'yes';
}

/** Values out of a closed set, with the server's words for others. */
export function choices<T extends string>(call: Call, allowed: readonly T[], ...names: string[]): T[] | undefined {
  const values = list(call, ...names);
  for (const value of values ?? [])
    if (!(allowed as readonly string[]).includes(value))
      throw badRequest(`Value of parameter '${names[0]}' (${value}) must be one of: [${allowed.join(', ')}]`);
  return values as T[] | undefined;
}

export interface Paging {
  page: number;
  size: number;
  /** Index of the first row. */
  from: number;
}

export interface PagingRules {
  defaultSize?: number;
  maximum?: number;
  /** `declared`: the maximum is in the endpoint's definition, which words the refusal differently. */
  check?: 'declared' | 'runtime';
}

export function paging(call: Call, rules: PagingRules = {}): Paging {
  const { defaultSize = 100, maximum = 500, check = 'declared' } = rules;
  const page = integer(call, 'p') ?? 1;
  const size = integer(call, 'ps') ?? defaultSize;
  if (page < 1) throw badRequest(`Page must be greater or equal to 1 (got ${page})`);
  if (size > maximum && check === 'declared') throw badRequest(`'ps' value (${size}) must be less than ${maximum}`);
  if (size < 1 || size > maximum) throw badRequest(`Page size must be between 1 and ${maximum} (got ${size})`);
  return { page, size, from: (page - 1) * size };
}

function integer(call: Call, name: string): number | undefined {
  const value = optional(call, name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value))
    throw badRequest(`The '${name}' parameter cannot be parsed as an integer value: ${value}`);
  return Number(value);
}

/** Elasticsearch's window: no row beyond the first 10,000 (section 3.3). */
export const resultWindow = 10_000;

export function withinWindow(page: Paging): Paging {
  const last = page.page * page.size;
  if (last > resultWindow)
    throw badRequest(`Can return only the first ${resultWindow} results. ${last}th result asked.`);
  return page;
}

export const pagingOf = (page: Paging, total: number) => ({ pageIndex: page.page, pageSize: page.size, total });

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
