import { z } from 'zod';

/**
 * What the streams yield, in our words. Strict: the hub parses each record again. Member order is part of a record’s hash,
 * so add new members at the end and raise `hashVersion`. Times are ISO 8601 UTC with milliseconds.
 */
export const hashVersion = 1;

const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const name = z.string().max(1_000);
const id = z.string().regex(/^\d{1,16}$/);

/** Stream `code_repositories` (discovery, scope ''): what the token sees. */
export const RepositoryRecord = z.strictObject({
  /** The server’s number: it stays when the repository is renamed or moved. */
  id,
  project: name,
  projectName: name.nullable(),
  slug: name,
  name: name.nullable(),
  /** Only read from. */
  archived: z.boolean(),
  isPublic: z.boolean(),
  /** Of whom it is a fork. */
  originId: id.nullable(),
  link: name.nullable(),
  /** Addresses to clone it from, without a user’s name. */
  cloneUrls: z.array(name).max(10),
});
export type RepositoryRecord = z.infer<typeof RepositoryRecord>;

/** Stream `code_owners` (current, scope ''): one record of a repository whose default branch was looked through. */
export const CodeOwnersRecord = z.strictObject({
  key: z.literal('owners'),
  /** Path of the file; null: there is none in any of the known places. */
  file: name.nullable(),
  rules: z.array(z.strictObject({ line: z.int(), pattern: name, owners: z.array(name).max(100) })).max(5_000),
  /** Lines that nobody could make sense of. */
  notUnderstood: z.int(),
});
export type CodeOwnersRecord = z.infer<typeof CodeOwnersRecord>;

/** Stream `pull_requests` (current, scope ''): those of one repository. */
export const PullRequestRecord = z.strictObject({
  id,
  title: z.string().max(2_000),
  /** `other`: a state that this version does not know. */
  state: z.enum(['open', 'merged', 'declined', 'other']),
  draft: z.boolean(),
  sourceBranch: name,
  /** Number of the repository it comes from; another one of a fork. */
  sourceRepositoryId: id,
  /** What would be merged. */
  head: commit,
  targetBranch: name,
  base: commit,
  mergeCommit: commit.nullable(),
  author: name.nullable(),
  createdAt: instant,
  updatedAt: instant,
  closedAt: instant.nullable(),
  link: name.nullable(),
});
export type PullRequestRecord = z.infer<typeof PullRequestRecord>;
