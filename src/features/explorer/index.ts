import type { Database } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Route } from '../access/index.ts';
import { analystRoutes } from './analysts/routes.ts';
import { superviseAnalysts } from './analysts/supervise.ts';
import { connectionInfo } from './connection.ts';
import { schemaRoutes } from './describe/routes.ts';
import type { Reader } from './login/reader.ts';
import { savedQueryRoutes } from './saved/routes.ts';
import { createQueries } from './sql/queries.ts';
import { queryRoutes } from './sql/routes.ts';

export { type Built, holdBuilt, rebuildBuilt } from './custom/built.ts';
export { dropCustom } from './custom/owner.ts';
export { endLostLogins } from './analysts/store.ts';
export { prepareReader, type Reader } from './login/reader.ts';

export interface ExplorerOptions {
  db: Database;
  /** From `prepareReader`, called after the views were applied. */
  reader: Reader;
  /** The read replica, where there is one. */
  replica?: Database | undefined;
  log: Log;
  now(): Date;
}

export interface Explorer {
  routes: Route[];
  reactions: Reaction[];
}

/** Schema pages, SQL for people, saved queries and analysts' logins. */
export function createExplorer(options: ExplorerOptions): Explorer {
  const { db, reader, log, now } = options;
  const queries = createQueries({ db, reader, replica: options.replica });
  const connection = () => connectionInfo(db, reader);
  return {
    routes: [
      ...schemaRoutes({ db, now }),
      ...queryRoutes(queries),
      ...savedQueryRoutes(db),
      ...analystRoutes({ db, reader, connection, now }),
    ],
    reactions: [superviseAnalysts({ db, log })],
  };
}
