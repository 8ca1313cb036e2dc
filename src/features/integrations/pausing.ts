import { PlumblineError } from '../../platform/errors/index.ts';
import { type Actor, audit } from '../access/index.ts';
import { type Room, requireIntegration, requireNotDeleting } from './room.ts';
import { type IntegrationRow, lockById, setState } from './store/integrations.ts';

/** Stops scheduled runs. Twice is the same as once. Throws `integration_not_found`, `integration_deleting`. */
export function pauseIntegration(room: Room, actor: Actor, nameOrId: string): Promise<IntegrationRow> {
  return changeState(room, actor, nameOrId, 'paused');
}

export function resumeIntegration(room: Room, actor: Actor, nameOrId: string): Promise<IntegrationRow> {
  return changeState(room, actor, nameOrId, 'active');
}

async function changeState(
  room: Room,
  actor: Actor,
  nameOrId: string,
  state: 'active' | 'paused',
): Promise<IntegrationRow> {
  const { id } = await requireIntegration(room.db, nameOrId);
  return room.db.transaction(async (tx) => {
    const row = await lockById(tx, id);
    if (row === undefined) throw new PlumblineError('integration_not_found');
    requireNotDeleting(row);
    if (row.state === state) return row;
    const action = state === 'paused' ? 'integration.paused' : 'integration.resumed';
    await audit(tx, actor, action, { kind: 'integration', id, name: row.name });
    await room.changed(tx, id);
    return setState(tx, id, state);
  });
}
