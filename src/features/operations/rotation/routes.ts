import type { Database } from '../../../platform/database/index.ts';
import { audit, type Route, route } from '../../access/index.ts';
import { Rotation } from '../contract.ts';
import type { Rotations } from './rotation.ts';

export function rotationRoutes(db: Database, rotations: Rotations): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/vault/rotation',
      permission: 'settings:write',
      scope: 'organization',
      summary: 'Rotates the master key of stored secrets, or goes on with a rotation that was interrupted.',
      tag: 'Operations',
      errors: ['vault_no_new_key', 'vault_key_missing', 'vault_key_wrong'],
      response: Rotation,
      async handle({ actor }) {
        const rotation = await rotations.start();
        await db.transaction((tx) => audit(tx, actor, 'vault.rotate', { kind: 'key', id: rotation.keyId }));
        return rotation;
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/vault/rotation',
      permission: 'settings:read',
      scope: 'organization',
      summary: 'Says how the rotation of the master key stands.',
      tag: 'Operations',
      response: Rotation,
      handle: () => rotations.read(),
    }),
  ];
}
