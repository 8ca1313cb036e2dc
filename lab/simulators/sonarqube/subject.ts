import { shownBy } from '../wire/tokens.ts';
import type { Project, Token, User, World } from './state/model.ts';

/** Who asks. */
export type Subject =
  | { kind: 'anonymous' }
  /** A token that the server does not know, or that expired, or a scheme it does not speak. */
  | { kind: 'invalid' }
  | { kind: 'token'; token: Token; user: User | null };

export function subjectOf(world: World, authorization: string | undefined): Subject {
  const shown = shownBy(authorization);
  if (shown.scheme === 'none') return { kind: 'anonymous' };
  if (shown.scheme === 'bearer' && world.profile.bearer) return subjectOfToken(world, shown.token);
  // The token is sent as the login, with an empty password.
  const asLogin = shown.scheme === 'basic' && shown.password === '';
  return asLogin ? subjectOfToken(world, shown.username) : { kind: 'invalid' };
}

function subjectOfToken(world: World, value: string): Subject {
  const token = world.tokens.get(value);
  if (!token || (token.expiresAt && token.expiresAt <= world.now())) return { kind: 'invalid' };
  const user = token.kind === 'sqco' ? null : (world.users.get(token.login ?? 'admin') ?? null);
  return { kind: 'token', token, user };
}

export const isLoggedIn = (subject: Subject): boolean => subject.kind === 'token';

/** Analysis tokens are not their owner: they carry only the right to scan. */
function isAnalysisToken(subject: Subject): boolean {
  if (subject.kind !== 'token') return false;
  return ['sqa', 'sqp', 'sqco'].includes(subject.token.kind);
}

export function globalPermissions(subject: Subject): string[] {
  if (subject.kind !== 'token' || !subject.user) return [];
  const { permissions } = subject.user;
  return isAnalysisToken(subject)
    ? permissions.filter((name) => name === 'scan' || name === 'provisioning')
    : permissions;
}

export function isAdmin(subject: Subject): boolean {
  return globalPermissions(subject).includes('admin');
}

/** What the user behind a token may browse. */
function userBrowses(user: User, project: Project): boolean {
  // Administer System is no Browse: such a user is told that a private project exists, and no more.
  if (user.seesPrivateProjects) return true;
  return (project.visibility === 'public' && user.seesPublicProjects) || project.readers.has(user.login);
}

/** Permission Browse, as the endpoints that are strict about it see it (section 1.6). */
export function canBrowse(world: World, subject: Subject, project: Project): boolean {
  if (subject.kind === 'invalid') return false;
  if (subject.kind === 'anonymous') return !world.forceAuthentication && project.visibility === 'public';
  const { token, user } = subject;
  if (token.kind === 'sqco')
    return project.organization === token.organization && (token.permissions ?? []).includes('browse');
  // Analysis tokens carry Execute Analysis only, whatever their owner may browse.
  if (!user || isAnalysisToken(subject)) return false;
  return userBrowses(user, project);
}

/** Permission Execute Analysis. */
export function canScan(subject: Subject, project: Project): boolean {
  if (subject.kind !== 'token') return false;
  const { token, user } = subject;
  if (token.kind === 'sqp') return token.projectKey === project.key;
  if (token.kind === 'sqco') return project.organization === token.organization;
  return token.kind === 'sqa' || (user?.permissions.includes('scan') ?? false);
}

/** Where the server asks the owner's rights instead of the token's: issues/search, search_projects, measures/search. */
export function ownerSees(world: World, subject: Subject, project: Project): boolean {
  if (subject.kind !== 'token' || !subject.user) return canBrowse(world, subject, project) || canScan(subject, project);
  return userBrowses(subject.user, project);
}
