import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

/** `GET /api/v1/overview` */
export const OverviewQuery = z.strictObject({
  /** A node of an org tree: what belongs to its teams; left out: the organization, or all that the caller may see. */
  node: z.coerce.number().pipe(rowId).optional(),
});
export type OverviewQuery = z.input<typeof OverviewQuery>;

export const FigureName = z.enum([
  'open_vulnerabilities',
  'open_critical',
  'open_high',
  'open_medium',
  'open_low',
  'open_unrated',
  'gates_failed',
  'images_failed',
  'running_failed',
  'targets_due',
  'targets_broken',
  'opened_this_week',
  'images_failed_this_week',
  'deployments_this_week',
  'deployments_failed_this_week',
]);
export type FigureName = z.infer<typeof FigureName>;

/** Why a number is not what it seems, by a code, with what to do. */
export const Why = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
export type Why = z.infer<typeof Why>;

export const Figure = z.object({
  name: FigureName,
  /**
   * `known`: all of it was read. `incomplete`: at least so many, and `why`. `unknown`: it could not be read, and `why`.
   * `not_connected`: nothing that could tell it is connected.
   */
  state: z.enum(['known', 'incomplete', 'unknown', 'not_connected']),
  /** Null where no number can be told; what is not whole is never 0. */
  value: z.int().nullable(),
  /** Of so many in all; null: of no given number. */
  of: z.int().nullable(),
  /** Of these, so many of which nothing is known: neither good nor bad. */
  unsaid: z.int(),
  /** Now less then; null: not known, or not asked of this figure. */
  change30Days: z.int().nullable(),
  /** The newest fact behind it; null: there is none. */
  asOf: instant.nullable(),
  /** Set when what it was read from has not been read whole for three of its intervals. */
  stale: z.object({ since: instant.nullable(), integrations: z.array(z.string()) }).nullable(),
  why: Why.nullable(),
  /** The list that has as many rows: ask for it as it stands. */
  rows: z.string(),
});
export type Figure = z.infer<typeof Figure>;

export const Need = z.object({
  kind: z.enum(['credential', 'runs', 'absence', 'satellite', 'webhook', 'inbox', 'address', 'unowned', 'health']),
  /** Of whoever decided that a person is needed: a reason of health, or one of this list's own. */
  code: z.string(),
  /** Name of what it is about. */
  about: z.string(),
  message: z.string(),
  since: instant.nullable(),
  /** As many rows as the page it leads to shows; null: the message says it. */
  count: z.int().nullable(),
  /** Integration it is about. */
  integrationId: rowId.nullable(),
  /** Org tree it is about. */
  treeId: rowId.nullable(),
});
export type Need = z.infer<typeof Need>;

export const Needs = z.object({
  /** The first hundred. */
  items: z.array(Need),
  total: z.int(),
  /** What could not be looked at: there may be more. */
  unread: z.array(z.object({ part: z.string() }).extend(Why.shape)),
});
export type Needs = z.infer<typeof Needs>;

export const FreshIntegration = z.object({
  id: rowId,
  name: z.string(),
  kind: z.string(),
  paused: z.boolean(),
  /** When it was last read without a gap; null: never. */
  lastGoodAt: instant.nullable(),
  stale: z.boolean(),
});
export type FreshIntegration = z.infer<typeof FreshIntegration>;

export const StepName = z.enum(['sonarqube', 'registry', 'deployments', 'repositories', 'bindings', 'teams']);
export type StepName = z.infer<typeof StepName>;

/** In the order in which they pay off. `waiting`: it is connected and the first reading goes on. */
export const Step = z.object({ name: StepName, state: z.enum(['done', 'waiting', 'open']) });
export type Step = z.infer<typeof Step>;

export const Overview = z.object({
  at: instant,
  /** The first of the days that “this week” begins with: seven days in all, today among them, UTC. */
  weekFrom: z.iso.date(),
  figures: z.array(Figure),
  freshness: z.array(FreshIntegration),
  /** Null: not for who works in some teams only, or may not see it. */
  needs: Needs.nullable(),
  setup: z.object({ steps: z.array(Step), next: StepName.nullable() }).nullable(),
});
export type Overview = z.infer<typeof Overview>;
