import { z } from 'zod';

/** How a project is bound, as every request says it. */
export const bindingSettings = {
  mono: z.boolean().default(false),
  annotations: z.boolean().default(true),
  buildStatus: z.boolean().default(false),
  summaryComment: z.boolean().default(false),
  prefix: z.string().max(500).default(''),
  /** Another key than the documented one; null: that. */
  reportKey: z.string().max(50).nullable().default(null),
};
