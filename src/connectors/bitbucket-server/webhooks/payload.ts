import { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** What deliveries say, only as far as it is used: everything else of them is asked for again. */
const name = z.string().regex(/^[^/\s]{1,1000}$/);
const Repository = z.object({ slug: name, project: z.object({ key: name }) });
export type DeliveredRepository = z.infer<typeof Repository>;

const Payload = z.object({
  eventKey: z.string().min(1).max(200).optional(),
  /** Of the test call. */
  test: z.boolean().optional(),
  pullRequest: z.object({ id: z.int().positive(), toRef: z.object({ repository: Repository }) }).optional(),
  repository: Repository.optional(),
  changes: z
    .array(z.object({ ref: z.object({ id: z.string().max(2_000) }), type: z.string().max(100) }))
    .max(10_000)
    .optional(),
  old: Repository.optional(),
  new: Repository.optional(),
});
export type Payload = z.infer<typeof Payload>;

/** Throws `malformed_delivery`. */
export function readPayload(body: Uint8Array): Payload {
  const parsed = Payload.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw notUnderstood(`${first?.path.join('.') ?? ''} ${first?.message ?? ''}`);
}

export const notUnderstood = (why: string): PlumblineError =>
  new PlumblineError('malformed_delivery', { message: `The body is no delivery of Bitbucket: ${why}` });

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new PlumblineError('malformed_delivery', { message: 'The body is no JSON text in UTF-8.' });
  }
}
