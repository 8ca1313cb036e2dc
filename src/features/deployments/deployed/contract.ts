import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);
const search = z.string().max(500).optional();

/** Members in an address are separated by commas: `state=failed,rolled_back`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

/** Text without what nobody can see or what no database takes. */
const words = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'holds characters that cannot be shown');

export const IdParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

export const EnvironmentType = z.enum(['production', 'pre_production']);
export type EnvironmentType = z.infer<typeof EnvironmentType>;

/** `POST /api/v1/deployments`. Service, environment, infrastructure and key together name one deployment. */
export const ReportRequest = z
  .strictObject({
    /** What the pipeline calls this deployment, e.g. the number of its run. The same again is the same deployment. */
    key: words(200),
    service: words(200),
    environment: words(200),
    /**
     * Name or number of an integration of Harness, with `project`: service and environment are those of Harness, by their
     * identifiers there. Left out: services and environments of that name that only pipelines tell of.
     */
    integration: words(100).nullable().default(null),
    /** `organization/project` there. What is defined above it is named as Harness does, `org.web` or `account.web`. */
    project: z
      .string()
      .trim()
      .max(300)
      .regex(/^[^/]+\/[^/]+$/, 'must be organization/project')
      .nullable()
      .default(null),
    /** Left out: as it was told before, or as Harness defines the environment. */
    environmentType: EnvironmentType.nullable().default(null),
    /** Where one environment has several, e.g. a cluster. Of Harness, left out: the only one that is known. */
    infrastructure: words(200).nullable().default(null),
    status: z.enum(['started', 'succeeded', 'failed', 'aborted', 'rolled_back']),
    /** As `docker pull` takes it, with its digest where that is known. */
    image: z.string().trim().min(1).max(1000).nullable().default(null),
    /** What was deployed where it is no image. */
    version: words(200).nullable().default(null),
    commit: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a whole commit id of 40 or 64 hexadecimal digits')
      .nullable()
      .default(null),
    /** Page of the pipeline’s run. */
    link: z
      .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
      .max(2000)
      .nullable()
      .default(null),
    /** When it came to be so; left out: now. */
    at: instant.nullable().default(null),
    /** When it began, where that is not reported by itself. */
    startedAt: instant.nullable().default(null),
  })
  .refine(({ integration, project }) => (integration === null) === (project === null), {
    path: ['project'],
    message: 'stands together with integration',
  });
export type ReportRequest = z.input<typeof ReportRequest>;

/** `rolled_back`: taken back after whatever end it had. `unknown`: nobody told how it ended. */
export const DeploymentState = z.enum([
  'waiting',
  'running',
  'succeeded',
  'failed',
  'aborted',
  'skipped',
  'unknown',
  'rolled_back',
]);
export type DeploymentState = z.infer<typeof DeploymentState>;

const status = z.enum(['waiting', 'running', 'succeeded', 'failed', 'aborted', 'skipped', 'unknown']);

const IntegrationRef = z.object({ id: rowId, name: z.string() });

/** A service, an environment: `key` inside `scope` (organization, or organization/project; empty: none). */
const named = { key: z.string(), name: z.string(), scope: z.string() };
const ServiceRef = z.object(named);
const EnvironmentRef = z.object({ ...named, type: EnvironmentType.nullable() });

export const Image = z.object({
  /** As it was told, without its digest; null: only the digest is known. */
  reference: z.string().nullable(),
  digest: z.string().nullable(),
  /** Stored images with this digest. Empty where none has it, or the digest is not known: a tag may have moved. */
  ids: z.array(rowId),
});

export const Deployment = z.object({
  id: rowId,
  source: z.enum(['harness', 'pushed']),
  /** Whose service it is; null: only pipelines tell of the service. */
  integration: IntegrationRef.nullable(),
  key: z.string(),
  /** The run of Harness whose stage it is; null: a pipeline reported it, or the run was forgotten. */
  executionId: rowId.nullable(),
  service: ServiceRef,
  environment: EnvironmentRef,
  infrastructure: z.string().nullable(),
  state: DeploymentState,
  /** How it ended by itself. */
  status,
  /** The word of Harness. */
  rawStatus: z.string().nullable(),
  /** It put back what ran before. */
  takesBack: z.boolean(),
  /** A retry of the same run took its place. */
  superseded: z.boolean(),
  runsNow: z.boolean(),
  image: Image.nullable(),
  version: z.string().nullable(),
  commit: z.string().nullable(),
  link: z.string().nullable(),
  reportedBy: z.string().nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  rolledBackAt: instant.nullable(),
  /** When it took effect: its end, or its begin while it has none. */
  at: instant,
});
export type Deployment = z.infer<typeof Deployment>;

