import type { CheckReport, CheckResult, Connector } from '../../connectors/contract.ts';
import type { Database, Queryable, Tx } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Vault } from '../../platform/vault/index.ts';
import type { CheckingOptions } from './checking.ts';
import { findById, findByName, type IntegrationRow } from './store/integrations.ts';

/** Checks an integration where it is reached from. Throws `satellite_offline` when nobody is there. */
export type CheckElsewhere = (
  integrationId: number,
  asked: { by: string; signal: AbortSignal },
) => AsyncGenerator<CheckResult, CheckReport>;

/** What the room's parts work with. */
export interface Room {
  db: Database;
  vault: Vault;
  connectors: ReadonlyMap<string, Connector>;
  checking: CheckingOptions;
  /** Has a satellite check what the hub cannot reach, and tells each check as it ends. */
  checkElsewhere: CheckElsewhere;
  /** Tells other rooms, in the transaction of the change, that an integration or one of its credentials is another. */
  changed(tx: Tx, integrationId: number): Promise<void>;
}

/** Throws `connector_unknown`. */
export function requireConnector(room: Room, kind: string): Connector {
  const connector = room.connectors.get(kind);
  if (connector === undefined) {
    throw new PlumblineError('connector_unknown', { message: `This version has no connector of kind “${kind}”.` });
  }
  return connector;
}

/** By id when it consists of digits, else by name. Throws `integration_not_found`. */
export async function requireIntegration(db: Queryable, nameOrId: string): Promise<IntegrationRow> {
  const byId = /^\d{1,15}$/.test(nameOrId);
  const row = byId ? await findById(db, Number(nameOrId)) : await findByName(db, nameOrId);
  if (row === undefined) {
    throw new PlumblineError('integration_not_found', {
      message: `There is no integration ${byId ? nameOrId : `“${nameOrId.slice(0, 100)}”`}.`,
    });
  }
  return row;
}

/** Throws `read_by_satellite` for what the hub neither reaches nor has the secrets of. */
export function requireWithinReach({ place, name }: Pick<IntegrationRow, 'place' | 'name'>): void {
  if (place === 'hub') return;
  throw new PlumblineError('read_by_satellite', {
    message: `“${name}” is read by a satellite; the hub does not reach it.`,
  });
}

/** Throws `integration_deleting`. */
export function requireNotDeleting(row: IntegrationRow): void {
  if (row.state === 'deleting') throw new PlumblineError('integration_deleting');
}
