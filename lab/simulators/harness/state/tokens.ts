import { randomBytes } from 'node:crypto';
import type { Account, Permission, Token } from '../model.ts';
import type { World } from '../world.ts';

export interface TokenWish {
  /** Personal, or of a service account. Default `sat`. */
  kind?: 'pat' | 'sat';
  /** The newer form of four parts names the account; default 4. */
  parts?: 3 | 4;
  account?: Account;
  owner?: { name: string; email: string };
  expiresAt?: Date;
  /** `org` or `org/project`; default everything. */
  sees?: readonly string[];
  lacks?: readonly Permission[];
  pipelines?: readonly string[];
}

/** Returns what is shown once. */
export function addToken(world: World, first: Account, wish: TokenWish): string {
  const {
    kind = 'sat',
    parts = 4,
    account = first,
    expiresAt,
    sees = null,
    lacks = ['tokens'],
    pipelines = null,
  } = wish;
  const { name, email } = wish.owner ?? { name: 'Reader', email: 'reader@example.com' };
  const id = randomBytes(9).toString('base64url');
  const secret = randomBytes(12).toString('base64url');
  const value = parts === 4 ? `${kind}.${account.id}.${id}.${secret}` : `${kind}.${id}.${secret}`;
  const token: Token = {
    kind,
    account,
    id,
    value,
    owner: { name, email, uuid: `user-${email}` },
    expiresAt: expiresAt?.getTime() ?? null,
    revoked: false,
    sees,
    lacks,
    pipelines,
  };
  world.tokens.push(token);
  return value;
}
