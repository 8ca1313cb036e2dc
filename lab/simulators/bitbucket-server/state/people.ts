import { createHash } from 'node:crypto';
import {
  type Level,
  millis,
  nextId,
  type Project,
  type Repository,
  type Token,
  type User,
  type World,
} from '../world.ts';

export interface UserWish {
  name: string;
  displayName?: string;
  emailAddress?: string;
  password?: string | null;
  /** Default true. */
  licensed?: boolean;
  /** Administers the whole server; default false. */
  admin?: boolean;
}

export function addUser(world: World, wish: UserWish): User {
  const { name, displayName = name, emailAddress = `${name}@example.com`, password = null } = wish;
  const { licensed = true, admin = false } = wish;
  const slug = name.toLowerCase().replace(/[^a-z0-9._-]+/g, '_');
  const user: User = {
    id: nextId(world),
    name,
    slug,
    displayName,
    emailAddress,
    active: true,
    licensed,
    admin,
    password,
  };
  world.users.push(user);
  return user;
}

export interface TokenWish {
  /** Name of the user; left out for a token of a project or repository. */
  user?: string;
  project?: Project;
  repository?: Repository;
  name?: string;
  /** Default: read projects and repositories. */
  permissions?: readonly string[];
  expiresAt?: Date;
}

export function userNamed(world: World, name: string): User {
  const user = world.users.find((one) => one.name === name || one.slug === name);
  if (user === undefined) throw new Error(`The simulator has no user ${name}.`);
  return user;
}

/** Looks like the server's own, with the signs that such tokens may have. */
function secretOf(id: number): string {
  const digest = createHash('sha256').update(`token ${id}`).digest('base64');
  return `BBDC-${digest.slice(0, 20)}+${digest.slice(20, 38)}/x`;
}

export function addToken(world: World, wish: TokenWish): Token {
  const id = nextId(world);
  const token: Token = {
    id: String(100_000_000_000 + id),
    name: wish.name ?? `token-${id}`,
    secret: secretOf(id),
    user: wish.user === undefined ? null : userNamed(world, wish.user),
    project: wish.project ?? null,
    repository: wish.repository ?? null,
    permissions: wish.permissions ?? ['PROJECT_READ', 'REPO_READ'],
    createdAt: millis(world),
    expiresAt: wish.expiresAt?.getTime() ?? null,
  };
  world.tokens.push(token);
  return token;
}

/** From now on it is unknown. */
export function revokeToken(world: World, secret: string): void {
  world.tokens = world.tokens.filter((token) => token.secret !== secret);
}

const levels: Record<string, Level> = { none: 0, read: 1, write: 2, admin: 3 };

export function grant(
  world: World,
  place: Project | Repository,
  user: string,
  level: 'none' | 'read' | 'write' | 'admin',
): void {
  place.grants.set(userNamed(world, user).id, levels[level] ?? 0);
}
