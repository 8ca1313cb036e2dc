import type { Tx } from '../../platform/database/index.ts';

/** The socket a room fills that keeps rows of an integration, so that deleting the integration can count and remove them. */
export interface Owner {
  /** Reader’s name of what goes, e.g. `Findings`. */
  room: string;
  /** Rows of the integration, for the deletion preview. */
  count(integrationId: number): Promise<number>;
  /**
   * Called once before the secrets are gone, to take back what was set up on the outside system. Never throws: a server
   * that does not answer must not keep an integration alive.
   */
  leave?(integrationId: number, signal: AbortSignal): Promise<void>;
  /** Removes at most about `limit` rows and returns how many; 0 means none is left. Called again until then. */
  purge(tx: Tx, integrationId: number, limit: number): Promise<number>;
}
