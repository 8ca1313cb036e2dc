import type { Sealed, Vault } from '../../../platform/vault/index.ts';
import type { EndpointRow } from './store.ts';

const table = 'operations.webhook_endpoints';

export function sealSecret(vault: Vault, id: number, field: 'secret' | 'previous', secret: string): Sealed {
  return vault.seal({ table, row: id, field }, secret);
}

export function openSecret(vault: Vault, endpoint: EndpointRow): string {
  return vault.open({ table, row: endpoint.id, field: 'secret' }, endpoint.sealed['secret']);
}

/** The secrets that sign now: the newest first, and the one before it for a while after a rotation. */
export function liveSecrets({ vault, now }: { vault: Vault; now(): Date }, endpoint: EndpointRow): string[] {
  const newest = openSecret(vault, endpoint);
  const { previous } = endpoint.sealed;
  if (previous === undefined || endpoint.previousUntil === null || endpoint.previousUntil <= now()) return [newest];
  return [newest, vault.open({ table, row: endpoint.id, field: 'previous' }, previous)];
}
