import type { CheckReport } from '../../connectors/contract.ts';
import { sameText } from '../../domain/secret-proof.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { Sealed, Vault } from '../../platform/vault/index.ts';
import { expiryFact, type Fields, lastFour, textFact } from './model.ts';
import {
  type CredentialRow,
  type CredentialSecret,
  insertCredential,
  nextCredentialId,
  replaceSecret,
} from './store/credentials.ts';

const table = 'integrations.credentials';

/** Secrets as a person entered them, with what the check found. */
export interface EnteredSecrets {
  label: string;
  secrets: Fields;
  facts: CheckReport['facts'];
  expirationDate: Date | null;
}

/** Stores a new credential in the transaction of the change; returns its id. */
export async function insertSecrets(
  tx: Tx,
  vault: Vault,
  integrationId: number,
  entry: EnteredSecrets,
): Promise<number> {
  const id = await nextCredentialId(tx);
  await insertCredential(tx, sealed(vault, { id, integrationId }, entry));
  return id;
}

/** Replaces what a credential holds; it keeps its id. */
export function replaceSecrets(
  tx: Tx,
  vault: Vault,
  place: Pick<CredentialRow, 'id' | 'integrationId'>,
  entry: EnteredSecrets,
): Promise<void> {
  return replaceSecret(tx, sealed(vault, place, entry));
}

function sealed(
  vault: Vault,
  { id, integrationId }: Pick<CredentialRow, 'id' | 'integrationId'>,
  entry: EnteredSecrets,
): CredentialSecret {
  const fields: Record<string, Sealed> = {};
  for (const [field, value] of Object.entries(entry.secrets)) {
    fields[field] = vault.seal({ table, row: id, field }, JSON.stringify(value));
  }
  return {
    id,
    integrationId,
    label: entry.label,
    kind: textFact(entry.facts, 'tokenKind'),
    sealed: fields,
    lastFour: lastFour(entry.secrets),
    expiresAt: expiryFact(entry.facts),
    expirationDate: entry.expirationDate,
  };
}

/** Throws `vault_corrupt` or `vault_key_missing`. */
export function openSecrets(vault: Vault, credential: CredentialRow): Fields {
  const opened = Object.entries(credential.sealed).map(([field, sealedValue]) => [
    field,
    JSON.parse(vault.open({ table, row: credential.id, field }, sealedValue)),
  ]);
  return Object.fromEntries(opened) as Fields;
}

/** Names of the fields that differ; compared without telling by time how much of a secret was guessed. */
export function changedSecrets(before: Fields, after: Fields): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => !sameText(JSON.stringify(before[name] ?? null), JSON.stringify(after[name] ?? null)));
}
