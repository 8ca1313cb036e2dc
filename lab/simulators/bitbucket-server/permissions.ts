import { shownBy } from '../wire/tokens.ts';
import { authenticationRequired, notPermitted, unlicensed, wrongCredentials } from './errors.ts';
import {
  type Level,
  millis,
  type Project,
  type Repository,
  type Subject,
  type Token,
  type User,
  type World,
} from './world.ts';

/** Who stands behind a request's `Authorization`. */
export function subjectOf(world: World, authorization: string | undefined): Subject {
  const shown = shownBy(authorization);
  if (shown.scheme === 'none') return { kind: 'anonymous' };
  if (shown.scheme === 'bearer') return byToken(world, shown.token);
  if (shown.scheme !== 'basic') return unknown(world);
  const user = world.users.find(({ name }) => name.toLowerCase() === shown.username.toLowerCase());
  if (user === undefined) return unknown(world);
  if (user.password !== null && user.password === shown.password) return asUser(user, null);
  // A user's own token is a password too.
  const token = world.tokens.find(({ secret, user: owner }) => secret === shown.password && owner === user);
  return token === undefined ? unknown(world) : byToken(world, token.secret);
}

function byToken(world: World, secret: string): Subject {
  const token = world.tokens.find((one) => one.secret === secret);
  if (token === undefined) return unknown(world);
  if (token.expiresAt !== null && token.expiresAt <= millis(world))
    return { kind: 'refused', error: authenticationRequired() };
  return token.user === null ? { kind: 'service', token } : asUser(token.user, token);
}

function asUser(user: User, token: Token | null): Subject {
  if (!user.active) return { kind: 'refused', error: wrongCredentials() };
  if (!user.licensed) return { kind: 'refused', error: unlicensed() };
  return { kind: 'user', user, token };
}

const unknown = (world: World): Subject =>
  world.badTokens === 'anonymous' ? { kind: 'anonymous' } : { kind: 'refused', error: wrongCredentials() };

const names = ['', 'READ', 'WRITE', 'ADMIN'] as const;

/** `READ` of `REPO_READ` and `PROJECT_READ`; undefined for what is no permission. */
export function levelNamed(permission: string, scope: 'PROJECT' | 'REPO'): Level | undefined {
  const index = names.findIndex((name) => name !== '' && permission.toUpperCase() === `${scope}_${name}`);
  return index === -1 ? undefined : (index as Level);
}

/** The most a token lets its bearer do. */
function ceiling(token: Token | null, scope: 'PROJECT' | 'REPO'): Level {
  if (token === null) return 3;
  const own = token.permissions.map((permission) => levelNamed(permission, scope) ?? 0);
  const above = scope === 'REPO' ? token.permissions.map((permission) => levelNamed(permission, 'PROJECT') ?? 0) : [];
  return Math.max(0, ...own, ...above) as Level;
}

const least = (a: Level, b: Level): Level => (a < b ? a : b);
const most = (...levels: Level[]): Level => Math.max(...levels) as Level;

function grantedInProject(user: User, project: Project): Level {
  if (user.admin || project.owner === user) return 3;
  return most(project.grants.get(user.id) ?? 0, project.defaultLevel);
}

const open = (world: World, visible: boolean): Level => (world.publicAccess && visible ? 1 : 0);

export function projectLevel(world: World, subject: Subject, project: Project): Level {
  const publicly = open(world, project.public);
  if (subject.kind === 'user')
    return most(publicly, least(grantedInProject(subject.user, project), ceiling(subject.token, 'PROJECT')));
  if (subject.kind === 'service' && subject.token.project === project)
    return most(publicly, ceiling(subject.token, 'PROJECT'));
  return publicly;
}

export function repositoryLevel(world: World, subject: Subject, repository: Repository): Level {
  const publicly = open(world, repository.public || repository.project.public);
  if (subject.kind === 'user') {
    const granted = most(
      repository.grants.get(subject.user.id) ?? 0,
      grantedInProject(subject.user, repository.project),
    );
    return most(publicly, least(granted, ceiling(subject.token, 'REPO')));
  }
  if (subject.kind !== 'service') return publicly;
  const { token } = subject;
  const covers = token.repository === repository || token.project === repository.project;
  return covers ? most(publicly, ceiling(token, 'REPO')) : publicly;
}

/** A project is seen by who may read it or one of its repositories. */
export const seesProject = (world: World, subject: Subject, project: Project): boolean =>
  projectLevel(world, subject, project) > 0 ||
  world.repositories.some((one) => one.project === project && repositoryLevel(world, subject, one) > 0);

/** What somebody is told who may not. */
export const refusal = (subject: Subject): Error =>
  subject.kind === 'anonymous' ? authenticationRequired() : notPermitted();

export function demand(subject: Subject, level: Level, needed: Level): void {
  if (level < needed) throw refusal(subject);
}

/** Somebody with a licence, whoever it is. */
export function demandLicensed(subject: Subject): void {
  if (subject.kind === 'anonymous') throw authenticationRequired();
}

/** Somebody with a name: a token of a project has none. */
export function demandUser(subject: Subject): User {
  if (subject.kind === 'user') return subject.user;
  throw refusal(subject);
}
