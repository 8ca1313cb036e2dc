import { z } from 'zod';
import { longestAge } from '../../domain/longest-age.ts';

const instant = z.iso.datetime();
/** A time that is asked for, as exactly as the database tells times apart. */
const moment = instant.max(32).refine((text) => !text.startsWith('0000'), 'must be of the year 1 or later');
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

export const VerdictStatus = z.enum(['passed', 'failed', 'no_data', 'error']);
/** A code of `domain/verdict.ts`. */
const reason = z.string();
const flag = z.string();

export const IdParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

export const Waiver = z.object({
  id: rowId,
  /** repository: every image of it. */
  scope: z.enum(['image', 'repository']),
  reason: z.string(),
  author: z.string(),
  createdAt: instant,
  expiresAt: instant,
  /** When a person ended it before its time. */
  endedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  inForce: z.boolean(),
});
export type WaiverAnswer = z.infer<typeof Waiver>;

const condition = z.object({
  metric: z.string(),
  name: z.string(),
  operator: z.string(),
  threshold: z.string().nullable(),
  actualValue: z.string().nullable(),
  status: z.string(),
});

const project = z.object({
  integrationId: rowId.nullable(),
  integrationName: z.string().nullable(),
  projectId: rowId.nullable(),
  projectKey: z.string(),
  projectName: z.string().nullable(),
  /** Of a project that its server has no more: since when. */
  projectDeletedAt: instant.optional(),
  status: VerdictStatus,
  reason,
  flags: z.array(flag),
  /** Null when a demanded project was not analysed at the commit. */
  analysis: z
    .object({
      id: rowId,
      scope: z.enum(['branch', 'pull_request', 'companion']),
      branch: z.string(),
      revision: z.string(),
      analyzedAt: instant,
      changedAt: instant,
      gateStatus: z.string().nullable(),
      gateEvaluated: z.boolean().nullable(),
      conditions: z.array(condition),
      /** How its repository is known; null: nobody says. */
      repository: z.object({ key: z.string(), source: z.enum(['mapping', 'binding', 'link']) }).nullable(),
    })
    .nullable(),
});
export type ProjectAnswer = z.infer<typeof project>;

export const Hint = z.object({ code: z.string(), message: z.string() });

const platform = z.object({
  digest: z.string(),
  /** e.g. `linux/arm64`; null where the image does not say. */
  platform: z.string().nullable(),
  status: VerdictStatus,
  reason,
  claim: z
    .object({
      trust: z.string().nullable(),
      commit: z.string(),
      /** False when only the beginning of the commit is known. */
      exact: z.boolean(),
      repositoryKey: z.string().nullable(),
      repositoryUrl: z.string().nullable(),
      ref: z.string().nullable(),
      subdir: z.string().nullable(),
      inherited: z.boolean(),
    })
    .nullable(),
  flags: z.array(flag),
  projects: z.array(project),
  /** What may be behind it, worked out now. */
  hints: z.array(Hint),
});
export type PlatformAnswer = z.infer<typeof platform>;

export const ImagePlace = z.object({
  /** Null for an image that is not stored: of a registry without an integration. */
  id: rowId.nullable(),
  /** Host, repository and tag or digest. */
  reference: z.string(),
  registry: z.object({ id: rowId.nullable(), name: z.string().nullable(), host: z.string() }),
  repository: z.string(),
  digest: z.string().nullable(),
  tags: z.array(z.string()),
});
export type ImagePlaceAnswer = z.infer<typeof ImagePlace>;

export const Verdict = z.object({
  policy: z.string(),
  image: ImagePlace,
  status: VerdictStatus,
  reason,
  message: z.string(),
  /** What to do about it. */
  remedy: z.string(),
  /** The other side’s words, where something could not be done. */
  upstream: z.string().nullable(),
  /** In force now; the status stays what it is. */
  waiver: Waiver.nullable(),
  /** Since when we say so; null for a verdict that is not stored. */
  since: instant.nullable(),
  platforms: z.array(platform),
});
export type VerdictAnswer = z.infer<typeof Verdict>;

