import { z } from 'zod';
import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import type { Json } from '../contract.ts';
import { SliceEvent } from '../slice-events.ts';

/**
 * What a worker and whoever plans its work say to each other: data, so that the same worker runs beside the database and
 * far away. Bytes are bytes here; `wire.ts` writes them as text.
 */

const JsonValue = z.json() as z.ZodType<Json>;
const Code = z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value));
const Keys = z.array(z.string()).readonly();
const place = { stream: z.string(), scope: z.string() };

/** Names one holding of one task. With an older fence it is another's by now, and nothing that is said with it counts. */
export const Lease = z.object({ taskId: z.int(), fence: z.int() });
export type Lease = z.infer<typeof Lease>;

/** One task, leased. */
export const Assignment = z.object({
  lease: Lease,
  runId: z.int(),
  slice: z.string(),
  /** What of it, in the planner's words, for people who read logs. */
  phase: z.string(),
  /** How long the lease lasts unless it is renewed. */
  leaseSeconds: z.number().positive(),
  /** Calls it may have in flight. */
  slots: z.int(),
});
export type Assignment = z.infer<typeof Assignment>;

export const Beat = z.object({
  state: z.enum(['held', 'lost', 'cancelled']),
  slots: z.int(),
  /** The outside system asked for no calls before. */
  pausedUntil: z.iso.datetime().nullable(),
});
export type Beat = z.infer<typeof Beat>;

/** How the outside system is reached from where the worker is. */
const Reach = z.object({
  configuredHost: z.string(),
  ca: z.string().exactOptional(),
  proxy: z.string().exactOptional(),
  allow: Keys.exactOptional(),
  deny: Keys.exactOptional(),
  loopbackAllowed: z.boolean(),
  ownPorts: z.array(z.int()).readonly().exactOptional(),
  userAgent: z.string().exactOptional(),
  methods: z
    .array(z.enum(['GET', 'POST', 'PUT', 'DELETE']))
    .readonly()
    .exactOptional(),
});

const ScopePoll = z.object({ slice: z.string(), ...place, name: z.string(), bookmark: JsonValue });

const RoomFacts = z.object({
  polls: z.array(ScopePoll).readonly().exactOptional(),
  companions: z
    .array(z.object({ key: z.string(), of: z.string(), name: z.string() }))
    .readonly()
    .exactOptional(),
  owners: z.boolean().exactOptional(),
});

/** What the connector is asked for; see `SliceRequest`. */
const WorkRequest = z.object({
  phase: z.enum(['discovery', 'current', 'history']),
  slice: z.string(),
  since: z.iso.datetime(),
  purpose: z.enum(['ingest', 'audit', 'count']),
  cursors: z.record(z.string(), z.string()),
  resume: z.record(z.string(), z.union([z.literal('complete'), z.object({ cursor: JsonValue })])),
  facts: RoomFacts.nullable(),
  /** What alone is asked for; null: everything. */
  named: Keys.nullable(),
  unread: z.object({ places: z.array(z.object(place)).readonly(), only: z.boolean() }).nullable(),
  /** What of what is stored may be asked about: to read what changed, to see what is gone, to discover. */
  stored: z.object({ changes: z.boolean(), rows: z.boolean(), known: z.boolean() }),
});
export type WorkRequest = z.infer<typeof WorkRequest>;

/** An integration with its secrets, for the time of one task: never kept, never logged. */
export const OpenedWork = z.object({
  /** Of the integration, for logs. */
  name: z.string(),
  kind: z.string(),
  settings: z.unknown(),
  secrets: z.unknown(),
  reach: Reach,
  request: WorkRequest,
});
export type OpenedWork = z.infer<typeof OpenedWork>;

const StoredFilter = z.object({
  keys: Keys.exactOptional(),
  status: z.string().exactOptional(),
  endedBefore: z.string().exactOptional(),
});

/** What a connector may ask while it reads, and how it is answered. */
export const questions = {
  /** Keys that lie in the stage, a page at a time; `next` is where the next begins. */
  stagedKeys: {
    question: z.object({ ...place, from: z.int() }),
    answer: z.object({ keys: Keys, next: z.int().nullable() }),
  },
  bookmark: {
    question: z.object(place),
    answer: z.object({ value: JsonValue, touchedAt: z.string().nullable() }).nullable(),
  },
  fingerprints: {
    question: z.object(place),
    answer: z.custom<Uint8Array>((value) => value instanceof Uint8Array).nullable(),
  },
  counts: { question: z.object(place), answer: z.record(z.string(), z.number()).readonly() },
  /** Rows that are stored and not gone, after a key; `next` is where the next page begins. */
  rows: {
    question: z.object({ ...place, filter: StoredFilter, after: z.string() }),
    answer: z.object({
      rows: z.array(z.object({ key: z.string(), status: z.string() })).readonly(),
      next: z.string().nullable(),
    }),
  },
  known: { question: z.object({}), answer: z.array(z.tuple([z.string(), z.string().nullable()])).readonly() },
} as const;
export type QuestionName = keyof typeof questions;
export type Question<Name extends QuestionName> = z.infer<(typeof questions)[Name]['question']>;
export type Answer<Name extends QuestionName> = z.infer<(typeof questions)[Name]['answer']>;

/** Events in their order. `sequence` counts the batches of one holding from 1: one that comes twice is taken once. */
export const Batch = z.object({ sequence: z.int().positive(), events: z.array(SliceEvent) });
export type Batch = z.infer<typeof Batch>;

/** Calls to the outside system so far. */
export const Traffic = z.object({ requests: z.int(), retries: z.int() });
export type Traffic = z.infer<typeof Traffic>;

/** The last batch, and with it everything was read. */
export const Finish = z.object({ ...Batch.shape, traffic: Traffic });
export type Finish = z.infer<typeof Finish>;

/** Why a task was not carried out. The planner decides what becomes of it. */
export const Failure = z.discriminatedUnion('type', [
  /** The worker stops; the task did not fail. */
  z.object({ type: z.literal('stopping'), traffic: Traffic }),
  z.object({
    type: z.literal('failed'),
    code: Code,
    message: z.string(),
    upstream: z.string().nullable(),
    /** When the outside system wants to be asked again, where it says so. */
    retryAt: z.iso.datetime().nullable(),
    traffic: Traffic,
  }),
]);
export type Failure = z.infer<typeof Failure>;

export const Decision = z.object({
  action: z.enum(['retry', 'fail', 'cancel', 'drop', 'give_back']),
  delaySeconds: z.number().nullable(),
});
export type Decision = z.infer<typeof Decision>;
