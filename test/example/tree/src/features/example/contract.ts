import { z } from 'zod';

export const Book = z.object({
  id: z.int(),
  integrationId: z.int(),
  shelf: z.string(),
  isbn: z.string(),
  title: z.string(),
  lentAt: z.iso.datetime().nullable(),
});
export type Book = z.infer<typeof Book>;

export const BookList = z.object({ books: z.array(Book) });
export type BookList = z.infer<typeof BookList>;
