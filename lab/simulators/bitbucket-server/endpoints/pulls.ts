import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  booleanIn,
  type Call,
  choice,
  type Endpoint,
  endpointsOf,
  type Fields,
  jsonBody,
  listIn,
  objectIn,
  optional,
  optionalBody,
  repositoryPath,
  requiredText,
  textIn,
} from '../call.ts';
import { badField, noSuchProject, noSuchRepository, notPermitted, tooLong } from '../errors.ts';
import { findProject, findRepository, pullRequestOf, repositoryOf } from '../locate.ts';
import { blockedMerge, mergeAnswer } from '../merge-checks.ts';
import type { PullRequest, Repository, User } from '../model.ts';
import { paged } from '../paging.ts';
import { demand, demandUser, repositoryLevel } from '../permissions.ts';
import {
  declinePull,
  deletePull,
  demandState,
  demandVersion,
  isConflicted,
  mergePull,
  openPull,
  reopenPull,
} from '../state/pulls.ts';
import { alike } from '../texts.ts';
import { pullView } from '../views/pulls.ts';
import { tellPull } from '../webhooks/bodies.ts';
import { millis } from '../world.ts';
import { addActivity } from '../state/activities.ts';

const api = endpointsOf('api');
export const pullPath = `${repositoryPath}/pull-requests/{id}`;

/** `role.1=AUTHOR&username.1=bot&approved.1=true`: all of them must fit. */
function participantFilters(call: Call): ((pull: PullRequest) => boolean)[] {
  const numbers = [...call.query.keys()].flatMap((name) => /^username\.(\d+)$/.exec(name)?.[1] ?? []);
  return numbers.map((number) => {
    const name = optional(call, `username.${number}`)?.toLowerCase();
    const role = optional(call, `role.${number}`)?.toUpperCase();
    const approved = optional(call, `approved.${number}`)?.toLowerCase();
    return ({ author, participants }) => {
      const isAuthor = author.name.toLowerCase() === name;
      if (isAuthor && (role === undefined || role === 'AUTHOR')) return approved !== 'true';
      return participants.some(
        (one) =>
          one.user.name.toLowerCase() === name &&
          (role === undefined || one.role === role) &&
          (approved === undefined || (approved === 'true') === (one.status === 'APPROVED')),
      );
    };
  });
}

function listPulls(call: Call): Reply {
  const repository = repositoryOf(call);
  const state = choice(call, 'state', ['OPEN', 'DECLINED', 'MERGED', 'ALL'] as const) ?? 'OPEN';
  const direction = choice(call, 'direction', ['INCOMING', 'OUTGOING'] as const) ?? 'INCOMING';
  const order = choice(call, 'order', ['NEWEST', 'OLDEST'] as const) ?? 'NEWEST';
  const at = optional(call, 'at');
  const text = optional(call, 'filterText')?.toLowerCase() ?? '';
  const filters = participantFilters(call);
  const side = direction === 'INCOMING' ? 'to' : 'from';
  const found = call.world.repositories
    .flatMap(({ pullRequests }) => pullRequests)
    .filter((pull) => pull[side].repository === repository)
    .filter((pull) => state === 'ALL' || pull.state === state)
    .filter((pull) => at === undefined || pull[side].ref === at)
    .filter((pull) => pull.title.toLowerCase().includes(text) && filters.every((fits) => fits(pull)))
    .toSorted((a, b) => (order === 'NEWEST' ? b.id - a.id : a.id - b.id));
  return paged(call, found, (pull) => pullView(call, pull));
}

function sideIn(
  call: Call,
  fields: Fields,
  name: 'fromRef' | 'toRef',
  usual: Repository,
): { repository: Repository; branch: string } {
  const side = objectIn(fields, name);
  if (side === undefined) throw badField(name, alike(`The ${name} is required`));
  const named = objectIn(side, 'repository');
  const branch = requiredText(side, 'id');
  if (named === undefined) return { repository: usual, branch };
  const key = requiredText(objectIn(named, 'project') ?? {}, 'key');
  const project = findProject(call.world, key);
  if (project === undefined) throw noSuchProject(key);
  const repository = findRepository(call.world, project, requiredText(named, 'slug'));
  if (repository === undefined) throw noSuchRepository(key, requiredText(named, 'slug'));
  demand(call.subject, repositoryLevel(call.world, call.subject, repository), 1);
  return { repository, branch };
}

function reviewersIn(call: Call, fields: Fields): User[] | undefined {
  return listIn(fields, 'reviewers')?.map((one) => {
    const name = requiredText(objectIn(one as Fields, 'user') ?? {}, 'name');
    const user = call.world.users.find((known) => known.name === name);
    if (user === undefined) throw badField('reviewers', alike(`${name} is not a user who may review.`));
    return user;
  });
}

function titleIn(fields: Fields): string {
  const title = requiredText(fields, 'title');
  if (title.length > 255) throw tooLong('title', 255);
  return title;
}

async function create(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const author = demandUser(call.subject);
  const fields = jsonBody(call);
  const pull = await openPull(call.world, {
    from: sideIn(call, fields, 'fromRef', repository),
    to: sideIn(call, fields, 'toRef', repository),
    title: titleIn(fields),
    description: textIn(fields, 'description') ?? null,
    author,
    reviewers: (reviewersIn(call, fields) ?? []).filter((user) => user !== author),
    draft: booleanIn(fields, 'draft') ?? false,
  });
  return json(pullView(call, pull), 201);
}

