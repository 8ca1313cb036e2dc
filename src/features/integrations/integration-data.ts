import type { Tx } from '../../platform/database/index.ts';

/** Something of ours that stays on the outside system: only people can remove it there. */
export interface LeftBehind {
  /** What it is, e.g. `Webhook “sonar-lab” of project shop`. */
  what: string;
  /** By what it is recognised there; null when nothing is known. */
  address: string | null;
  /** Why it could not be removed, with the outside system's own words; null where it was not ours to remove. */
  reason: { code: string; message: string; upstream: string | null } | null;
  /** Where to remove it, and who may. */
  remedy: string;
}

/** The socket a room fills that keeps rows of an integration, so that deleting the integration can count and remove them. */
export interface IntegrationData {
  /** Reader’s name of what goes, e.g. `Findings`. */
  room: string;
  /** Rows of the integration, for the deletion preview. */
  count(integrationId: number): Promise<number>;
  /**
   * Called once before the secrets are gone, to take back what was set up on the outside system; returns what stays there.
   * Never throws: a server that does not answer must not keep an integration alive.
   */
  leave?(integrationId: number, signal: AbortSignal): Promise<readonly LeftBehind[]>;
  /** Removes at most about `limit` rows and returns how many; 0 means none is left. Called again until then. */
  purge(tx: Tx, integrationId: number, limit: number): Promise<number>;
}
