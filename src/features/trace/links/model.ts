import type { Certainty } from '../../../domain/certainty.ts';

/** What a line goes through. A commit and an environment are known by a text, all others by the number of a row. */
export type Station = 'commit' | 'pull_request' | 'analysis' | 'image' | 'execution' | 'deployment' | 'environment';

export type { Certainty };

/** Records that say links. Each link is what one of them says. */
export const owners = ['pull_request', 'analysis', 'image', 'execution', 'deployment', 'environment_image'] as const;
export type Owner = (typeof owners)[number];

/** What a link is, read from its `from` to its `to`. */
export type LinkKind =
  | 'head'
  | 'merge'
  | 'analyzed'
  | 'analysis_of'
  | 'built_from'
  | 'checked_out'
  | 'built'
  | 'ran_in'
  | 'deployed'
  | 'deployed_commit'
  | 'into'
  | 'set';

/**
 * What makes a link less than it seems. `tag_moved`: the tag came to another image while the deployment ran.
 * `several_periods`: the tag came to several images while the execution ran. `platform_digest`: the digest is that of one
 * platform, which several images may share. `digest_elsewhere`: the digest is known, but of another repository than the one
 * named. `short_commit`: only the beginning of the commit was named. `dirty`: the work tree had changes.
 */
export type Note = 'tag_moved' | 'several_periods' | 'platform_digest' | 'digest_elsewhere' | 'short_commit' | 'dirty';

export interface Link {
  owner: Owner;
  ownerId: number;
  kind: LinkKind;
  from: Station;
  fromId: number;
  to: Station;
  /** Null of a commit and of an environment. */
  toId: number | null;
  toKey: string | null;
  certainty: Certainty;
  note: Note | null;
  /** Null: told to the hub itself. */
  integrationId: number | null;
  stream: string;
  record: string;
  seenAt: Date;
  validFrom: Date;
  validTo: Date | null;
  /** Of a deployment into an environment: the next one, where that ended it. */
  endedBy: number | null;
}

/** What names an environment: those of a system inside it, those that people name by their name alone. */
export function environmentKey(integrationId: number | null, scope: string, environment: string): string {
  return `${integrationId ?? ''}:${scope}/${environment}`;
}
