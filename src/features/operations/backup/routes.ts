import { audit, type Route, route, StreamedAnswer } from '../../access/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type BackupOptions, startBackup } from './write-backup.ts';

export function backupRoutes(db: Database, options: BackupOptions): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/backup',
      permission: 'settings:write',
      scope: 'organization',
      summary: 'Makes a backup of everything and answers with it as a stream; secrets in it stay sealed.',
      streams: ['application/octet-stream'],
      tag: 'Operations',
      errors: ['backup_running'],
      async handle({ actor, signal }) {
        const stream = await startBackup(options, signal);
        await db.transaction((tx) => audit(tx, actor, 'backup.make', { kind: 'backup' }));
        const day = options.now().toISOString().slice(0, 10);
        return new StreamedAnswer('application/octet-stream', stream, `plumbline-${day}.backup`);
      },
    }),
  ];
}
