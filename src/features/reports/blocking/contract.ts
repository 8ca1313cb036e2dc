import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

export const RepositoryParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

/**
 * What is known of whether a report blocks merges. `seen_blocking`: the server named the report’s key as a reason not to
 * merge. `seen_open`: later, or instead, it named it not for a pull request whose report fails or is missing. `not_seen`: no
 * pull request told. Nobody can ask the server whether the report is required: there is no `configured`.
 */
export const BlockingState = z.enum(['seen_blocking', 'seen_open', 'not_seen']);
export type BlockingState = z.infer<typeof BlockingState>;

const SeenPullRequest = z.object({ number: z.int(), title: z.string(), link: z.string().nullable() });

/** One project’s report, and what an administrator of Bitbucket enters for it. */
export const RequiredReport = z.object({
  binding: rowId,
  project: z.object({ id: rowId, key: z.string(), name: z.string() }),
  /** Report key, exactly. */
  reportKey: z.string(),
  /** As the server’s page words it. */
  requiredStatus: z.literal('Must pass'),
  /** Null where the binding shows no annotations: then there is nothing to require of them. */
  annotationRequirement: z.literal('Must not have any annotations').nullable(),
  /** The hub's build of the project; null where the binding writes none. */
  buildKey: z.string().nullable(),
  state: BlockingState,
  /** Set for `seen_blocking`, and kept when it was seen open later. */
  blocked: z.object({ at: instant, veto: z.string(), pullRequest: SeenPullRequest }).nullable(),
  /** Set for `seen_open`. */
  open: z.object({ at: instant, pullRequest: SeenPullRequest }).nullable(),
});
export type RequiredReport = z.infer<typeof RequiredReport>;

/** What the server said about merging one open pull request when it was looked at. */
export const LookedAtPullRequest = z.object({
  ...SeenPullRequest.shape,
  id: rowId,
  head: z.string(),
  /** Null: the server did not say, or the pull request was closed meanwhile. */
  canMerge: z.boolean().nullable(),
  /** The server’s own words, the first 20. */
  vetoes: z.array(z.string()),
  /** Keys of reports that the vetoes name. */
  blockedBy: z.array(z.string()),
  /** What lies under each key on the head, as far as the hub knows; null: nothing of ours. */
  reports: z.array(z.object({ reportKey: z.string(), result: z.enum(['PASS', 'FAIL']).nullable() })),
  error: z
    .object({ code: z.string(), message: z.string(), remedy: z.string(), upstream: z.string().nullable() })
    .nullable(),
});
export type LookedAtPullRequest = z.infer<typeof LookedAtPullRequest>;

/** `GET /api/v1/repositories/{id}/merge-checks`: asks no server. */
export const MergeChecks = z.object({
  repository: z.object({
    id: rowId,
    project: z.string(),
    slug: z.string(),
    link: z.string().nullable(),
    integration: z.object({ id: rowId, name: z.string() }),
  }),
  /** Where the settings are entered on the server; those of the project hold for each of its repositories. */
  enteredAt: z.object({ repository: z.string(), project: z.string() }),
  /** One per bound project; empty where none is bound. */
  reports: z.array(RequiredReport),
  /** What was seen at the last look; null: nobody looked. */
  look: z
    .object({
      at: instant,
      /** How many pull requests were open; the first few of them are looked at. */
      openPullRequests: z.int(),
      pullRequests: z.array(LookedAtPullRequest),
    })
    .nullable(),
});
export type MergeChecks = z.infer<typeof MergeChecks>;
