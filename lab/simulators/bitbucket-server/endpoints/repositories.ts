import { json, type Reply } from '../../wire/reply.ts';
import { alike } from '../texts.ts';
import {
  booleanIn,
  type Call,
  choice,
  type Endpoint,
  endpointsOf,
  objectIn,
  optional,
  optionalBody,
  param,
  repositoryPath,
  textIn,
} from '../call.ts';
import { conflict, noSuchProject } from '../errors.ts';
import { findProject, repositoryOf } from '../locate.ts';
import { paged } from '../paging.ts';
import { demand, demandUser, levelNamed, projectLevel, repositoryLevel } from '../permissions.ts';
import { isAtLeast } from '../profiles.ts';
import { deleteRepository, forkRepository, moveRepository, personalProject } from '../state/places.ts';
import type { Repository } from '../world.ts';
import { repositoryView } from '../views/places.ts';
import { tellRepositoryModified } from '../webhooks/bodies.ts';

const api = endpointsOf('api');
const permissions = ['REPO_READ', 'REPO_WRITE', 'REPO_ADMIN'] as const;

/** Filters over names and visibility; what a version does not know yet it does not filter by. */
function listed(call: Call): (repository: Repository) => boolean {
  const { world } = call;
  const part = (name: string): string => optional(call, name)?.toLowerCase() ?? '';
  const [name, project] = [part('name'), part('projectname')];
  const key = isAtLeast(world.profile, [7, 0]) ? part('projectkey') : '';
  const visibility = choice(call, 'visibility', ['public', 'private'] as const);
  const hasArchive = isAtLeast(world.profile, [8, 0]);
  const archived = hasArchive ? (choice(call, 'archived', ['ACTIVE', 'ARCHIVED', 'ALL'] as const) ?? 'ACTIVE') : 'ALL';
  return (one) =>
    one.name.toLowerCase().includes(name) &&
    one.project.name.toLowerCase().includes(project) &&
    (key === '' || one.project.key.toLowerCase() === key) &&
    (visibility === undefined || (visibility === 'public') === (one.public || one.project.public)) &&
    (archived === 'ALL' || (archived === 'ARCHIVED') === one.archived);
}

function listRepositories(call: Call): Reply {
  const { world, subject } = call;
  const permission = choice(call, 'permission', permissions) ?? 'REPO_READ';
  const needed = levelNamed(permission, 'REPO') ?? 1;
  const isListed = listed(call);
  const found = world.repositories.filter((one) => repositoryLevel(world, subject, one) >= needed && isListed(one));
  return paged(call, found, (repository) => repositoryView(call, repository));
}

function updateRepository(call: Call): Reply {
  const repository = repositoryOf(call, 3);
  const fields = optionalBody(call);
  const key = textIn(objectIn(fields, 'project') ?? {}, 'key');
  const project = key === undefined ? undefined : findProject(call.world, key);
  if (key !== undefined && project === undefined) throw noSuchProject(key);
  if (project !== undefined) demand(call.subject, projectLevel(call.world, call.subject, project), 3);
  const before = repositoryView({ world: call.world, baseUrl: call.world.url }, repository);
  if (!moveRepository(call.world, repository, { name: textIn(fields, 'name'), project }))
    throw conflict('DuplicateEntityException', alike('A repository with this name exists there.'));
  repository.description = textIn(fields, 'description') ?? repository.description;
  repository.public = booleanIn(fields, 'public') ?? repository.public;
  repository.archived = booleanIn(fields, 'archived') ?? repository.archived;
  tellRepositoryModified(call.world, repository, before);
  return json(repositoryView(call, repository), 201);
}

async function fork(call: Call): Promise<Reply> {
  const origin = repositoryOf(call);
  const user = demandUser(call.subject);
  const fields = optionalBody(call);
  if (!origin.forkable) throw conflict('repository.RepositoryNotForkableException', alike('Forks are disabled.'));
  const key = textIn(objectIn(fields, 'project') ?? {}, 'key');
  const project = key === undefined ? personalProject(call.world, user.name) : findProject(call.world, key);
  if (project === undefined) throw noSuchProject(key ?? '');
  demand(call.subject, projectLevel(call.world, call.subject, project), 3);
  const name = textIn(fields, 'name') ?? origin.name;
  if (call.world.repositories.some((one) => one.project === project && one.name.toLowerCase() === name.toLowerCase()))
    throw conflict('DuplicateEntityException', alike(`A repository with the name ${name} exists there.`));
  return json(repositoryView(call, await forkRepository(call.world, origin, { project, name })), 201);
}

function remove(call: Call): Reply {
  deleteRepository(call.world, repositoryOf(call, 3));
  return json(
    { context: null, message: `Repository ${param(call, 'repository')} scheduled for deletion.`, exceptionName: null },
    202,
  );
}

function forks(call: Call): Reply {
  const origin = repositoryOf(call);
  const { world, subject } = call;
  const found = world.repositories.filter((one) => one.origin === origin && repositoryLevel(world, subject, one) > 0);
  return paged(call, found, (repository) => repositoryView(call, repository));
}

export const repositoryEndpoints: readonly Endpoint[] = [
  api('GET', 'repos', listRepositories),
  api('GET', repositoryPath, (call) => json(repositoryView(call, repositoryOf(call)))),
  api('PUT', repositoryPath, updateRepository),
  api('POST', repositoryPath, fork),
  api('DELETE', repositoryPath, remove),
  api('GET', `${repositoryPath}/forks`, forks),
];
