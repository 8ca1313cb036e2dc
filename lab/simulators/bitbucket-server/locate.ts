import { noSuchCommit, noSuchProject, noSuchPullRequest, noSuchRepository, badRequest } from './errors.ts';
import { type Call, param } from './call.ts';
import { demand, projectLevel, refusal, repositoryLevel, seesProject } from './permissions.ts';
import type { PullRequest } from './model.ts';
import type { Level, Project, Repository, World } from './world.ts';

/** What a path names, in the order in which the server looks: project, repository, commit or pull request. */

export const findProject = (world: World, key: string): Project | undefined =>
  world.projects.find((project) => project.key.toLowerCase() === key.toLowerCase());

export const findRepository = (world: World, project: Project, slug: string): Repository | undefined =>
  world.repositories.find((one) => one.project === project && one.slug === slug.toLowerCase());

export const placeOf = (project: string, slug: string): string => `${project}/${slug}`.toLowerCase();

/** Thrown when a repository was found at a place that it has left. */
export class MovedError extends Error {
  readonly repository: Repository;
  constructor(repository: Repository) {
    super('moved');
    this.repository = repository;
  }
}

/** The project of the path; `needed` 0: whoever sees it. */
export function projectOf(call: Call, needed: Level = 0): Project {
  const { world, subject } = call;
  const project = findProject(world, param(call, 'project'));
  if (project === undefined) throw noSuchProject(param(call, 'project'));
  if (!seesProject(world, subject, project)) throw refusal(subject);
  demand(subject, projectLevel(world, subject, project), needed);
  return project;
}

export function repositoryOf(call: Call, needed: Level = 1): Repository {
  const { world, subject } = call;
  const repository = repositoryNamed(call, param(call, 'project'), param(call, 'repository'));
  demand(subject, repositoryLevel(world, subject, repository), needed);
  return repository;
}

function repositoryNamed(call: Call, key: string, slug: string): Repository {
  const { world, subject } = call;
  const project = findProject(world, key);
  const moved = world.moved.get(placeOf(key, slug));
  if (project === undefined) {
    if (moved !== undefined) return movedTo(world, moved);
    throw noSuchProject(key);
  }
  const repository = findRepository(world, project, slug);
  if (repository !== undefined) return repository;
  if (moved !== undefined) return movedTo(world, moved);
  if (!seesProject(world, subject, project)) throw refusal(subject);
  throw noSuchRepository(project.key, slug);
}

function movedTo(world: World, repository: Repository): Repository {
  if (world.renames === 'redirect') throw new MovedError(repository);
  return repository;
}

/** The whole hash of a commit that the repository knows. */
export async function commitOf(call: Call, repository: Repository, name = 'commit'): Promise<string> {
  const commit = param(call, name).toLowerCase();
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw badRequest(
      {
        en: `'${param(call, name)}' is an invalid commit ID. A full 40 character hash is required.`,
        de: `'${param(call, name)}' ist keine gültige Commit-ID. Ein vollständiger Hash mit 40 Zeichen wird benötigt.`,
      },
      'commitId',
    );
  if (!(await repository.git.has(commit))) throw noSuchCommit(commit, repository.slug);
  return commit;
}

export function pullRequestOf(call: Call, repository: Repository): PullRequest {
  const id = param(call, 'id');
  const pull = repository.pullRequests.find((one) => String(one.id) === id);
  if (pull === undefined) throw noSuchPullRequest(id, `${repository.project.key}/${repository.slug}`);
  return pull;
}
