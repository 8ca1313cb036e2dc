import type { Database } from '../../../platform/database/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import type { ScopeResolver } from '../scope-resolver.ts';
import type { ProviderReach } from './provider.ts';

export interface SingleSignOnOptions {
  db: Database;
  vault: Vault;
  reach: ProviderReach;
  teams: ScopeResolver;
  /** How browsers reach the hub. */
  publicUrl(): URL;
}