async function show(call: Call): Promise<Reply> {
  const pull = pullRequestOf(call, repositoryOf(call));
  return json(pullView(call, pull, pull.state === 'OPEN' ? await isConflicted(pull) : undefined));
}

const versionIn = (fields: Fields): number | undefined =>
  textIn(fields, 'version') === undefined ? undefined : Number(textIn(fields, 'version'));

/** In the address or in the body. */
export function versionAsked(call: Call): number | undefined {
  const asked = optional(call, 'version');
  return asked === undefined ? versionIn(optionalBody(call)) : Number(asked);
}

/** The author and who may write. */
function demandEditor(call: Call, pull: PullRequest): User {
  const user = demandUser(call.subject);
  if (user !== pull.author) demand(call.subject, repositoryLevel(call.world, call.subject, pull.to.repository), 2);
  return user;
}

function update(call: Call): Reply {
  const pull = pullRequestOf(call, repositoryOf(call));
  const user = demandEditor(call, pull);
  const fields = jsonBody(call);
  demandVersion(pull, versionIn(fields), true);
  demandState(pull, 'OPEN');
  const { title, description, to } = pull;
  const reviewers = reviewersIn(call, fields);
  if (reviewers !== undefined)
    pull.participants = [
      ...pull.participants.filter((one) => one.role !== 'REVIEWER' && !reviewers.includes(one.user)),
      ...reviewers.map(
        (one) =>
          pull.participants.find((known) => known.user === one && known.role === 'REVIEWER') ??
          ({ user: one, role: 'REVIEWER', status: 'UNAPPROVED' } as const),
      ),
    ];
  pull.title = textIn(fields, 'title') === undefined ? title : titleIn(fields);
  pull.description = textIn(fields, 'description') ?? (fields['description'] === null ? null : description);
  pull.draft = booleanIn(fields, 'draft') ?? pull.draft;
  retarget(pull, textIn(objectIn(fields, 'toRef') ?? {}, 'id'));
  pull.version += 1;
  pull.updatedAt = millis(call.world);
  addActivity(call.world, pull, { action: 'UPDATED', user });
  tellPull(call.world, 'pr:modified', pull, user, {
    previousTitle: title,
    previousDescription: description,
    previousTarget: {
      id: to.ref,
      displayId: to.ref.replace('refs/heads/', ''),
      type: 'BRANCH',
      latestCommit: to.commit,
      latestChangeset: to.commit,
    },
  });
  return json(pullView(call, pull));
}

function retarget(pull: PullRequest, ref: string | undefined): void {
  if (ref === undefined) return;
  const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const commit = pull.to.repository.git.refs.get(full);
  if (commit === undefined) throw badField('toRef', alike(`${full} does not exist`));
  pull.to = { ...pull.to, ref: full, commit };
}

function remove(call: Call): Reply {
  const repository = repositoryOf(call);
  const pull = pullRequestOf(call, repository);
  const user = demandUser(call.subject);
  demandVersion(pull, versionAsked(call), true);
  if (user !== pull.author && repositoryLevel(call.world, call.subject, repository) < 3) throw notPermitted();
  deletePull(call.world, pull, user);
  return empty(204);
}

function decline(call: Call): Reply {
  const pull = pullRequestOf(call, repositoryOf(call));
  const user = demandUser(call.subject);
  demandVersion(pull, versionAsked(call));
  demandState(pull, 'OPEN');
  declinePull(call.world, pull, user);
  return json(pullView(call, pull));
}

async function reopen(call: Call): Promise<Reply> {
  const pull = pullRequestOf(call, repositoryOf(call));
  const user = demandUser(call.subject);
  demandVersion(pull, versionAsked(call));
  demandState(pull, 'DECLINED');
  await reopenPull(call.world, pull, user);
  return json(pullView(call, pull));
}

async function mergeability(call: Call): Promise<Reply> {
  const pull = pullRequestOf(call, repositoryOf(call));
  demandState(pull, 'OPEN');
  const conflicted = await isConflicted(pull);
  return json(mergeAnswer(call.world, pull, conflicted));
}

async function merge(call: Call): Promise<Reply> {
  const pull = pullRequestOf(call, repositoryOf(call));
  const user = demandUser(call.subject);
  demand(call.subject, repositoryLevel(call.world, call.subject, pull.to.repository), 2);
  const conflicted = await isConflicted(pull);
  // Nothing may come between what is looked at here and the merge.
  demandVersion(pull, versionAsked(call));
  demandState(pull, 'OPEN');
  const blocked = blockedMerge(call.world, pull, conflicted);
  if (blocked !== undefined) throw blocked;
  await mergePull(call.world, pull, user, textIn(optionalBody(call), 'message'));
  return json(pullView(call, pull));
}

export const pullEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/pull-requests`, listPulls),
  api('POST', `${repositoryPath}/pull-requests`, create),
  api('GET', pullPath, show),
  api('PUT', pullPath, update),
  api('DELETE', pullPath, remove),
  api('POST', `${pullPath}/decline`, decline),
  api('POST', `${pullPath}/reopen`, reopen),
  api('GET', `${pullPath}/merge`, mergeability),
  api('POST', `${pullPath}/merge`, merge),
];
