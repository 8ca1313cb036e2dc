import type { Database } from '../../../platform/database/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { nextSessionId, type NewProviderSession } from '../store/sessions.ts';
import type { Finished, ProviderTokens } from './start.ts';

const table = 'access.sessions';

/** Of a provider that cannot be asked again a session is short: signing in anew is asking. */
const unaskableMinutes = 60;

/** What a session of single sign-on keeps beside what every session does. */
export async function providerSession(
  { db, vault }: { db: Database; vault: Vault },
  { identity, tokens }: Pick<Finished, 'identity' | 'tokens'>,
): Promise<NewProviderSession> {
  const id = await nextSessionId(db);
  return {
    id,
    issuer: identity.issuer,
    subject: identity.subject,
    providerSession: identity.providerSession ?? null,
    sealed: sealTokens(vault, id, tokens),
    minutes: tokens.refresh === undefined ? unaskableMinutes : null,
  };
}

export function sealTokens(vault: Vault, id: number, tokens: ProviderTokens): Record<string, unknown> {
  const sealed: Record<string, unknown> = {};
  for (const field of ['refresh', 'id'] as const) {
    const text = tokens[field];
    if (text !== undefined) sealed[field] = vault.seal({ table, row: id, field }, text);
  }
  return sealed;
}

export function openTokens(vault: Vault, id: number, sealed: Readonly<Record<string, unknown>>): ProviderTokens {
  const open = (field: keyof ProviderTokens): string | undefined =>
    sealed[field] === undefined ? undefined : vault.open({ table, row: id, field }, sealed[field]);
  return { refresh: open('refresh'), id: open('id') };
}
