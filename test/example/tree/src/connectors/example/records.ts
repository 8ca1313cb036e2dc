import { z } from 'zod';

/** Part of every record's hash. */
export const hashVersion = 1;

export const ShelfRecord = z.strictObject({ name: z.string().min(1).max(200) });
export type ShelfRecord = z.infer<typeof ShelfRecord>;

export const BookRecord = z.strictObject({
  isbn: z.string().min(1).max(40),
  title: z.string().max(1_000),
  addedAt: z.iso.datetime(),
  lentAt: z.iso.datetime().nullable(),
});
export type BookRecord = z.infer<typeof BookRecord>;
