import { z } from 'zod';
import { Deriving } from '../contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const day = z.iso.date();
const page = z.coerce.number().int().min(1).max(100_000).default(1);

/** Members in an address are separated by commas. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

/** What counts as a failed deployment. One whose status is failed always does. */
export const FailureDefinition = z.strictObject({
  /** One that was taken back, whatever end it had. */
  rolledBackFails: z.boolean(),
  /** One that was broken off; else it counts as nothing. */
  abortedFails: z.boolean(),
  /** An attempt whose place a retry took counts beside it. */
  supersededCounts: z.boolean(),
});
export type FailureDefinition = z.infer<typeof FailureDefinition>;

export const FailureSettings = FailureDefinition.extend({
  /** Null: nobody decided, and these are what they are at first. */
  changedBy: z.string().nullable(),
  changedAt: instant.nullable(),
});
export type FailureSettings = z.infer<typeof FailureSettings>;

const filters = {
  granularity: z.enum(['week', 'month', 'quarter']).default('week'),
  preset: z.enum(['4w', '12w', '3m', '6m', '12m', '24m']).default('12w'),
  /** First and last day (UTC), both included; either replaces the preset. */
  from: day.optional(),
  to: day.optional(),
  /** Names of services and of environments; left out: all services, all environments of type production. */
  service: list(z.string().max(1000)).optional(),
  environment: list(z.string().max(1000)).optional(),
  /** A node of an org tree: the services of Harness that belong to its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
};

export const DeliveryQuery = z.strictObject(filters);
export type DeliveryQuery = z.input<typeof DeliveryQuery>;

/** Over all values; null without any. Between two values they are interpolated. */
export const Statistics = z.object({
  values: z.int(),
  mean: z.number().nullable(),
  median: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
});
export type Statistics = z.infer<typeof Statistics>;

export const DeliveryBucket = z.object({
  from: day,
  to: day,
  /** False for the one that today lies in. */
  complete: z.boolean(),
  /** These and all that follow are null for a period that was over before anything is known. */
  successful: z.int().nullable(),
  failed: z.int().nullable(),
  /** Failed of successful and failed; null without either. */
  failureRate: z.number().nullable(),
  /** Restored in it, and the median time that took, in seconds. */
  restored: z.int().nullable(),
  restoreMedian: z.number().nullable(),
  /** Deployments whose lead time is known, and its median in seconds. */
  linked: z.int().nullable(),
  leadMedian: z.number().nullable(),
});
export type DeliveryBucket = z.infer<typeof DeliveryBucket>;

export const Delivery = z.object({
  deriving: Deriving,
  from: day,
  to: day,
  /** Of the range, those since the first that something is known of: nothing is said of the days before. */
  days: z.int(),
  definition: FailureDefinition,
  /** The oldest deployment that is known to have gone to production; null: none. */
  knownSince: instant.nullable(),
  /** Successful deployments; the statistics are of their number a day. Null without a day that something is known of. */
  frequency: z.object({
    successful: z.int(),
    perDay: z.number().nullable(),
    perWeek: z.number().nullable(),
    aDay: Statistics,
  }),
  /** The statistics are of the rates of the periods that had any. */
  changeFailure: z.object({
    failed: z.int(),
    total: z.int(),
    rate: z.number().nullable(),
    aPeriod: Statistics,
  }),
  /** Seconds from the first failed deployment of a place to the next successful one. `open`: not restored until now. */
  restore: z.object({ restored: z.int(), open: z.int(), seconds: Statistics }),
  /**
   * Seconds from the first analysis of a change to its first successful deployment. Linked, unlinked and repeated are
   * together the successful deployments.
   */
  leadTime: z.object({
    linked: z.int(),
    unlinked: z.object({
      /** Nobody told the commit. */
      noCommit: z.int(),
      notAnalysed: z.int(),
      /** The commit was analysed only after it was deployed. */
      analysedAfter: z.int(),
    }),
    /** Of a commit that was delivered before. */
    repeated: z.int(),
    seconds: Statistics,
  }),
  buckets: z.array(DeliveryBucket),
});
export type Delivery = z.infer<typeof Delivery>;

export const RestoreQuery = z.strictObject({
  ...filters,
  page,
  state: z.enum(['restored', 'open']).default('restored'),
});
export type RestoreQuery = z.input<typeof RestoreQuery>;

const Service = z.object({ service: z.string(), environment: z.string(), infrastructure: z.string().nullable() });

/** By when it was restored, the newest first; of open ones by when it failed. */
export const RestoreList = z.object({
  restores: z.array(
    Service.extend({
      /** The first failed deployment. */
      failedId: rowId,
      failedAt: instant,
      /** Failed ones until it was restored. */
      failures: z.int(),
      restoredId: rowId.nullable(),
      restoredAt: instant.nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type RestoreList = z.infer<typeof RestoreList>;

export const LeadTimeQuery = z.strictObject({
  ...filters,
  page,
  state: z.enum(['linked', 'no_commit', 'not_analysed', 'analysed_after', 'repeated']).default('linked'),
});
export type LeadTimeQuery = z.input<typeof LeadTimeQuery>;

/** By when it was deployed, the newest first. */
export const LeadTimeList = z.object({
  leadTimes: z.array(
    Service.extend({
      deploymentId: rowId,
      deployedAt: instant,
      commit: z.string().nullable(),
      firstAnalysedAt: instant.nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type LeadTimeList = z.infer<typeof LeadTimeList>;
