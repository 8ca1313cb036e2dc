import { json, type Reply } from '../../wire/reply.ts';
import { alike } from '../texts.ts';
import {
  booleanIn,
  type Call,
  choice,
  type Endpoint,
  endpointsOf,
  jsonBody,
  optional,
  param,
  requiredText,
  textIn,
} from '../call.ts';
import { badRequest, conflict, notPermitted } from '../errors.ts';
import { findProject, projectOf } from '../locate.ts';
import { paged } from '../paging.ts';
import { demandUser, levelNamed, projectLevel, repositoryLevel, seesProject } from '../permissions.ts';
import { addProject, addRepository } from '../state/places.ts';
import { projectView, repositoryView } from '../views/places.ts';

const api = endpointsOf('api');
const permissions = ['PROJECT_VIEW', 'PROJECT_READ', 'PROJECT_WRITE', 'PROJECT_ADMIN'] as const;

function listProjects(call: Call): Reply {
  const { world, subject } = call;
  const name = optional(call, 'name')?.toLowerCase() ?? '';
  const permission = choice(call, 'permission', permissions) ?? 'PROJECT_VIEW';
  const needed = levelNamed(permission, 'PROJECT') ?? 0;
  const found = world.projects
    .filter((project) => project.owner === null && project.name.toLowerCase().includes(name))
    .filter((project) =>
      needed === 0 ? seesProject(world, subject, project) : projectLevel(world, subject, project) >= needed,
    )
    .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  return paged(call, found, (project) => projectView(call, project));
}

function createProject(call: Call): Reply {
  if (!demandUser(call.subject).admin) throw notPermitted();
  const fields = jsonBody(call);
  const key = requiredText(fields, 'key');
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,127}$/.test(key))
    throw badRequest(alike(`'${key}' is not a valid project key.`), 'key');
  if (findProject(call.world, key) !== undefined)
    throw conflict('DuplicateEntityException', alike(`The project key ${key} is taken.`));
  const description = textIn(fields, 'description');
  const project = addProject(call.world, {
    key,
    name: textIn(fields, 'name') ?? key,
    public: booleanIn(fields, 'public') ?? false,
    ...(description === undefined ? {} : { description }),
  });
  return json(projectView(call, project), 201);
}

function projectRepositories(call: Call): Reply {
  const project = projectOf(call);
  const { world, subject } = call;
  const found = world.repositories
    .filter((one) => one.project === project && repositoryLevel(world, subject, one) > 0)
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  return paged(call, found, (repository) => repositoryView(call, repository));
}

async function createRepository(call: Call): Promise<Reply> {
  const project = projectOf(call, 3);
  const fields = jsonBody(call);
  const name = requiredText(fields, 'name');
  const defaultBranch = textIn(fields, 'defaultBranch');
  const taken = call.world.repositories.some(
    (one) => one.project === project && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken)
    throw conflict(
      'DuplicateEntityException',
      alike(`A repository with the name ${name} exists in ${param(call, 'project')}.`),
    );
  const repository = await addRepository(call.world, {
    project,
    name,
    public: booleanIn(fields, 'public') ?? false,
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
  });
  return json(repositoryView(call, repository), 201);
}

export const projectEndpoints: readonly Endpoint[] = [
  api('GET', 'projects', listProjects),
  api('POST', 'projects', createProject),
  api('GET', 'projects/{project}', (call) => json(projectView(call, projectOf(call)))),
  api('GET', 'projects/{project}/repos', projectRepositories),
  api('POST', 'projects/{project}/repos', createRepository),
];