export const ReportAnswer = z.object({
  /** `unchanged`: it was known already, or came late. */
  outcome: z.enum(['created', 'moved_on', 'unchanged']),
  deployment: Deployment,
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

export const DeploymentQuery = z.strictObject({
  page,
  /** Part of a service, environment, key, image or version; the beginning of a digest or commit. */
  search,
  state: list(DeploymentState).optional(),
  type: list(z.enum(['production', 'pre_production', 'none'])).optional(),
  /** Names of environments, of services. */
  environment: list(z.string().max(1000)).optional(),
  service: list(z.string().max(1000)).optional(),
  integration: list(z.coerce.number().pipe(rowId)).optional(),
  /** A service in an environment: `id` of a place. */
  place: list(z.coerce.number().pipe(rowId)).optional(),
  /** A node of an org tree: the services of Harness that belong to its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** As the delivery figures count: with the settings of what failed. */
  outcome: z.enum(['successful', 'failed']).optional(),
  /** Only what took effect at this time or later, and before that one. */
  from: instant.optional(),
  to: instant.optional(),
});
export type DeploymentQuery = z.input<typeof DeploymentQuery>;

/**
 * Executions of Harness whose deployments are made again since an upgrade, as another version made them: what is told of
 * deployments is not whole until then. `total` is null before it began. Null: all are as this version makes them.
 */
export const Deriving = z.object({ done: z.int(), total: z.int().nullable() }).nullable();
export type Deriving = z.infer<typeof Deriving>;

/** The newest first. */
export const DeploymentList = z.object({
  deriving: Deriving,
  deployments: z.array(Deployment),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type DeploymentList = z.infer<typeof DeploymentList>;

/**
 * Why it is not certain that what succeeded last still runs, by what happened since: a deployment is under way, or was
 * aborted, or failed without being taken back, or nobody knows how it ended; or taking one back failed.
 */
export const Doubt = z.enum(['in_progress', 'aborted', 'unknown', 'failed', 'rollback_failed']);
export type Doubt = z.infer<typeof Doubt>;

/** A service in an environment, and there in one infrastructure where it has several. */
export const Place = z.object({
  id: rowId,
  service: ServiceRef,
  environment: EnvironmentRef,
  infrastructure: z.string().nullable(),
  integration: IntegrationRef.nullable(),
  /** Null: nothing is known to have succeeded there. */
  running: Deployment.nullable(),
  /** The newest attempt, where it is another. */
  newest: Deployment.nullable(),
  doubt: Doubt.nullable(),
});
export type Place = z.infer<typeof Place>;

export const MatrixQuery = z.strictObject({
  page,
  /** Environments are shown eight at a time. */
  columns: page,
  /** Part of a service’s name or key. */
  search,
  type: list(z.enum(['production', 'pre_production', 'none'])).optional(),
  environment: list(z.string().max(1000)).optional(),
  /** Only services of which something is in doubt, or nothing is known to run, in what is shown. */
  only: z.enum(['doubtful']).optional(),
});
export type MatrixQuery = z.input<typeof MatrixQuery>;

export const Matrix = z.object({
  deriving: Deriving,
  /** Production first; of one type that with the most services. */
  environments: z.array(z.object({ name: z.string(), type: EnvironmentType.nullable(), places: z.int() })),
  totalEnvironments: z.int(),
  columns: z.int(),
  columnsShown: z.int(),
  services: z.array(
    z.object({
      service: ServiceRef,
      integration: IntegrationRef.nullable(),
      /** One for each environment shown, in their order; several places where an environment has several infrastructures. */
      cells: z.array(z.array(Place)),
    }),
  ),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
  /** Of all that the filter leaves. */
  places: z.object({ running: z.int(), doubtful: z.int(), nothing: z.int() }),
});
export type Matrix = z.infer<typeof Matrix>;

export const DeploymentDetail = z.object({
  deployment: Deployment,
  place: Place,
  /** The run of Harness whose stage it is. */
  run: z
    .object({
      id: rowId,
      integrationId: rowId,
      organization: z.string(),
      project: z.string(),
      pipeline: z.string(),
      name: z.string(),
      number: z.int().nullable(),
    })
    .nullable(),
  /** What ran there before it took effect. */
  before: Deployment.nullable(),
  /** The newest of the place. */
  history: z.array(Deployment),
});
export type DeploymentDetail = z.infer<typeof DeploymentDetail>;
