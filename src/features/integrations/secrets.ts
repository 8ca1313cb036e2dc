import { timingSafeEqual } from 'node:crypto';
import type { CheckReport } from '../../connectors/contract.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { Sealed, Vault } from '../../platform/vault/index.ts';
import { expiryFact, type Fields, lastFour, textFact } from './model.ts';
import { type CredentialRow, nextCredentialId, replaceCredential } from './store/credentials.ts';

const table = 'integrations.credentials';

/** Replaces the integration's secrets in the transaction of the change. */
export async function storeSecrets(
  tx: Tx,
  vault: Vault,
  entry: { integrationId: number; label: string; secrets: Fields; facts: CheckReport['facts'] },
): Promise<void> {
  const id = await nextCredentialId(tx);
  const sealed: Record<string, Sealed> = {};
  for (const [field, value] of Object.entries(entry.secrets)) {
    sealed[field] = vault.seal({ table, row: id, field }, JSON.stringify(value));
  }
  await replaceCredential(tx, {
    id,
    integrationId: entry.integrationId,
    label: entry.label,
    kind: textFact(entry.facts, 'tokenKind'),
    sealed,
    lastFour: lastFour(entry.secrets),
    expiresAt: expiryFact(entry.facts),
  });
}

/** Throws `vault_corrupt` or `vault_key_missing`. */
export function openSecrets(vault: Vault, credential: CredentialRow): Fields {
  const opened = Object.entries(credential.sealed).map(([field, sealed]) => [
    field,
    JSON.parse(vault.open({ table, row: credential.id, field }, sealed)),
  ]);
  return Object.fromEntries(opened) as Fields;
}

/** Names of the fields that differ; compared without telling by time how much of a secret was guessed. */
export function changedSecrets(before: Fields, after: Fields): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => !sameText(JSON.stringify(before[name] ?? null), JSON.stringify(after[name] ?? null)));
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
