import { z } from 'zod';
import { longestAge } from '../../domain/longest-age.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

/** `GET /api/v1/trace`: what somebody pasted. */
export const TraceQuery = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'holds characters that cannot be shown'),
  /** `found`: only what the text may mean, environments and running deployments by a part of their name too; no line. */
  only: z.enum(['found']).optional(),
  /** `empty`: where nothing is known under the text the answer says so by an empty `found`, and is no error. */
  ifNothing: z.enum(['empty']).optional(),
  /** Seconds. What was read longer ago stands well for nobody. */
  maxAge: z.coerce.number().int().min(1).max(longestAge).optional(),
  /** What was said at that time, with what is said now beside it where that differs. */
  asOf: instant.optional(),
});

export const StationKind = z.enum([
  'commit',
  'pull_request',
  'analysis',
  'image',
  'execution',
  'deployment',
  'environment',
]);
export type StationKind = z.infer<typeof StationKind>;

/** What a state comes to. `neutral`: it says nothing good and nothing bad. */
export const Standing = z.enum(['failed', 'warning', 'unknown', 'good', 'neutral']);
export type Standing = z.infer<typeof Standing>;

export const Station = z.object({
  /** Names it in links and as a text to ask for: `image:12`, `commit:890590b3…`. */
  ref: z.string(),
  station: StationKind,
  title: z.string(),
  /** In a word, as its own page says it; null: it has none. */
  state: z.string().nullable(),
  standing: Standing,
  /** When that came to be so. */
  at: instant.nullable(),
  /** Null: told to the hub itself, or of no one system. */
  integration: z.object({ id: rowId, name: z.string() }).nullable(),
  /** Its page in the outside system. */
  link: z.string().nullable(),
  /** When what its system says was last read well; null: it never was, or it is of no system. */
  readAt: instant.nullable(),
  /** Since when that is too old to be believed; null: it is not. */
  staleSince: instant.nullable(),
  /** It was read longer ago than was asked for. */
  tooOld: z.boolean(),
  /** What belongs to one kind of station only. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
});
export type Station = z.infer<typeof Station>;

export const Link = z.object({
  kind: z.string(),
  from: z.string(),
  to: z.string(),
  certainty: z.enum(['signed', 'stated', 'inferred', 'declared']),
  /** What makes it less than it seems, in a word. */
  note: z.string().nullable(),
  source: z.object({
    integration: z.object({ id: rowId, name: z.string() }).nullable(),
    stream: z.string(),
    record: z.string(),
  }),
  seenAt: instant,
  validFrom: instant,
  validTo: instant.nullable(),
});
export type Link = z.infer<typeof Link>;

export const Missing = z.object({
  /** The station at which the line ends, or is in doubt. */
  at: z.string(),
  /** What there is none of, or not one alone. */
  expects: StationKind,
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  /** What is known beside it: names, times. */
  details: z.array(z.string()),
});
export type Missing = z.infer<typeof Missing>;

export const Line = z.object({
  start: z.string(),
  /** Stations that failed or are in doubt, the worst first; what was replaced since is not among them. */
  worst: z.array(z.string()),
  stations: z.array(Station),
  links: z.array(Link),
  missing: z.array(Missing),
  /** Kinds of which there are more than are shown. */
  cut: z.array(StationKind),
});
export type Line = z.infer<typeof Line>;

/** Why something of a time before cannot be told. What is said now never stands in for it. */
export const Untold = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  details: z.array(z.string()),
});
export type Untold = z.infer<typeof Untold>;

/** Something that is said otherwise now than then. */
export const Difference = z.object({
  what: z.enum(['station', 'link', 'missing']),
  /** A station, `from` and `to` of a link, or the station at which something is missing. */
  at: z.array(z.string()),
  /** What people call it. */
  title: z.string(),
  /** In words; null: not said. */
  before: z.string().nullable(),
  now: z.string().nullable(),
});
export type Difference = z.infer<typeof Difference>;

export const AsOf = z.object({
  at: instant,
  untold: z.array(Untold),
  /** What the same text, or the same station, comes to now; null: the same. */
  now: z.object({ found: z.array(Station), line: Line.nullable(), differences: z.array(Difference) }).nullable(),
});
export type AsOf = z.infer<typeof AsOf>;

export const TraceAnswer = z.object({
  text: z.string(),
  /** What the text may mean. More than one: nothing is chosen, ask again with the `ref` of one. */
  found: z.array(Station),
  line: Line.nullable(),
  /** Of an answer of a time before. */
  asOf: AsOf.optional(),
});
export type TraceAnswer = z.infer<typeof TraceAnswer>;
