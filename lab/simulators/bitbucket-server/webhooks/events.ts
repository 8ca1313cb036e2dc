import { isAtLeast, type Profile, type Version } from '../profiles.ts';

/** Events and the version that first knows them. */
const events: readonly (readonly [string, Version])[] = [
  ['repo:refs_changed', [5, 4]],
  ['repo:modified', [5, 4]],
  ['repo:forked', [5, 4]],
  ['repo:comment:added', [5, 4]],
  ['repo:comment:edited', [5, 4]],
  ['repo:comment:deleted', [5, 4]],
  ['pr:opened', [5, 4]],
  ['pr:modified', [5, 10]],
  ['pr:reviewer:updated', [5, 10]],
  ['pr:reviewer:approved', [5, 4]],
  ['pr:reviewer:unapproved', [5, 4]],
  ['pr:reviewer:needs_work', [5, 10]],
  ['pr:merged', [5, 4]],
  ['pr:declined', [5, 4]],
  ['pr:deleted', [5, 10]],
  ['pr:comment:added', [5, 4]],
  ['pr:comment:edited', [5, 4]],
  ['pr:comment:deleted', [5, 4]],
  ['pr:from_ref_updated', [7, 0]],
  ['pr:to_ref_updated', [7, 21]],
];

export const webhookEvents = (profile: Profile): string[] =>
  events.filter(([, since]) => isAtLeast(profile, since)).map(([name]) => name);
