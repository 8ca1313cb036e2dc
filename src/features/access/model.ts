import { PlumblineError } from '../../platform/errors/index.ts';
import { isKnownPassword } from './common-passwords.ts';
import type { Actor, Permission, RouteScope } from './route.ts';

export type Role = Actor['role'];
export type TokenPurpose = NonNullable<Actor['only']>;

const readOnly: readonly Permission[] = [
  'integrations:read',
  'runs:read',
  'findings:read',
  'images:read',
  'policy:read',
  'deployments:read',
  'insights:read',
  'sql:read',
  'people:read',
  'teams:read',
  'settings:read',
];

/** The one place that says what a role may do. */
const permissionsOf: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(readOnly),
  team_manager: new Set<Permission>([
    ...readOnly,
    'users:read',
    'audit:read',
    'companions:write',
    'identities:write',
    'team_settings:write',
    'deployments:report',
  ]),
  admin: new Set<Permission>([
    ...readOnly,
    'users:read',
    'audit:read',
    'companions:write',
    'deployments:report',
    'identities:write',
    'people:write',
    'teams:write',
    'team_settings:write',
    'integrations:write',
    'runs:write',
    'policy:write',
    'analysts:write',
    'users:write',
    'tokens:write',
    'settings:write',
  ]),
};

/** What tokens of one purpose may do at most. */
const purposes: Record<TokenPurpose, ReadonlySet<Permission>> = { deployments: new Set(['deployments:report']) };

export function can(role: Role, permission: Permission): boolean {
  return permissionsOf[role].has(permission);
}

export function permissionsFor(role: Role): Permission[] {
  return [...permissionsOf[role]];
}

type Rights = Pick<Actor, 'role' | 'only' | 'within'>;

/** What somebody who works in some teams only may do at most, there: the rest has no part that is theirs alone. */
const ofTeams: ReadonlySet<Permission> = new Set([
  'findings:read',
  'images:read',
  'deployments:read',
  'insights:read',
  'people:read',
  'teams:read',
  'team_settings:write',
]);

/** A token of one purpose is nobody: what asks only for somebody who is signed in refuses it, too. */
export function may({ role, only, within }: Rights, permission: Permission | 'signed_in'): boolean {
  if (permission === 'signed_in') return only === undefined;
  if (within !== undefined && !ofTeams.has(permission)) return false;
  return can(role, permission) && (only === undefined || purposes[only].has(permission));
}

export function permissionsOfActor(actor: Rights): Permission[] {
  return permissionsFor(actor.role).filter((permission) => may(actor, permission));
}

/** Whether somebody of whom only a part may be seen gets past a route of this scope at all. */
export function reaches({ within }: Rights, scope: RouteScope): boolean {
  return within === undefined || scope !== 'organization';
}

const rank: Record<Role, number> = { viewer: 0, team_manager: 1, admin: 2 };

/** The role with fewer rights. Roles are nested, so this is the intersection of their rights. */
export function lesserRole(a: Role, b: Role): Role {
  return rank[a] <= rank[b] ? a : b;
}

// Length is what counts (NIST SP 800-63B): no rules about digits or capitals, only what a guesser would try first.
const longest = 256;

/** What an administrator may ask for beyond it. */
export interface PasswordRules {
  passwordLength: number;
  refuseKnownPasswords: boolean;
}

export const standardRules: PasswordRules = { passwordLength: 12, refuseKnownPasswords: true };

/** Throws `weak_password` with the rule that is broken. */
export function requireGoodPassword(password: string, email: string, rules: PasswordRules = standardRules): void {
  const length = [...password].length;
  if (length < rules.passwordLength) {
    throw new PlumblineError('weak_password', {
      message: `The password has ${length} of at least ${rules.passwordLength} characters.`,
    });
  }
  if (length > longest) {
    throw new PlumblineError('weak_password', { message: `The password has more than ${longest} characters.` });
  }
  if (new Set(password).size < 5) {
    throw new PlumblineError('weak_password', {
      message: 'The password consists of fewer than five different characters.',
    });
  }
  if (rules.refuseKnownPasswords && isKnownPassword(password)) {
    throw new PlumblineError('weak_password', {
      message: 'The password is one that was stolen elsewhere and published, or little more than one.',
    });
  }
  const lower = password.toLowerCase();
  const account = email.split('@')[0] ?? '';
  if (lower === email || (account.length >= 6 && lower.replaceAll(account, '').length < 6)) {
    throw new PlumblineError('weak_password', {
      message: 'The password is the e-mail address or little more than it.',
    });
  }
}
