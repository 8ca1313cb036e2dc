import type { Actor } from '../../access/index.ts';

/** Whose a thing is: a person's, an API token's, or that of the hub's own machine. */
export function ownerOf(actor: Actor): string {
  if (actor.kind === 'user') return `user:${actor.userId}`;
  return actor.kind === 'token' ? `token:${actor.tokenId}` : 'local';
}
