import type { Queryable } from '../../platform/database/index.ts';
import { actorOfToken, withinOf } from './authenticate.ts';
import type { Actor } from './route.ts';
import { findUser } from './store/users.ts';
import { findLiveTokenById } from './store/tokens.ts';

/** Who began what goes on in the background. */
export interface Began {
  userId: number;
  /** The API token it was begun with; null: signed in. */
  tokenId: number | null;
}

/**
 * The person as they are now, with the rights that are theirs now; undefined where the account is gone or has no role any more, or the API token
 * is or has expired.
 */
export async function actorNow(db: Queryable, { userId, tokenId }: Began): Promise<Actor | undefined> {
  const user = await findUser(db, userId);
  if (user === undefined || user.endedAt !== null) return undefined;
  if (tokenId === null)
    return { kind: 'user', userId, tokenId, name: user.email, role: user.role, ...withinOf(user.nodes) };
  const token = await findLiveTokenById(db, tokenId);
  return token?.userId === userId ? actorOfToken(token) : undefined;
}
