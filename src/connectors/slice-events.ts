import { z } from 'zod';
import { catalogue, type ErrorCode } from '../platform/errors/index.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const Json = z.json() as z.ZodType<Json>;
const ErrorCode = z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value));
const Keys = z.array(z.string()).readonly();

/** Where it is said: a stream, and a scope of the slice ('' for the slice itself). */
const place = { stream: z.string(), scope: z.string() };

/**
 * How certain it is that a listing held everything: `key_set` complete by construction, `counts_equal` its distinct
 * keys equal the source's own total, `unproven` neither.
 */
const Proof = z.enum(['key_set', 'counts_equal', 'unproven']);
export type Proof = z.infer<typeof Proof>;

/** A thing by the key it has now and the source's own id, which outlives a key; null where the source tells none. */
const ThingAtSource = z.object({ key: z.string(), id: z.string().nullable() });
export type ThingAtSource = z.infer<typeof ThingAtSource>;

/** What the settings name and the source does not have, with the code that says so. */
const Unmatched = z.object({ code: ErrorCode, names: Keys });
export type Unmatched = z.infer<typeof Unmatched>;

/** From one moment up to another, which is not in it any more; ISO 8601 UTC. */
const TimeWindow = z.object({ from: z.iso.datetime(), to: z.iso.datetime() });
export type TimeWindow = z.infer<typeof TimeWindow>;

const events = {
  /** One page. It is staged together with `cursor`, with which a restarted attempt goes on. */
  records: z.object({
    type: z.literal('records'),
    ...place,
    records: z.array(z.custom<object>((value) => typeof value === 'object' && value !== null)),
    cursor: Json.exactOptional(),
  }),
  /** Forget what was staged for this stream and scope: it is read again. */
  restart: z.object({ type: z.literal('restart'), ...place }),
  /** One element the connector could not understand. Counts as not stored. */
  set_aside: z.object({ type: z.literal('set_aside'), ...place, text: z.string(), reason: z.string() }),
  complete: z.object({
    type: z.literal('complete'),
    ...place,
    /** What the source says there is; null where it says nothing. */
    sourceCount: z.number().nullable(),
    method: z.string(),
    proof: Proof,
    /** For `unproven`: why, in half a sentence. With it the run is partial also where the source counts nothing. */
    doubt: z.string().exactOptional(),
    /** True when the scope changed during the listing, also at the last attempt. */
    sourceMoved: z.boolean(),
    /** True when every page was a 200 and a permission probe still succeeds: what is not listed is gone. */
    absenceTrusted: z.boolean(),
    /**
     * `changes`: only what differs from `stored` was listed, and what is not listed stays. `named`: only what the request
     * names, so that nothing is said about the listing as such. Whole when left out.
     */
    coverage: z.enum(['whole', 'changes', 'named']).exactOptional(),
    /** Only what is dated in it was listed, whole: what is stored outside it stays. A scope of its own for each window. */
    window: TimeWindow.exactOptional(),
    /** Keys that the source was asked for and has no more, whatever was listed. */
    gone: Keys.exactOptional(),
    /** Keys that the source has and this token may not read any more. */
    unreadable: Keys.exactOptional(),
    /** Keys that the source was asked for one by one, as no list named them: next time the others have their turn. */
    lookedFor: Keys.exactOptional(),
    /** Things that are stored and that the settings leave out. */
    outside: z.array(ThingAtSource).readonly().exactOptional(),
    /** Discovery: names and patterns of the settings that nothing answers. */
    unmatched: Unmatched.exactOptional(),
    /** Handed back at the next reading of this scope, when this one was published. */
    bookmark: Json.exactOptional(),
  }),
  /**
   * What the source counts in a scope, by its own status word. `behind` is true when something changed there since the
   * last reading, so that the counts say nothing about what is stored.
   */
  counts: z.object({
    type: z.literal('counts'),
    ...place,
    byStatus: z.record(z.string(), z.number()).readonly(),
    behind: z.boolean(),
    method: z.string(),
  }),
  /** Bytes to keep beside the `bookmark` of a stream and scope. May be lost; then the next reading lists whole. */
  fingerprints: z.object({
    type: z.literal('fingerprints'),
    ...place,
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  /** Discovery only: a scope of a slice was asked. `touchedAt` is null when nothing changed since its last reading. */
  polled: z.object({
    type: z.literal('polled'),
    slice: z.string(),
    ...place,
    touchedAt: z.string().nullable(),
  }),
  /** This stream cannot be read in this scope (blocked, forbidden, absent). What is stored of it stays as it is. */
  unavailable: z.object({
    type: z.literal('unavailable'),
    ...place,
    code: ErrorCode,
    message: z.string(),
    upstream: z.string().exactOptional(),
    /** True where other streams of the slice could not be looked for without it. */
    hidesOthers: z.literal(true).exactOptional(),
  }),
  /**
   * Discovery: a slice there is. `version` and `touchedAt` moving is what makes it due; null says nothing (never
   * filled, no change as far back as was read). Reading a slice: the version that was read of it, where versions may come
   * back (a tag that moves there and back); else the one that made it due is taken for read.
   */
  slice: z.object({
    type: z.literal('slice'),
    slice: z.string(),
    version: z.string().nullable(),
    touchedAt: z.string().nullable(),
  }),
  /** Discovery only: a named value to hand back to the next discovery. */
  cursor: z.object({ type: z.literal('cursor'), name: z.string(), value: z.string() }),
  /** Discovery only: identity of the server that answered. */
  identity: z.object({ type: z.literal('identity'), serverId: z.string() }),
  progress: z.object({
    type: z.literal('progress'),
    stage: z.string(),
    done: z.number(),
    total: z.number().nullable(),
  }),
  /** Discovery only: how many issues, images or the like the source says there are, over all its slices. */
  expected: z.object({ type: z.literal('expected'), records: z.number() }),
};

/** What a reading says beside its records: whoever publishes it needs all of it. */
export const ControlEvent = z.discriminatedUnion('type', [
  events.restart,
  events.complete,
  events.counts,
  events.fingerprints,
  events.polled,
  events.unavailable,
  events.slice,
  events.cursor,
  events.identity,
  events.expected,
]);
export type ControlEvent = z.infer<typeof ControlEvent>;

/** What a connector says while it reads a slice: data that can be kept and sent, and nothing that only lives here. */
export const SliceEvent = z.discriminatedUnion('type', [
  events.records,
  events.set_aside,
  events.progress,
  ControlEvent,
]);
export type SliceEvent = z.infer<typeof SliceEvent>;
