import type { Database } from '../../platform/database/index.ts';
import type { ConnectionInfo } from './contract.ts';
import { connectionTarget, type Reader } from './login/reader.ts';

/** Where programs of people connect to: the same server and database as the hub, under its name there. */
export function connectionInfo(db: Database, reader: Reader): ConnectionInfo {
  const { host, port, database, ssl } = connectionTarget(db);
  const loopbackOnly = /^(localhost|127\.|::1$|\/)/.test(host);
  const reason = reader.unavailable;
  return {
    host,
    port,
    database,
    schema: 'data',
    sslMode: ssl ? 'require' : loopbackOnly ? 'disable' : 'prefer',
    loopbackOnly,
    available: reason === null,
    reason: reason === null ? null : { code: reason.code, message: reason.message, remedy: reason.remedy },
  };
}
