import { empty, json, type Reply } from '../../wire/reply.ts';
import { alike } from '../texts.ts';
import {
  type Call,
  choice,
  type Endpoint,
  endpointsOf,
  jsonBody,
  optional,
  param,
  repositoryPath,
  requiredText,
} from '../call.ts';
import { badRequest, conflict, noSuchBranch } from '../errors.ts';
import { resolve } from '../git/store.ts';
import { updateRef } from '../git/write.ts';
import { repositoryOf } from '../locate.ts';
import { paged } from '../paging.ts';
import { demandUser } from '../permissions.ts';
import { afterPush } from '../state/push.ts';
import type { Repository } from '../world.ts';

const api = endpointsOf('api');
const branchUtils = endpointsOf('branch-utils');

const shortName = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '');

const branchView = ({ defaultBranch }: Repository, id: string, latestCommit: string): object => ({
  id,
  displayId: shortName(id),
  type: 'BRANCH',
  latestCommit,
  latestChangeset: latestCommit,
  isDefault: id === defaultBranch,
});

/** Branches, the one that was changed last first. */
async function branches({ git }: Repository, order: string): Promise<[string, string][]> {
  const sort = order === 'ALPHABETICAL' ? 'refname' : '-committerdate';
  const lines = await git.text(['for-each-ref', `--sort=${sort}`, '--format=%(refname) %(objectname)', 'refs/heads']);
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ') as [string, string]);
}

async function listBranches(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const order = choice(call, 'orderBy', ['MODIFICATION', 'ALPHABETICAL'] as const) ?? 'ALPHABETICAL';
  const filter = optional(call, 'filterText')?.toLowerCase() ?? '';
  const found = (await branches(repository, order)).filter(([name]) => shortName(name).toLowerCase().includes(filter));
  return paged(call, found, ([id, commit]) => branchView(repository, id, commit));
}

function showDefault(call: Call): Reply {
  const { defaultBranch } = repositoryOf(call);
  return json({ id: defaultBranch, displayId: shortName(defaultBranch), type: 'BRANCH' });
}

function showDefaultOld(call: Call): Reply {
  const repository = repositoryOf(call);
  const { git, defaultBranch } = repository;
  if (git.refs.size === 0) return empty(204);
  const commit = git.refs.get(defaultBranch);
  if (commit === undefined) throw noSuchBranch(shortName(defaultBranch), repository.slug);
  return json(branchView(repository, defaultBranch, commit));
}

function setDefault(call: Call): Reply {
  const repository = repositoryOf(call, 3);
  const id = requiredText(jsonBody(call), 'id');
  repository.defaultBranch = id.startsWith('refs/') ? id : `refs/heads/${id}`;
  return empty(204);
}

async function createBranch(call: Call): Promise<Reply> {
  const repository = repositoryOf(call, 2);
  const user = demandUser(call.subject);
  const fields = jsonBody(call);
  const name = requiredText(fields, 'name');
  const ref = `refs/heads/${shortName(name)}`;
  const commit = await resolve(repository.git, requiredText(fields, 'startPoint'));
  if (commit === undefined) throw noSuchBranch(requiredText(fields, 'startPoint'), repository.slug);
  if (repository.git.refs.has(ref))
    throw conflict('repository.DuplicateRefException', alike(`Branch ${name} exists already.`));
  const before = new Map(repository.git.refs);
  await repository.git.inTurn(() => updateRef(repository.git, ref, commit));
  await afterPush(call.world, repository, { before, user });
  return json(branchView(repository, ref, commit));
}

async function deleteBranch(call: Call): Promise<Reply> {
  const repository = repositoryOf(call, 2);
  const user = demandUser(call.subject);
  const fields = jsonBody(call);
  const ref = `refs/heads/${shortName(requiredText(fields, 'name'))}`;
  const commit = repository.git.refs.get(ref);
  if (commit === undefined) throw noSuchBranch(shortName(ref), repository.slug);
  if (ref === repository.defaultBranch) throw badRequest(alike('The default branch cannot be deleted.'), 'name');
  if (fields['dryRun'] === true) return empty(204);
  const before = new Map(repository.git.refs);
  await repository.git.inTurn(() => updateRef(repository.git, ref, null));
  await afterPush(call.world, repository, { before, user });
  return empty(204);
}

async function branchesOfCommit(call: Call): Promise<Reply> {
  const { git } = repositoryOf(call);
  const output = await git.text([
    'for-each-ref',
    '--contains',
    param(call, 'commit'),
    '--format=%(refname)',
    'refs/heads',
  ]);
  const names = output.split('\n').filter((line) => line !== '');
  return paged(call, names, (id) => ({ id, displayId: shortName(id), type: 'BRANCH' }));
}

function listTags(call: Call): Reply {
  const { git } = repositoryOf(call);
  const tags = [...git.refs].filter(([name]) => name.startsWith('refs/tags/'));
  const filter = optional(call, 'filterText')?.toLowerCase() ?? '';
  const found = tags.filter(([name]) => shortName(name).toLowerCase().includes(filter));
  return paged(call, found, ([id, commit]) => ({
    id,
    displayId: shortName(id),
    type: 'TAG',
    latestCommit: commit,
    latestChangeset: commit,
    hash: commit,
  }));
}

export const branchEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/branches`, listBranches),
  api('POST', `${repositoryPath}/branches`, createBranch),
  api('GET', `${repositoryPath}/branches/default`, showDefaultOld),
  api('PUT', `${repositoryPath}/branches/default`, setDefault),
  api('GET', `${repositoryPath}/default-branch`, showDefault, { since: [7, 6] }),
  api('PUT', `${repositoryPath}/default-branch`, setDefault, { since: [7, 6] }),
  api('GET', `${repositoryPath}/tags`, listTags),
  branchUtils('POST', `${repositoryPath}/branches`, async (call) => ({ ...(await createBranch(call)), status: 201 })),
  branchUtils('DELETE', `${repositoryPath}/branches`, deleteBranch),
  branchUtils('GET', `${repositoryPath}/branches/info/{commit}`, branchesOfCommit),
];