export const VerdictDetail = Verdict.extend({
  /** Newest first. */
  history: z.array(
    z.object({
      status: VerdictStatus,
      reason,
      message: z.string(),
      validFrom: instant,
      validTo: instant.nullable(),
    }),
  ),
  waivers: z.array(Waiver),
  environments: z.array(z.string()),
});
export type VerdictDetail = z.infer<typeof VerdictDetail>;

export const VerdictFilter = z.enum(['passed', 'failed', 'waived', 'no_data', 'error']);

export const ResultQuery = z.strictObject({
  status: list(VerdictFilter).optional(),
  reason: list(z.string().max(60)).optional(),
  registry: list(z.coerce.number().pipe(rowId)).optional(),
  /** Part of the repository, any case. */
  search: z.string().max(200).optional(),
  /** Only verdicts that have been so since this time or later. */
  since: instant.optional(),
  /** A node of an org tree: images of the repositories that belong to its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** What was said at this time, of the images that a tag pointed to then. */
  asOf: moment.optional(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
});
export type ResultQuery = z.input<typeof ResultQuery>;

export const ResultRow = z.object({
  image: ImagePlace.extend({ id: rowId }),
  status: VerdictStatus,
  reason,
  message: z.string(),
  waived: z.boolean(),
  /** A gate is OK although it evaluated nothing. */
  notEvaluated: z.boolean(),
  since: instant,
  /** With `asOf`: what is said of the image now, with null for both where nothing is; null: the same. */
  now: z
    .object({
      status: VerdictStatus.nullable(),
      reason: reason.nullable(),
      waived: z.boolean(),
      notEvaluated: z.boolean(),
    })
    .nullable()
    .optional(),
});
export type ResultRow = z.infer<typeof ResultRow>;

export const ResultList = z.object({
  results: z.array(ResultRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
  asOf: z
    .object({
      at: instant,
      /** By which images were judged then, to who may see how they are; null: which is not known any more. */
      settings: z.lazy(() => Settings.nullable()).optional(),
      /** Why there is nothing, where nothing had been said of any image by then. */
      nothingSaid: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
    })
    .optional(),
});
export type ResultList = z.infer<typeof ResultList>;

export const BriefQuery = z.strictObject({
  ids: list(z.coerce.number().pipe(rowId)),
  /** What was said at this time. */
  asOf: moment.optional(),
});
export const BriefVerdict = z.object({
  imageId: rowId,
  status: VerdictStatus,
  reason,
  waived: z.boolean(),
  notEvaluated: z.boolean(),
});
export type BriefVerdict = z.infer<typeof BriefVerdict>;
/** Images that were not judged yet are left out. */
export const BriefVerdicts = z.object({ verdicts: z.array(BriefVerdict) });
export type BriefVerdicts = z.infer<typeof BriefVerdicts>;

export const Settings = z.strictObject({
  warnFails: z.boolean(),
  notEvaluatedIsNoData: z.boolean(),
  allowDirty: z.boolean(),
  usePullRequests: z.boolean(),
  inheritIndexClaim: z.boolean(),
  excludedIntegrations: z.array(rowId).max(1000),
});
export type SettingsAnswer = z.infer<typeof Settings>;

export const Counts = z.object({
  passed: z.int(),
  /** Without those that are waived. */
  failed: z.int(),
  waived: z.int(),
  noData: z.int(),
  error: z.int(),
  total: z.int(),
});

export const Overview = z.object({
  policy: z.string(),
  /** Images that a tag points to. */
  images: Counts,
  reasons: z.array(z.object({ reason, status: VerdictStatus, count: z.int() })),
  /** What is there, to say why the page is empty. */
  setup: z.object({
    sonarqubeIntegrations: z.int(),
    registryIntegrations: z.int(),
    analysedCommits: z.boolean(),
    images: z.boolean(),
    /** First thing to do; null when nothing is missing. */
    next: z.enum(['connect_sonarqube', 'analyse', 'connect_registry', 'push']).nullable(),
  }),
  settings: Settings,
});
export type PolicyOverview = z.infer<typeof Overview>;

export const TrendQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(30) });
export const Trend = z.object({
  days: z.array(z.object({ day: z.iso.date(), passed: z.int(), failed: z.int(), noData: z.int(), error: z.int() })),
});
export type PolicyTrend = z.infer<typeof Trend>;

