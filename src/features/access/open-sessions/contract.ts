import { z } from 'zod';

const instant = z.iso.datetime();

/** Somebody who is signed in somewhere. */
export const OpenSession = z.object({
  id: z.int().min(1),
  /** The session that asks. */
  current: z.boolean(),
  /** How it was begun. */
  way: z.enum(['password', 'single_sign_on']),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  remoteAddress: z.string().nullable(),
  /** What the browser said it was. */
  browser: z.string().nullable(),
});
export type OpenSession = z.infer<typeof OpenSession>;

/** The newest first. */
export const OpenSessionList = z.object({ sessions: z.array(OpenSession) });
export type OpenSessionList = z.infer<typeof OpenSessionList>;

export const EndedSessions = z.object({ ended: z.int() });

const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a number')
  .transform(Number);

export const SessionParams = z.strictObject({ id });
export const UserSessionParams = z.strictObject({ id, session: id });
