import { conflict, noSuch, notPermitted, tooLong } from '../errors.ts';
import type { Comment, PullRequest, User } from '../model.ts';
import { tellPull } from '../webhooks/bodies.ts';
import { commentView } from '../views/pulls.ts';
import { millis, nextId, type World } from '../world.ts';
import { addActivity } from './activities.ts';

const longest = 32_768;

export interface CommentWish {
  text: string;
  author: User;
  severity?: Comment['severity'];
  anchor?: Record<string, unknown> | null;
  parent?: Comment | null;
}

export function demandText(text: string): string {
  if (text.length > longest) throw tooLong('text', longest);
  return text;
}

/** Comments of archived repositories cannot be written. */
export function demandWritable({ to }: PullRequest): void {
  if (to.repository.archived)
    throw conflict('repository.RepositoryArchivedException', {
      en: `Repository ${to.repository.slug} is archived and read-only.`,
      de: `Das Repository ${to.repository.slug} ist archiviert und schreibgeschützt.`,
    });
}

export function addComment(world: World, pull: PullRequest, wish: CommentWish): Comment {
  const now = millis(world);
  const comment: Comment = {
    id: nextId(world),
    version: 0,
    text: demandText(wish.text),
    author: wish.author,
    createdAt: now,
    updatedAt: now,
    severity: wish.severity ?? 'NORMAL',
    state: 'OPEN',
    anchor: wish.anchor ?? null,
    parent: wish.parent ?? null,
    replies: [],
  };
  pull.comments.push(comment);
  comment.parent?.replies.push(comment);
  if (wish.author !== pull.author && !pull.participants.some(({ user }) => user === wish.author))
    pull.participants.push({ user: wish.author, role: 'PARTICIPANT', status: 'UNAPPROVED' });
  addActivity(world, pull, { action: 'COMMENTED', user: wish.author, comment });
  const viewing = { world, baseUrl: world.url };
  tellPull(world, 'pr:comment:added', pull, wish.author, {
    comment: commentView(viewing, comment),
    ...(comment.parent === null ? {} : { commentParentId: comment.parent.id }),
  });
  return comment;
}

export function commentNumbered(pull: PullRequest, id: string): Comment {
  const found = pull.comments.find((one) => String(one.id) === id);
  if (found === undefined)
    throw noSuch(
      'comment.NoSuchCommentException',
      `Comment ${id} does not exist.`,
      `Der Kommentar ${id} existiert nicht.`,
    );
  return found;
}

export function demandCommentVersion(comment: Comment, version: number | undefined): void {
  if (version === comment.version) return;
  throw conflict(
    'comment.CommentOutOfDateException',
    {
      en: 'You are attempting to modify a comment based on out-of-date information.',
      de: 'Sie versuchen, einen Kommentar anhand veralteter Informationen zu ändern.',
    },
    { currentVersion: comment.version, expectedVersion: version ?? -1 },
  );
}

export interface CommentChange {
  text?: string | undefined;
  state?: Comment['state'] | undefined;
  severity?: Comment['severity'] | undefined;
}

/** Only its author changes a text; anybody resolves. */
export function changeComment(world: World, comment: Comment, user: User, change: CommentChange): void {
  if (change.text !== undefined && change.text !== comment.text && user !== comment.author) throw notPermitted();
  comment.text = change.text === undefined ? comment.text : demandText(change.text);
  comment.state = change.state ?? comment.state;
  comment.severity = change.severity ?? comment.severity;
  comment.version += 1;
  comment.updatedAt = millis(world);
}

export function deleteComment(pull: PullRequest, comment: Comment): void {
  if (comment.replies.length > 0)
    throw conflict('comment.CommentDeletionException', {
      en: 'A comment with replies cannot be deleted.',
      de: 'Ein Kommentar mit Antworten kann nicht gelöscht werden.',
    });
  pull.comments = pull.comments.filter((one) => one !== comment);
  pull.activities = pull.activities.filter((activity) => activity.comment !== comment);
  if (comment.parent !== null) comment.parent.replies = comment.parent.replies.filter((one) => one !== comment);
}
