import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  type Call,
  choice,
  type Endpoint,
  endpointsOf,
  type Fields,
  flag,
  jsonBody,
  objectIn,
  optional,
  param,
  repositoryPath,
  requiredText,
  textIn,
} from '../call.ts';
import { badField, noSuch, notPermitted } from '../errors.ts';
import { pullRequestOf, repositoryOf } from '../locate.ts';
import type { Comment, PullRequest, Task } from '../model.ts';
import { paged, pageLimits } from '../paging.ts';
import { demandUser, repositoryLevel } from '../permissions.ts';
import {
  addComment,
  changeComment,
  commentNumbered,
  deleteComment,
  demandCommentVersion,
  demandWritable,
} from '../state/comments.ts';
import { alike } from '../texts.ts';
import { activityView, commentView } from '../views/pulls.ts';
import { userView } from '../views/places.ts';
import { isAtLeast } from '../profiles.ts';
import { millis, nextId } from '../world.ts';

const api = endpointsOf('api');
const pullPath = `${repositoryPath}/pull-requests/{id}`;

const pullOf = (call: Call): PullRequest => pullRequestOf(call, repositoryOf(call));

function severityIn(call: Call, fields: Fields): Comment['severity'] | undefined {
  const severity = textIn(fields, 'severity')?.toUpperCase();
  // What a version does not know yet it does not read.
  if (severity === undefined || !isAtLeast(call.world.profile, [7, 2])) return undefined;
  if (severity !== 'NORMAL' && severity !== 'BLOCKER')
    throw badField('severity', alike(`'${severity}' is no severity`));
  return severity;
}

function create(call: Call, severity?: Comment['severity']): Reply {
  const pull = pullOf(call);
  const author = demandUser(call.subject);
  demandWritable(pull);
  const fields = jsonBody(call);
  const parent = textIn(objectIn(fields, 'parent') ?? {}, 'id');
  const comment = addComment(call.world, pull, {
    text: requiredText(fields, 'text'),
    author,
    severity: severity ?? severityIn(call, fields) ?? 'NORMAL',
    anchor: anchorIn(fields),
    parent: parent === undefined ? null : commentNumbered(pull, parent),
  });
  return json(commentView(call, comment), 201);
}

function anchorIn(fields: Fields): Record<string, unknown> | null {
  const anchor = objectIn(fields, 'anchor');
  if (anchor === undefined) return null;
  const path = requiredText(anchor, 'path');
  return { diffType: 'EFFECTIVE', orphaned: false, ...anchor, path };
}

/** General comments cannot be listed here: a path is needed. */
function list(call: Call): Reply {
  const pull = pullOf(call);
  const path = optional(call, 'path');
  if (path === undefined)
    throw badField('path', {
      en: "The 'path' query parameter is required when listing comments.",
      de: "Der Parameter 'path' ist erforderlich, um Kommentare aufzulisten.",
    });
  const found = pull.comments.filter(({ anchor, parent }) => parent === null && anchor?.['path'] === path);
  return paged(call, found, (comment) => commentView(call, comment));
}

const named = (call: Call): { pull: PullRequest; comment: Comment } => {
  const pull = pullOf(call);
  return { pull, comment: commentNumbered(pull, param(call, 'comment')) };
};

function update(call: Call): Reply {
  const { pull, comment } = named(call);
  const user = demandUser(call.subject);
  const fields = jsonBody(call);
  demandWritable(pull);
  demandCommentVersion(comment, numberIn(fields, 'version'));
  const state = textIn(fields, 'state')?.toUpperCase();
  if (state !== undefined && state !== 'OPEN' && state !== 'RESOLVED')
    throw badField('state', alike(`'${state}' is no state`));
  changeComment(call.world, comment, user, { text: textIn(fields, 'text'), state, severity: severityIn(call, fields) });
  return json(commentView(call, comment));
}

const numberIn = (fields: Fields, name: string): number | undefined =>
  textIn(fields, name) === undefined ? undefined : Number(textIn(fields, name));

function remove(call: Call): Reply {
  const { pull, comment } = named(call);
  const user = demandUser(call.subject);
  demandCommentVersion(
    comment,
    optional(call, 'version') === undefined ? undefined : Number(optional(call, 'version')),
  );
  if (user !== comment.author && repositoryLevel(call.world, call.subject, pull.to.repository) < 3)
    throw notPermitted();
  deleteComment(pull, comment);
  return empty(204);
}

/** The newest first. */
function activities(call: Call): Reply {
  const pull = pullOf(call);
  return paged(call, pull.activities.toReversed(), (one) => activityView(call, one), pageLimits.activities);
}

function blockers(call: Call): Reply {
  const pull = pullOf(call);
  const state = choice(call, 'state', ['OPEN', 'RESOLVED', 'PENDING'] as const);
  const found = pull.comments.filter(
    (one) => one.severity === 'BLOCKER' && (state === undefined || one.state === state),
  );
  if (flag(call, 'count') !== true) return paged(call, found, (comment) => commentView(call, comment));
  const counted = Object.groupBy(found, (one) => one.state);
  return json({ OPEN: counted.OPEN?.length ?? 0, RESOLVED: counted.RESOLVED?.length ?? 0 });
}

const commentRoutes = (place: string, since: Pick<Endpoint, 'since'>, severity?: Comment['severity']): Endpoint[] => [
  api('POST', `${pullPath}/${place}`, (call) => create(call, severity), since),
  api('GET', `${pullPath}/${place}/{comment}`, (call) => json(commentView(call, named(call).comment)), since),
  api('PUT', `${pullPath}/${place}/{comment}`, update, since),
  api('DELETE', `${pullPath}/${place}/{comment}`, remove, since),
];

/** Tasks of servers before 8.0: notes at a comment. */
const taskView = (call: Call, { id, text, comment, state, author, createdAt }: Task): object => ({
  id,
  text,
  state,
  author: userView(call, author),
  createdDate: createdAt,
  anchor: { ...commentView(call, comment), type: 'COMMENT' },
});

function createTask(call: Call): Reply {
  const author = demandUser(call.subject);
  const fields = jsonBody(call);
  const id = requiredText(objectIn(fields, 'anchor') ?? {}, 'id');
  for (const pull of call.world.repositories.flatMap(({ pullRequests }) => pullRequests)) {
    const comment = pull.comments.find((one) => String(one.id) === id);
    if (comment === undefined) continue;
    const task: Task = {
      id: nextId(call.world),
      text: requiredText(fields, 'text'),
      comment,
      state: 'OPEN',
      author,
      createdAt: millis(call.world),
    };
    pull.tasks.push(task);
    return json(taskView(call, task), 201);
  }
  throw noSuch(
    'comment.NoSuchCommentException',
    `Comment ${id} does not exist.`,
    `Der Kommentar ${id} existiert nicht.`,
  );
}

const untilEight: Pick<Endpoint, 'until'> = { until: [8, 0] };

export const commentEndpoints: readonly Endpoint[] = [
  api('GET', `${pullPath}/activities`, activities),
  api('GET', `${pullPath}/comments`, list),
  ...commentRoutes('comments', {}),
  api('GET', `${pullPath}/blocker-comments`, blockers, { since: [7, 2] }),
  ...commentRoutes('blocker-comments', { since: [7, 2] }, 'BLOCKER'),
  api('POST', 'tasks', createTask, untilEight),
  api(
    'GET',
    `${pullPath}/tasks`,
    (call) => paged(call, pullOf(call).tasks, (task) => taskView(call, task)),
    untilEight,
  ),
];
