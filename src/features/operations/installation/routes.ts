import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { audit, type Route, route } from '../../access/index.ts';
import { Installation, InstallationDecision } from '../contract.ts';
import { decide, isHeld, readInstallation } from './store.ts';

export interface InstallationOptions {
  db: Database;
  /** Where it is set. */
  publicUrl(): string | undefined;
  /** What belongs to the original: its webhooks on outside systems are forgotten, its own are switched off. */
  leaveToOriginal(): Promise<void>;
}

export function installationRoutes(options: InstallationOptions): Route[] {
  const { db } = options;
  const read = async (): Promise<Installation> => {
    const row = await readInstallation(db);
    return {
      id: row?.id ?? '',
      copiedFrom: row?.copiedFrom ?? null,
      heldSince: row?.heldSince?.toISOString() ?? null,
      decision: row?.decision ?? null,
      originalUrl: row?.heldSince == null ? null : row.publicUrl,
    };
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/installation',
      permission: 'settings:read',
      scope: 'organization',
      summary: 'Says which installation this is, and whether it is a copy that waits for a word.',
      tag: 'Operations',
      response: Installation,
      handle: read,
    }),
    route({
      method: 'POST',
      path: '/api/v1/installation',
      permission: 'settings:write',
      scope: 'organization',
      summary: 'Says what a copy is: it takes the place of the original, or both go on.',
      tag: 'Operations',
      errors: ['installation_not_held', 'installation_same_address'],
      body: InstallationDecision,
      response: Installation,
      async handle({ body, actor }) {
        const { decision } = body;
        if (!(await isHeld(db))) throw new PlumblineError('installation_not_held');
        if (decision === 'separate') {
          const original = (await readInstallation(db))?.publicUrl ?? null;
          if (original !== null && original === options.publicUrl())
            throw new PlumblineError('installation_same_address');
          await options.leaveToOriginal();
        }
        if (!(await decide(db, decision, actor.name))) throw new PlumblineError('installation_not_held');
        await db.transaction((tx) => audit(tx, actor, 'installation.decided', { kind: 'installation', id: decision }));
        return read();
      },
    }),
  ];
}
