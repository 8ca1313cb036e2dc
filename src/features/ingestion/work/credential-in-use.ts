import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { OpenedIntegration } from '../source.ts';

/**
 * What a task's failure means with several credentials: one that was refused or limited does not stop the others, so the
 * task is tried again with another one. When none is left, the failure stands.
 */
export async function afterRefusal(thrown: unknown, { credential }: OpenedIntegration, now: Date): Promise<unknown> {
  const error = expiredOrRefused(thrown, credential.endsAt, now);
  if (isPlumblineError(error, 'invalid_credentials') || isPlumblineError(error, 'expired_credentials')) {
    const code = error.code === 'expired_credentials' ? 'expired_credentials' : 'invalid_credentials';
    const others = await credential.refused(code);
    return others ? new PlumblineError('credential_refused', { ...upstreamOf(error), cause: error }) : error;
  }
  if (!isPlumblineError(error, 'rate_limited')) return error;
  const retryAt = error.data['retryAt'];
  const others = await credential.rateLimited(typeof retryAt === 'string' ? new Date(retryAt) : now);
  // Without a time to wait for: the next attempt takes another credential.
  return others ? new PlumblineError('rate_limited', { message: error.message, cause: error }) : error;
}

/** The outside system does not tell an expired token from a wrong one; its end, told at validation or declared, does. */
function expiredOrRefused(error: unknown, endsAt: Date | null, now: Date): unknown {
  if (!isPlumblineError(error, 'invalid_credentials') || endsAt === null || endsAt > now) return error;
  return new PlumblineError('expired_credentials', { ...upstreamOf(error), cause: error });
}

const upstreamOf = ({ upstream }: PlumblineError): { upstream?: string } =>
  upstream === undefined ? {} : { upstream };
