import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const project = z.object({ id: rowId, name: z.string() });

/** What somebody pasted: the key of an issue or hotspot, or a commit of at least seven characters. */
export const LocatedQuery = z.strictObject({ text: z.string().trim().min(1).max(200) });

export const Located = z.object({
  findings: z.array(
    z.object({
      id: rowId,
      key: z.string(),
      message: z.string(),
      project,
      branch: z.string().nullable(),
      status: z.string(),
      /** True when the server has it no more. */
      gone: z.boolean(),
    }),
  ),
  /** The newest first, at most 20. */
  analyses: z.array(
    z.object({
      id: rowId,
      commit: z.string(),
      project,
      branch: z.string().nullable(),
      analyzedAt: z.iso.datetime(),
      gate: z.string().nullable(),
    }),
  ),
});
export type Located = z.infer<typeof Located>;
