import { z } from 'zod';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const Named = z.object({ id: rowId, name: z.string() });

export const Satellite = z.object({
  id: rowId,
  /** Its machine. */
  name: z.string(),
  /** `stale`: not heard of for a minute and a half; `offline`: for ten minutes. */
  presence: z.enum(['online', 'stale', 'offline']),
  version: z.string(),
  /** `required`: it is refused until it is updated; `available`: the hub is newer. */
  update: z.enum(['none', 'available', 'required']),
  seenAt: instant,
  startedAt: instant,
  /** How far its clock is ahead of the hub's, in milliseconds; behind when negative. */
  clockAheadMs: z.int(),
  /** True when the clocks differ by more than five minutes. */
  clockDiffers: z.boolean(),
  keyId: rowId,
  /** True once its key was revoked: it can do nothing any more. */
  keyRevoked: z.boolean(),
  integrations: z.array(Named),
  /** null before its first heartbeat. */
  running: z.int().nullable(),
  memoryBytes: z.int().nullable(),
  buffer: z.object({ bytes: z.int(), full: z.boolean() }).nullable(),
  /** Settings that its file says otherwise than the integration: the file counts. */
  differing: z.array(z.object({ integration: Named, settings: z.array(z.string()) })),
  errors: z.array(z.object({ at: instant, code: z.string(), message: z.string(), integration: z.int().nullable() })),
});
export type Satellite = z.infer<typeof Satellite>;

/** Never the key itself. */
export const SatelliteKey = z.object({
  id: rowId,
  name: z.string(),
  integrations: z.array(Named),
  madeBy: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
});
export type SatelliteKey = z.infer<typeof SatelliteKey>;

export const SatelliteList = z.object({
  satellites: z.array(Satellite),
  keys: z.array(SatelliteKey),
  /** Integrations that satellites read, with what waits to be read of each. */
  queue: z.array(
    z.object({
      id: rowId,
      name: z.string(),
      kind: z.string(),
      /** Not checked by a satellite yet. */
      pending: z.boolean(),
      online: z.int(),
      waiting: z.int(),
      reading: z.int(),
    }),
  ),
});
export type SatelliteList = z.infer<typeof SatelliteList>;

export const FileRequest = z.strictObject({ integrationIds: z.array(rowId).min(1).max(100) });
export type FileRequest = z.input<typeof FileRequest>;

/** The file with a new key in it, which is shown this once. */
export const SatelliteFile = z.object({ fileName: z.string(), yaml: z.string(), keyId: rowId });
export type SatelliteFile = z.infer<typeof SatelliteFile>;

export const KeyParams = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be a number')
    .transform(Number),
});
export const KeyAnswer = z.object({ key: SatelliteKey });