const reference = z.string().trim().min(1).max(1000);

/** For one request: neither stored nor logged. */
export const RegistryCredential = z.strictObject({
  /** Host of the registry, as in references. */
  registry: z.string().min(1).max(300),
  username: z.string().max(1000).optional(),
  password: z.string().max(20_000).optional(),
  /** An identity token of `docker login`; instead of name and password. */
  identityToken: z.string().max(20_000).optional(),
});

const judged = z.strictObject({
  /** References, or globs over the images that are stored: `registry.example.com/team/*:1.*`. */
  images: z.array(reference).min(1).max(100),
  /** Only what is stored: no registry is asked. */
  stored: z.boolean().default(false),
  /** Only this platform, e.g. `linux/arm64`. */
  platform: z.string().max(100).optional(),
  /** What rests on facts that were read longer ago than so many seconds is not passed. */
  maxAge: z.int().min(1).max(longestAge).optional(),
  credentials: z.array(RegistryCredential).max(20).default([]),
});

/** `asOf`: what was said at that time, from what is stored. */
export const EvaluateRequest = judged
  .extend({ asOf: moment.optional() })
  .refine(({ asOf, maxAge }) => asOf === undefined || maxAge === undefined, {
    message: 'maxAge does not go with asOf: how old facts were then is not judged',
  });
export type EvaluateRequest = z.input<typeof EvaluateRequest>;

export const CompareRequest = judged.extend({ environment: z.string().trim().min(1).max(100) });
export const Comparison = z.object({
  verdict: Verdict,
  /** What the environment runs of the same repository; null: nothing, so the verdict alone counts. */
  baseline: z.object({ reference: z.string(), status: VerdictStatus, reason }).nullable(),
  change: z.enum(['worse', 'better', 'unchanged', 'no_baseline']),
});
export type Comparison = z.infer<typeof Comparison>;
export const CompareAnswer = z.object({ comparisons: z.array(Comparison) });
export type CompareAnswer = z.infer<typeof CompareAnswer>;

export const CreateWaiverRequest = z.strictObject({
  imageId: rowId,
  scope: z.enum(['image', 'repository']),
  reason: z.string().trim().min(3).max(2000),
  expiresAt: instant,
});
export const OneWaiver = z.object({ waiver: Waiver });

const mappedProject = z.strictObject({
  projectKey: z.string().trim().min(1).max(400),
  /** Name or id; null: whichever has the key. */
  integration: z.string().trim().min(1).max(100).nullable().default(null),
  /** Base directory in the repository; only with `repository`. */
  directory: z.string().trim().max(400).nullable().default(null),
});

