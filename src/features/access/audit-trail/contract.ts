import { z } from 'zod';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const hash = z.string().length(64);

export const AuditEvent = z.object({
  id: rowId,
  at: instant,
  actorKind: z.enum(['user', 'token', 'local', 'system']),
  actorName: z.string(),
  /** e.g. `integration.created`. */
  action: z.string(),
  objectKind: z.string(),
  objectId: z.string().nullable(),
  objectName: z.string().nullable(),
  details: z.record(z.string(), z.json()),
  remoteAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  /** Place in the trail, and SHA-256 over this row and all before it; null: put there past the hub. */
  sequence: rowId.nullable(),
  hash: hash.nullable(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditQuery = z.strictObject({
  /** Matches the start of the action, e.g. `integration.`. */
  action: z.string().max(100).optional(),
  /** Part of the actor’s name, any case. */
  actor: z.string().max(200).optional(),
  objectKind: z.string().max(100).optional(),
  objectId: z.string().max(100).optional(),
  /** Part of an action, a name, an id, an address or the details, any case. */
  search: z.string().trim().max(200).optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** `nextBefore` of the page before. */
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** As a file: every row that the filters leave, whatever the page. */
  format: z.enum(['json', 'csv', 'jsonl']).default('json'),
});
export type AuditQuery = z.input<typeof AuditQuery>;

/** Newest first. */
export const AuditPage = z.object({
  events: z.array(AuditEvent),
  nextBefore: rowId.nullable(),
  /** Kinds of objects there are in the trail. */
  kinds: z.array(z.string()),
});
export type AuditPage = z.infer<typeof AuditPage>;

export const BrokenPlace = z.object({
  /** `cut_tail`: the end is gone. `no_head`: it is not known where the end was. */
  kind: z.enum(['changed_row', 'missing_row', 'inserted_row', 'cut_tail', 'no_head']),
  sequence: rowId.nullable(),
  /** Entry of the list, where there is one. */
  eventId: rowId.nullable(),
  message: z.string(),
});
export type BrokenPlace = z.infer<typeof BrokenPlace>;

/** What came out of hashing the whole trail again. */
export const AuditChain = z.object({
  whole: z.boolean(),
  /** As many were right, up to the end or the first that is not. */
  rows: z.int().min(0),
  /** The newest row: whoever notes it elsewhere can find it again later. */
  last: z.object({ sequence: rowId, hash }).nullable(),
  /** The last row that retention removed, which the first one left goes on from; null: none. */
  removed: z.object({ sequence: rowId, hash, at: instant }).nullable(),
  /** The first place that is not as it was written. */
  broken: BrokenPlace.nullable(),
  checkedAt: instant,
});
export type AuditChain = z.infer<typeof AuditChain>;
