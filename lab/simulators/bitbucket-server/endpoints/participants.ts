import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  type Call,
  type Endpoint,
  endpointsOf,
  jsonBody,
  objectIn,
  optional,
  param,
  repositoryPath,
  requiredText,
  textIn,
} from '../call.ts';
import { badField, conflict, noSuch, notPermitted } from '../errors.ts';
import { pullRequestOf, repositoryOf } from '../locate.ts';
import type { Participant, PullRequest, User } from '../model.ts';
import { paged } from '../paging.ts';
import { demandUser, repositoryLevel } from '../permissions.ts';
import { addActivity } from '../state/activities.ts';
import { alike } from '../texts.ts';
import { participantView } from '../views/pulls.ts';
import { userView } from '../views/places.ts';
import { tellPull } from '../webhooks/bodies.ts';

const api = endpointsOf('api');
const reviewers = endpointsOf('default-reviewers');
const jira = endpointsOf('jira');
const pullPath = `${repositoryPath}/pull-requests/{id}`;
const statuses: readonly Participant['status'][] = ['APPROVED', 'NEEDS_WORK', 'UNAPPROVED'];

const pullOf = (call: Call): PullRequest => pullRequestOf(call, repositoryOf(call));

function userNamed(call: Call, name: string): User {
  const user = call.world.users.find((one) => one.name === name || one.slug === name.toLowerCase());
  if (user === undefined)
    throw noSuch('user.NoSuchUserException', `User ${name} does not exist.`, `Der Benutzer ${name} existiert nicht.`);
  return user;
}

function list(call: Call): Reply {
  const { author, participants } = pullOf(call);
  const all = [{ user: author, role: 'AUTHOR', status: 'UNAPPROVED' } as unknown as Participant, ...participants];
  return paged(call, all, (one) => participantView(call, one));
}

function add(call: Call): Reply {
  const pull = pullOf(call);
  const fields = jsonBody(call);
  const user = userNamed(call, requiredText(objectIn(fields, 'user') ?? {}, 'name'));
  if (user === pull.author) throw conflict('pull.InvalidPullRequestRoleException', alike('The author cannot review.'));
  return json(participantView(call, participantOf(pull, user, 'REVIEWER')));
}

/** The one there is, or a new one; who reviews is no longer a mere participant. */
function participantOf(pull: PullRequest, user: User, role: Participant['role']): Participant {
  const there = pull.participants.find((one) => one.user === user);
  if (there !== undefined) return Object.assign(there, { role });
  const made: Participant = { user, role, status: 'UNAPPROVED' };
  pull.participants.push(made);
  return made;
}

function review(call: Call, status: Participant['status']): Participant {
  const pull = pullOf(call);
  const user = demandUser(call.subject);
  if (user === pull.author)
    throw conflict('pull.InvalidPullRequestRoleException', alike('Authors may not change their own status.'));
  const participant = Object.assign(participantOf(pull, user, 'REVIEWER'), { status });
  addActivity(call.world, pull, { action: status === 'APPROVED' ? 'APPROVED' : 'REVIEWED', user });
  const event = { APPROVED: 'approved', NEEDS_WORK: 'needs_work', UNAPPROVED: 'unapproved' }[status];
  tellPull(call.world, `pr:reviewer:${event}`, pull, user, { participant: participantView(call, participant) });
  return participant;
}

function setStatus(call: Call): Reply {
  const user = demandUser(call.subject);
  if (userNamed(call, param(call, 'user')) !== user) throw notPermitted();
  const wanted = textIn(jsonBody(call), 'status')?.toUpperCase();
  const status = statuses.find((one) => one === wanted);
  if (status === undefined) throw badField('status', alike(`The status is not one of: ${statuses.join(', ')}`));
  return json(participantView(call, review(call, status)));
}

function remove(call: Call): Reply {
  const pull = pullOf(call);
  const name = param(call, 'user') === '' ? (optional(call, 'username') ?? '') : param(call, 'user');
  const user = userNamed(call, name);
  pull.participants = pull.participants.filter((one) => one.user !== user);
  return empty(204);
}

/** Who must look at every pull request of this target and may. */
function defaultReviewers(call: Call): Reply {
  const repository = repositoryOf(call);
  const { world } = call;
  for (const name of ['sourceRepoId', 'targetRepoId', 'sourceRefId', 'targetRefId'])
    if (optional(call, name) === undefined) throw badField(name, alike(`${name} is needed`));
  const found = world.users.filter(
    (user) =>
      repository.defaultReviewers.has(user.id) &&
      repositoryLevel(world, { kind: 'user', user, token: null }, repository) > 0,
  );
  return json(found.map((user) => userView(call, user)));
}

export const participantEndpoints: readonly Endpoint[] = [
  api('GET', `${pullPath}/participants`, list),
  api('POST', `${pullPath}/participants`, add),
  api('DELETE', `${pullPath}/participants`, remove),
  api('PUT', `${pullPath}/participants/{user}`, setStatus),
  api('DELETE', `${pullPath}/participants/{user}`, remove),
  api('POST', `${pullPath}/approve`, (call) => json(participantView(call, review(call, 'APPROVED')))),
  api('DELETE', `${pullPath}/approve`, (call) => json(participantView(call, review(call, 'UNAPPROVED')))),
  reviewers('GET', `${repositoryPath}/reviewers`, defaultReviewers),
  // No issue tracker is connected.
  jira('GET', `${pullPath}/issues`, (call) => {
    pullOf(call);
    return json([]);
  }),
];
