import { setTimeout as sleep } from 'node:timers/promises';
import { refreshTokenGrant } from 'openid-client';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { audit } from '../audit.ts';
import {
  claimRecheck,
  deleteSession,
  findProviderSession,
  type ProviderSessionRow,
  putConfirmed,
  putUnanswered,
} from '../store/sessions.ts';
import { admit } from './accounts.ts';
import type { SingleSignOnOptions } from './options.ts';
import { withProvider } from './provider.ts';
import { type Configured, findConfigured } from './settings.ts';
import { openTokens, sealTokens } from './sessions.ts';
import { identityOf } from './start.ts';

const actor = { kind: 'system', name: 'single sign-on' } as const;
const stepMs = 100;
const askingMs = 15_000;

/** What a session may do: go on as it was, go on with what its provider says now, or nothing any more. */
export type Standing = 'goes_on' | 'confirmed' | 'ended';

/**
 * Asks the provider again when it is time to. While it does not answer, people go on for as long again; after that nobody is let
 * in whom it did not confirm (`sso_not_confirmed`), and the session waits.
 */
export async function recheck(options: SingleSignOnOptions, sessionId: number): Promise<Standing> {
  const session = await findProviderSession(options.db, sessionId);
  if (session === undefined) return 'ended';
  const configured = await findConfigured(options.db, options.vault);
  // Switched off, or another provider: who vouched for this person does so no more.
  if (configured === undefined || configured.settings.issuer !== session.issuer)
    return end(options, session, 'not_configured');
  const { recheckMinutes } = configured.settings;
  if (session.ageSeconds < recheckMinutes * 60) return 'goes_on';
  const { refresh } = openTokens(options.vault, session.id, session.sealed);
  // Its end is set to when it would have to be asked.
  if (refresh === undefined) return 'goes_on';
  if (!(await claimRecheck(options.db, session))) return waitForOther(options, session, recheckMinutes);
  return ask(options, configured, session, refresh);
}

async function ask(
  options: SingleSignOnOptions,
  configured: Configured,
  session: ProviderSessionRow,
  refresh: string,
): Promise<Standing> {
  const { settings, client } = configured;
  try {
    const signal = AbortSignal.timeout(askingMs);
    const answer = await withProvider(options.reach, client, signal, async (provider) => {
      const tokens = await refreshTokenGrant(provider, refresh);
      const { groupsClaim } = settings;
      return { tokens, identity: await identityOf(provider, tokens, { groupsClaim, subject: session.subject }) };
    });
    return await options.db.transaction(async (tx) => {
      const admitted = await admit(tx, settings, answer.identity);
      if ('refused' in admitted || admitted.user.id !== session.userId) {
        await deleteSession(tx, session.id);
        return 'ended';
      }
      const before = openTokens(options.vault, session.id, session.sealed);
      const kept = { refresh: answer.tokens.refresh_token ?? refresh, id: answer.tokens.id_token ?? before.id };
      await putConfirmed(tx, session.id, sealTokens(options.vault, session.id, kept));
      return 'confirmed';
    });
  } catch (error) {
    if (!isPlumblineError(error)) throw error;
    if (error.code === 'sso_provider_unavailable') {
      await putUnanswered(options.db, session.id);
      return unlessTooLong(session, settings.recheckMinutes, error);
    }
    return end(options, session, error.code);
  }
}

/** The provider said no, or what it said cannot be trusted. */
async function end(options: SingleSignOnOptions, session: ProviderSessionRow, reason: string): Promise<Standing> {
  await options.db.transaction(async (tx) => {
    await deleteSession(tx, session.id);
    await audit(tx, actor, 'session.ended', { kind: 'user', id: session.userId, name: session.email }, { reason });
  });
  return 'ended';
}

function unlessTooLong(session: ProviderSessionRow, recheckMinutes: number, cause?: PlumblineError): Standing {
  if (session.ageSeconds < 2 * recheckMinutes * 60) return 'goes_on';
  throw new PlumblineError(
    'sso_not_confirmed',
    cause === undefined ? {} : { cause, upstream: cause.upstream ?? cause.message },
  );
}

/** One request asks, the others take what it hears. */
async function waitForOther(
  { db }: SingleSignOnOptions,
  session: ProviderSessionRow,
  recheckMinutes: number,
): Promise<Standing> {
  for (let waited = 0; waited < askingMs; waited += stepMs) {
    await sleep(stepMs);
    const now = await findProviderSession(db, session.id);
    if (now === undefined) return 'ended';
    if (now.ageSeconds < session.ageSeconds) return 'confirmed';
    if (!now.asking) break;
  }
  return unlessTooLong(session, recheckMinutes);
}
