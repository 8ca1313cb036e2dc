import { PlumblineError } from '../../platform/errors/index.ts';
import type { Actor, Permission } from './route.ts';

export type Role = Actor['role'];

const readOnly: readonly Permission[] = [
  'integrations:read',
  'runs:read',
  'findings:read',
  'images:read',
  'policy:read',
  'insights:read',
  'sql:read',
  'settings:read',
];

/** The one place that says what a role may do. */
const permissionsOf: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(readOnly),
  team_manager: new Set<Permission>([...readOnly, 'users:read', 'audit:read', 'companions:write']),
  admin: new Set<Permission>([
    ...readOnly,
    'users:read',
    'audit:read',
    'companions:write',
    'integrations:write',
    'runs:write',
    'policy:write',
    'analysts:write',
    'users:write',
    'tokens:write',
    'settings:write',
  ]),
};

export function can(role: Role, permission: Permission): boolean {
  return permissionsOf[role].has(permission);
}

export function permissionsFor(role: Role): Permission[] {
  return [...permissionsOf[role]];
}

const rank: Record<Role, number> = { viewer: 0, team_manager: 1, admin: 2 };

/** The role with fewer rights. Roles are nested, so this is the intersection of their rights. */
export function lesserRole(a: Role, b: Role): Role {
  return rank[a] <= rank[b] ? a : b;
}

// Length is what counts (NIST SP 800-63B): no rules about digits or capitals, only what a guesser would try first.
const shortest = 12;
const longest = 256;

/** Throws `weak_password` with the rule that is broken. */
export function requireGoodPassword(password: string, email: string): void {
  const length = [...password].length;
  if (length < shortest) {
    throw new PlumblineError('weak_password', {
      message: `The password has ${length} of at least ${shortest} characters.`,
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
  const lower = password.toLowerCase();
  const account = email.split('@')[0] ?? '';
  if (lower === email || (account.length >= 6 && lower.replaceAll(account, '').length < 6)) {
    throw new PlumblineError('weak_password', {
      message: 'The password is the e-mail address or little more than it.',
    });
  }
}
