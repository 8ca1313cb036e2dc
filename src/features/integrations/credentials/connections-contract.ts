import { z } from 'zod';
import { ExpirationDate } from '../contract.ts';

/*
 * The Connections API: shapes and names of a widespread data product's credentials API, so that scripts written for it
 * work. A connection is an integration. Field names in snake case, ids integers, instants ISO 8601 UTC with milliseconds.
 */

const rowId = z.int().min(1);
const instant = z.iso.datetime();
const json = z.record(z.string(), z.json());

/** Digits or not: an unknown connection is not found, whatever was asked for. */
export const ConnectionParams = z.strictObject({ connection_id: z.string().max(100) });
export const CredentialInfoParams = z.strictObject({ connection_id: z.string().max(100), id: z.string().max(100) });

/** A form sends text for everything. */
const id = z.union(
  [
    rowId,
    z
      .string()
      .regex(/^[1-9]\d{0,14}$/)
      .transform(Number),
  ],
  { error: ({ input }) => (input === undefined ? 'expected an integer, received undefined' : 'must be an integer') },
);
const label = z.string().trim().min(1).max(100);
const end = z
  .union([z.literal('').transform(() => null), z.null(), ExpirationDate], {
    error: 'must be a date such as 2027-01-31',
  })
  .optional();

export const CreateCredential = z.strictObject({
  /** Chosen by the server when left out. */
  label: label.optional(),
  /** Those of the connection; left out in almost every call. */
  settings: json.optional(),
  secrets: json,
  expiration_date: end,
});

/** Fields left out stay as they are, and so do secrets that are empty. */
export const UpdateCredential = z.strictObject({
  id,
  label: label.optional(),
  settings: json.optional(),
  secrets: json.optional(),
  expiration_date: end,
});

export const DeleteCredential = z.strictObject({ id });

const credential = z.object({ id: rowId, type: z.string(), label: z.string(), created_at: instant });

export const SavedCredential = z.object({ ok: z.literal(true), credential });

const listedCredential = z.object({
  id: rowId,
  type: z.string(),
  label: z.string(),
  /** Of the connection; never a secret. */
  settings: json,
  created_at: instant,
  disabled_at: instant.nullable(),
  expiration_date: instant.nullable(),
});

export const CredentialList = z.object({ ok: z.literal(true), credentials: z.array(listedCredential) });

export const OneCredential = z.object({
  ok: z.literal(true),
  credential: listedCredential.extend({ deleted_at: instant.nullable() }),
});

export const ConnectionList = z.object({
  ok: z.literal(true),
  connections: z.array(
    z.object({
      id: rowId,
      type: z.string(),
      name: z.string(),
      /** `verified` as long as some credential may be used and the last check passed; else `paused` or `failed`. */
      state: z.enum(['verified', 'failed', 'paused']),
      /** Since when no credential may be used. */
      disabled_at: instant.nullable(),
      last_synced_at: instant.nullable(),
      created_at: instant,
      supports_multiple_credentials: z.boolean(),
    }),
  ),
});

export const Done = z.object({ ok: z.literal(true) });