/** Either `images` or `repository`. */
export const MappingInput = z
  .strictObject({
    /** Image repository or glob without registry, e.g. `team/checkout-*`. */
    images: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .regex(/^[a-z0-9._/*?-]+$/, 'must be an image repository in lower case; * and ? stand for parts of it')
      .optional(),
    /** Name or id of the registry’s integration; left out: any. */
    registry: z.string().trim().min(1).max(100).optional(),
    /** Address of a git repository whose projects these are. */
    repository: z.string().trim().min(1).max(2048).optional(),
    projects: z.array(mappedProject).min(1).max(200),
  })
  .refine((rule) => (rule.images === undefined) !== (rule.repository === undefined), {
    message: 'needs either images or repository',
  })
  .refine((rule) => rule.registry === undefined || rule.images !== undefined, {
    message: 'registry only goes with images',
  });
export type MappingInput = z.input<typeof MappingInput>;

export const Mapping = z.object({
  id: rowId,
  images: z.string().nullable(),
  registry: z.object({ id: rowId, name: z.string() }).nullable(),
  repository: z.string().nullable(),
  projects: z.array(
    z.object({
      projectKey: z.string(),
      integration: z.object({ id: rowId, name: z.string() }).nullable(),
      directory: z.string().nullable(),
    }),
  ),
  /** file: a plumbline.yaml says so and takes it back. */
  origin: z.enum(['person', 'file']),
  createdBy: z.string(),
  createdAt: instant,
});
export type MappingAnswer = z.infer<typeof Mapping>;
export const MappingList = z.object({ mappings: z.array(Mapping) });
export type MappingList = z.infer<typeof MappingList>;
export const OneMapping = z.object({ mapping: Mapping });

/** A verdict as it was at a time, with what stands beside it. */
export const JudgedVerdict = Verdict.extend({
  asOf: z
    .object({
      at: instant,
      /** Those in force then that speak of the image, its git repository or its projects. */
      mappings: z.array(Mapping),
      /** By which images were judged then; null: which is not known any more. */
      settings: Settings.nullable(),
      /** What is said of the same image now; null: the same. */
      now: Verdict.nullable(),
    })
    .optional(),
});
export type JudgedAnswer = z.infer<typeof JudgedVerdict>;
export const EvaluateAnswer = z.object({ verdicts: z.array(JudgedVerdict) });
export type EvaluateAnswer = z.infer<typeof EvaluateAnswer>;

export const ApplyMappingsRequest = z.strictObject({ mappings: z.array(MappingInput).max(1000) });
export const ApplyMappingsQuery = z.strictObject({ dryRun: z.stringbool().default(false) });
export const AppliedMappings = z.object({ added: z.int(), removed: z.int(), unchanged: z.int() });
export type AppliedMappings = z.infer<typeof AppliedMappings>;

export const EnvironmentName = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must begin with a letter or digit and have at most 100 of A-Z a-z 0-9 . _ -',
  );
export const EnvironmentParams = z.strictObject({ name: EnvironmentName });
export const EnvironmentImage = z.object({
  image: ImagePlace.extend({ id: rowId }),
  /** As it was named. */
  reference: z.string(),
  /** The tag it was named by points to another image now. */
  tagMoved: z.boolean(),
  status: VerdictStatus.nullable(),
  reason: reason.nullable(),
  waived: z.boolean(),
  setAt: instant,
  setBy: z.string(),
});
export const Environment = z.object({ name: z.string(), images: z.array(EnvironmentImage) });
export type EnvironmentAnswer = z.infer<typeof Environment>;
export const EnvironmentList = z.object({ environments: z.array(Environment) });
export type EnvironmentList = z.infer<typeof EnvironmentList>;
export const EnvironmentListQuery = z.strictObject({ name: EnvironmentName.optional() });
export const SetEnvironmentAnswer = z.object({
  environment: Environment,
  /** What was set now. */
  set: z.array(z.object({ reference: z.string(), digest: z.string().nullable() })),
});
export type SetEnvironmentAnswer = z.infer<typeof SetEnvironmentAnswer>;
/** What an environment ran, from when to when, the newest first. */
export const EnvironmentHistory = z.object({
  history: z.array(
    z.object({
      image: ImagePlace.extend({ id: rowId }),
      reference: z.string(),
      setAt: instant,
      setBy: z.string(),
      endedAt: instant.nullable(),
      endedBy: z.string().nullable(),
    }),
  ),
});
export type EnvironmentHistory = z.infer<typeof EnvironmentHistory>;
export const SetEnvironmentRequest = z.strictObject({
  /** A reference, or a glob over the images that are stored: all of them are set, or none. */
  image: reference,
  /** Makes a new environment although another is named almost alike. */
  makeNew: z.boolean().default(false),
  credentials: z.array(RegistryCredential).max(20).default([]),
});
export const RemoveFromEnvironmentQuery = z.strictObject({ image: reference });

export const Done = z.object({ ok: z.literal(true) });
