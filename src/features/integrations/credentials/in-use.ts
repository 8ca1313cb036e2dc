import { audit } from '../../access/index.ts';
import type { Room } from '../room.ts';
import {
  type CredentialRow,
  disableCredential,
  enableCredential,
  listCredentials,
  lockCredentials,
  noteCredentialUse,
  pauseCredential,
} from '../store/credentials.ts';
import { findById } from '../store/integrations.ts';
import { chooseCredential, endOf, standingOf, wasRefused } from './model.ts';

/** The credential one task works with, and what becomes of it by what the outside system says. */
export interface CredentialInUse {
  id: number;
  /** To tell `expired_credentials` from `invalid_credentials`. */
  endsAt: Date | null;
  /** It was refused: it is disabled. True when another one can go on. */
  refused(code: 'invalid_credentials' | 'expired_credentials'): Promise<boolean>;
  /** It must wait (429). True when another one need not. */
  rateLimited(until: Date): Promise<boolean>;
  /** It was accepted; one that had been refused is in use again. */
  accepted(): Promise<void>;
}

/** Takes a credential for one task and notes the use; undefined when there is none to try. */
export async function takeCredential(
  room: Room,
  integrationId: number,
  way: 'spread' | 'same',
): Promise<CredentialRow | undefined> {
  return room.db.transaction(async (tx) => {
    // Locked, so that tasks that begin at once do not all take the same one.
    const rows = await lockCredentials(tx, integrationId);
    const chosen = chooseCredential(rows, way, room.checking.now());
    if (chosen !== undefined) await noteCredentialUse(tx, chosen);
    return chosen;
  });
}

export function inUse(room: Room, row: CredentialRow): CredentialInUse {
  const { id, integrationId } = row;
  return {
    id,
    endsAt: endOf(row),
    async refused(code) {
      await room.db.transaction(async (tx) => {
        if (!(await disableCredential(tx, id, code))) return;
        await auditBySystem(room, tx, row, 'credential.refused', code);
        await room.changed(tx, integrationId);
      });
      return anotherIsFit(room, row);
    },
    async rateLimited(until) {
      await pauseCredential(room.db, id, until);
      return anotherIsFit(room, row);
    },
    async accepted() {
      if (!wasRefused(row)) return;
      await room.db.transaction(async (tx) => {
        if (!(await enableCredential(tx, id))) return;
        await auditBySystem(room, tx, row, 'credential.accepted_again', null);
        await room.changed(tx, integrationId);
      });
    },
  };
}

async function anotherIsFit(room: Room, { id, integrationId }: CredentialRow): Promise<boolean> {
  const now = room.checking.now();
  const rows = await listCredentials(room.db, [integrationId]);
  return rows.some((row) => {
    const rested = row.pausedUntil === null || row.pausedUntil <= now;
    return row.id !== id && rested && !['disabled', 'expired'].includes(standingOf(row, now));
  });
}

async function auditBySystem(
  room: Room,
  tx: Parameters<typeof audit>[0],
  row: CredentialRow,
  action: string,
  code: string | null,
): Promise<void> {
  const integration = await findById(tx, row.integrationId);
  const object = { kind: 'integration', id: row.integrationId, name: integration?.name ?? null };
  const details = { credentialId: row.id, label: row.label, ...(code === null ? {} : { code }) };
  await audit(tx, { kind: 'system', name: 'ingestion' }, action, object, details);
  room.checking.log.warn({ integrationId: row.integrationId, credential: row.id, code }, action);
}
