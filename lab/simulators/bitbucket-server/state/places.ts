import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createGit } from '../git/store.ts';
import { findRepository, placeOf } from '../locate.ts';
import { type Level, nextId, type Project, type Repository, type World } from '../world.ts';
import { noRules } from './check-model.ts';
import { userNamed } from './people.ts';

export interface ProjectWish {
  key: string;
  name?: string;
  description?: string;
  public?: boolean;
  /** What every licensed user may there; default nothing. */
  everybody?: 'read' | 'write' | 'admin';
}

const levelOf: Record<string, Level> = { read: 1, write: 2, admin: 3 };

export function addProject(world: World, wish: ProjectWish): Project {
  const project: Project = {
    id: nextId(world),
    key: wish.key.toUpperCase(),
    name: wish.name ?? wish.key,
    description: wish.description ?? null,
    public: wish.public ?? false,
    owner: null,
    grants: new Map(),
    defaultLevel: levelOf[wish.everybody ?? ''] ?? 0,
    rules: noRules(true),
    webhooks: [],
  };
  world.projects.push(project);
  return project;
}

/** `~jdoe`: made when it is first needed. */
export function personalProject(world: World, name: string): Project {
  const owner = userNamed(world, name);
  const there = world.projects.find((project) => project.owner === owner);
  if (there !== undefined) return there;
  const project = addProject(world, { key: `~${owner.slug}`, name: owner.displayName });
  return Object.assign(project, { key: `~${owner.slug}`, owner });
}

export interface RepositoryWish {
  project: Project;
  name: string;
  description?: string;
  public?: boolean;
  forkable?: boolean;
  /** Default `main`; need not exist. */
  defaultBranch?: string;
}

/** `My Repo` is `my-repo`; dots and underscores stay. */
export const slugOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 128);

export async function addRepository(
  world: World,
  wish: RepositoryWish,
  origin: Repository | null = null,
): Promise<Repository> {
  const id = nextId(world);
  const git = await createGit(join(world.directory, String(id)), origin?.git);
  const repository: Repository = {
    id,
    slug: slugOf(wish.name),
    name: wish.name,
    description: wish.description ?? null,
    project: wish.project,
    public: wish.public ?? false,
    archived: false,
    forkable: wish.forkable ?? true,
    origin,
    hierarchyId: origin?.hierarchyId ?? createHash('sha256').update(`hierarchy ${id}`).digest('hex').slice(0, 20),
    grants: new Map(),
    git,
    defaultBranch: `refs/heads/${wish.defaultBranch ?? 'main'}`,
    pullRequests: [],
    reports: new Map(),
    rules: noRules(false),
    requiredBuilds: [],
    defaultReviewers: new Set(),
    webhooks: [],
  };
  world.repositories.push(repository);
  world.moved.delete(placeOf(wish.project.key, repository.slug));
  return repository;
}

/** A fork in a user's personal project, or in another one. */
export function forkRepository(
  world: World,
  origin: Repository,
  into: { user: string; name?: string } | { project: Project; name?: string },
): Promise<Repository> {
  const project = 'user' in into ? personalProject(world, into.user) : into.project;
  const defaultBranch = origin.defaultBranch.replace('refs/heads/', '');
  return addRepository(world, { project, name: into.name ?? origin.name, defaultBranch }, origin);
}

/** Another name, another project, or both; the old address leads to the new one. Undefined: that place is taken. */
export function moveRepository(
  world: World,
  repository: Repository,
  to: { name?: string | undefined; project?: Project | undefined },
): boolean {
  const project = to.project ?? repository.project;
  const name = to.name ?? repository.name;
  const there = findRepository(world, project, slugOf(name));
  if (there !== undefined && there !== repository) return false;
  const before = placeOf(repository.project.key, repository.slug);
  Object.assign(repository, { project, name, slug: slugOf(name) });
  const after = placeOf(project.key, repository.slug);
  if (after !== before) world.moved.set(before, repository);
  world.moved.delete(after);
  return true;
}

export function deleteRepository(world: World, repository: Repository): void {
  world.repositories = world.repositories.filter((one) => one !== repository);
  for (const one of world.repositories) if (one.origin === repository) one.origin = null;
  for (const [place, moved] of world.moved) if (moved === repository) world.moved.delete(place);
}
