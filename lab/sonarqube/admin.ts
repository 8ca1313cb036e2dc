import { randomBytes } from 'node:crypto';
import { type ApiAccess, get, post } from './web-api.ts';

type TokenType = 'USER_TOKEN' | 'GLOBAL_ANALYSIS_TOKEN' | 'PROJECT_ANALYSIS_TOKEN';

export interface NewToken {
  name: string;
  type?: TokenType;
  /** For PROJECT_ANALYSIS_TOKEN. */
  projectKey?: string;
  /** Whose token; the caller's own when left out. */
  login?: string;
  /** YYYY-MM-DD, after today. */
  expirationDate?: string;
}

/** Replaces a token of the same name, because the server never shows an old one again. */
export async function createToken(admin: ApiAccess, { type = 'USER_TOKEN', ...token }: NewToken): Promise<string> {
  await post(admin, 'api/user_tokens/revoke', { name: token.name, login: token.login });
  const made = await post<{ token: string }>(admin, 'api/user_tokens/generate', { ...token, type });
  return made.token;
}

export async function revokeToken(admin: ApiAccess, token: { name: string; login?: string }): Promise<void> {
  await post(admin, 'api/user_tokens/revoke', { name: token.name, login: token.login });
}

/** Makes the user where it does not exist yet; nobody gets to know its random password unless one is given. */
export async function createUser(
  admin: ApiAccess,
  user: { login: string; name: string; password?: string },
): Promise<void> {
  const found = await get<{ users: { login: string }[] }>(admin, 'api/users/search', { q: user.login });
  if (found.users.some(({ login }) => login === user.login)) return;
  const password = user.password ?? `Aa1-${randomBytes(18).toString('hex')}`;
  await post(admin, 'api/users/create', { ...user, password });
}

export interface NewProject {
  key: string;
  name?: string;
  visibility?: 'public' | 'private';
  mainBranch?: string;
}

export async function createProject(
  admin: ApiAccess,
  { key, name = key, visibility, mainBranch }: NewProject,
): Promise<void> {
  await post(admin, 'api/projects/create', { project: key, name, visibility, mainBranch });
}

export async function projectExists(admin: ApiAccess, key: string): Promise<boolean> {
  const found = await get<{ components: { key: string }[] }>(admin, 'api/projects/search', { projects: key });
  return found.components.length > 0;
}

export async function deleteProject(admin: ApiAccess, key: string): Promise<void> {
  await post(admin, 'api/projects/delete', { project: key });
}

export async function setVisibility(admin: ApiAccess, key: string, visibility: 'public' | 'private'): Promise<void> {
  await post(admin, 'api/projects/update_visibility', { project: key, visibility });
}

/** `user` is Browse, `codeviewer` See source, `scan` Execute analysis; without project a global permission. */
export interface Permission {
  permission: 'user' | 'codeviewer' | 'issueadmin' | 'securityhotspotadmin' | 'scan' | 'admin' | 'provisioning';
  projectKey?: string;
}

export async function grantUser(admin: ApiAccess, grant: Permission & { login: string }): Promise<void> {
  await post(admin, 'api/permissions/add_user', { ...grant });
}

export async function revokeUser(admin: ApiAccess, grant: Permission & { login: string }): Promise<void> {
  await post(admin, 'api/permissions/remove_user', { ...grant });
}

export async function revokeGroup(admin: ApiAccess, grant: Permission & { groupName: string }): Promise<void> {
  await post(admin, 'api/permissions/remove_group', { ...grant });
}

/** `accept` is called `wontfix` before 10.4. */
export type Transition = 'confirm' | 'unconfirm' | 'reopen' | 'resolve' | 'falsepositive' | 'accept' | 'wontfix';

export async function doTransition(access: ApiAccess, issue: string, transition: Transition): Promise<void> {
  await post(access, 'api/issues/do_transition', { issue, transition });
}

export async function setSeverity(access: ApiAccess, issue: string, severity: string): Promise<void> {
  await post(access, 'api/issues/set_severity', { issue, severity });
}

export async function setTags(access: ApiAccess, issue: string, tags: readonly string[]): Promise<void> {
  await post(access, 'api/issues/set_tags', { issue, tags: tags.join(',') });
}

export interface BulkChange {
  /** At most 500 keys. */
  issues: readonly string[];
  transition?: Transition;
  addTags?: readonly string[];
}

/** The server passes over what is not allowed: 9.9 knows no transition for imported issues. */
export async function changeIssues(access: ApiAccess, { issues, transition, addTags }: BulkChange): Promise<void> {
  if (issues.length === 0) return;
  await post(access, 'api/issues/bulk_change', {
    issues: issues.join(','),
    do_transition: transition,
    add_tags: addTags?.join(','),
  });
}

export async function changeHotspot(
  access: ApiAccess,
  change: { hotspot: string; status: 'TO_REVIEW' | 'REVIEWED'; resolution?: 'SAFE' | 'FIXED' | 'ACKNOWLEDGED' },
): Promise<void> {
  await post(access, 'api/hotspots/change_status', { ...change });
}

export async function createWebhook(
  admin: ApiAccess,
  webhook: { name: string; url: string; project?: string; secret?: string },
): Promise<void> {
  await post(admin, 'api/webhooks/create', { ...webhook });
}

/** True where the server asks for the newest word: `accept` (10.4 and later) and not `wontfix`. */
export function acceptWord(release: string): Transition {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major > 10 || (major === 10 && minor >= 4) ? 'accept' : 'wontfix';
}
