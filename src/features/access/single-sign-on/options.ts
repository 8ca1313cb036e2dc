import type { Database } from '../../../platform/database/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import type { ProviderReach } from './provider.ts';

export interface SingleSignOnOptions {
  db: Database;
  vault: Vault;
  reach: ProviderReach;
  /** How browsers reach the hub. */
  publicUrl(): URL;
}
