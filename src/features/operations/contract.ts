import { z } from 'zod';

const instant = z.iso.datetime();

const Process = z.strictObject({
  id: z.uuid(),
  role: z.enum(['all', 'web', 'worker']),
  version: z.string(),
  host: z.string(),
  pid: z.int(),
  /** Where it answers: pages and API, or a worker’s probes. */
  address: z.string().nullable(),
  /** silent: it did not say that it ended and has not been heard of for more than half a minute. */
  state: z.enum(['running', 'silent', 'ended']),
  startedAt: instant,
  lastSeenAt: instant,
  endedAt: instant.nullable(),
});
export type Process = z.infer<typeof Process>;

export const ProcessList = z.strictObject({
  processes: z.array(Process),
  workers: z.strictObject({
    /** Processes that sync: role worker or all. */
    running: z.int(),
    /** When the last one was seen; null while one runs, and when there never was one. */
    noneSince: instant.nullable(),
  }),
});
export type ProcessList = z.infer<typeof ProcessList>;
