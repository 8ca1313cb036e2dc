import { z } from 'zod';

/** Shapes of Bitbucket’s answers: only what is used, and lenient, as versions differ. */

/** Every error; `context` is the field that is wrong, `exceptionName` the class that tells what is. */
export const Errors = z.object({
  errors: z.array(
    z.object({
      context: z.string().nullish(),
      message: z.string().nullish(),
      exceptionName: z.string().nullish(),
    }),
  ),
});

export const ApplicationProperties = z.object({ version: z.string(), displayName: z.string().nullish() });
export const Status = z.object({ state: z.string() });
export const Capabilities = z.object({ capabilities: z.record(z.string(), z.unknown()) });

const Links = z
  .object({
    self: z.array(z.object({ href: z.string() }).nullable()).nullish(),
    clone: z.array(z.object({ href: z.string(), name: z.string() })).nullish(),
  })
  .nullish();

export const Project = z.object({
  key: z.string(),
  id: z.int().nullish(),
  name: z.string().nullish(),
  type: z.string().nullish(),
  links: Links,
});
export type Project = z.infer<typeof Project>;

export const Repository = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string().nullish(),
  state: z.string().nullish(),
  public: z.boolean().nullish(),
  archived: z.boolean().nullish(),
  project: Project,
  origin: z.object({ id: z.int() }).nullish(),
  links: Links,
});
export type Repository = z.infer<typeof Repository>;

export const DefaultBranch = z.object({ id: z.string().nullish(), displayId: z.string().nullish() });

export const User = z.object({
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  slug: z.string().nullish(),
});

const Ref = z.object({
  id: z.string(),
  displayId: z.string().nullish(),
  latestCommit: z.string(),
  repository: Repository,
});

export const PullRequest = z.object({
  id: z.int(),
  version: z.int().nullish(),
  title: z.string(),
  /** OPEN, MERGED, DECLINED, and what later versions may add. */
  state: z.string(),
  draft: z.boolean().nullish(),
  createdDate: z.int(),
  updatedDate: z.int(),
  closedDate: z.int().nullish(),
  fromRef: Ref,
  toRef: Ref,
  author: z.object({ user: User }).nullish(),
  properties: z.object({ mergeCommit: z.object({ id: z.string() }).nullish() }).nullish(),
  links: Links,
});
export type PullRequest = z.infer<typeof PullRequest>;

/** A page of a list. The wire’s own numbers say how it goes on, never a sum. */
export const Page = <T extends z.ZodType>(value: T) =>
  z.object({
    values: z.array(value),
    isLastPage: z.boolean().nullish(),
    nextPageStart: z.int().nullish(),
  });

const Path = z.object({ components: z.array(z.string()) });

export const Change = z.object({
  type: z.string(),
  path: Path,
  srcPath: Path.nullish(),
});
export type Change = z.infer<typeof Change>;

const Hunk = z.object({
  sourceLine: z.int(),
  sourceSpan: z.int(),
  destinationLine: z.int(),
  destinationSpan: z.int(),
  truncated: z.boolean().nullish(),
  segments: z
    .array(
      z.object({
        type: z.string(),
        truncated: z.boolean().nullish(),
        lines: z.array(z.object({ destination: z.int(), source: z.int() })),
      }),
    )
    .nullish(),
});

export const Diff = z.object({
  truncated: z.boolean().nullish(),
  diffs: z.array(
    z.object({
      source: Path.nullish(),
      destination: Path.nullish(),
      binary: z.boolean().nullish(),
      truncated: z.boolean().nullish(),
      hunks: z.array(Hunk).nullish(),
    }),
  ),
});
export type Diff = z.infer<typeof Diff>;

export const MergeState = z.object({
  canMerge: z.boolean().nullish(),
  conflicted: z.boolean().nullish(),
  vetoes: z.array(z.object({ summaryMessage: z.string().nullish(), detailedMessage: z.string().nullish() })).nullish(),
});

export const StoredReport = z.object({
  key: z.string(),
  title: z.string().nullish(),
  reporter: z.string().nullish(),
  result: z.string().nullish(),
  link: z.string().nullish(),
});

const author = User.pick({ name: true }).nullish();

export const StoredComment = z.object({
  id: z.int(),
  version: z.int(),
  text: z.string().nullish(),
  author,
});
export type StoredComment = z.infer<typeof StoredComment>;

/** What happened to a pull request; only comments are of interest. */
export const Activity = z.object({ action: z.string().nullish(), comment: StoredComment.nullish() });

export const StoredWebhook = z.object({
  id: z.int(),
  name: z.string(),
  url: z.string(),
  active: z.boolean().nullish(),
  configuration: z.object({ secret: z.string().nullish() }).nullish(),
});
export type StoredWebhook = z.infer<typeof StoredWebhook>;

/** Events that this version can tell of. */
export const WebhookCapabilities = z.object({ 'application-webhooks': z.array(z.string()) });

export const MergeBase = z.object({ id: z.string().optional() });

/** What lies in a folder. The path of a child begins there; of folders that hold one folder alone it names several. */
export const Folder = z.object({
  children: z.object({
    isLastPage: z.boolean().nullish(),
    nextPageStart: z.int().nullish(),
    values: z.array(z.object({ path: z.object({ components: z.array(z.string()) }), type: z.string() })),
  }),
});

/** A part of a text file. */
export const FileLines = z.object({
  isLastPage: z.boolean().nullish(),
  nextPageStart: z.int().nullish(),
  lines: z.array(z.object({ text: z.string() })),
});
