import { z } from 'zod';

/** How far the numbers can be trusted now. */
export const DataState = z.object({
  /** Oldest of the newest publishes of the projects: nothing shown is older than this. Null before the first. */
  asOf: z.iso.datetime().nullable(),
  /** True while a first run has not read every project yet: numbers grow until it ends. */
  incomplete: z.boolean(),
  projectsRead: z.int(),
  projectsKnown: z.int(),
  /** Of which a change too large for one transaction is being stored. */
  projectsUpdating: z.int(),
  /** Projects that come to the node or leave it, or one below it, and are not counted so yet: the numbers are those of before. */
  projectsRecomputing: z.int(),
});
export type DataState = z.infer<typeof DataState>;
