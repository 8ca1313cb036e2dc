import { connectionsNeeded, type Queryable } from '../../../platform/database/index.ts';
import { processAlive, type Role } from './store.ts';

export interface ConnectionRoom {
  /** In use on the whole server. */
  used: number;
  /** Of those, by others than this product's processes. */
  byOthers: number;
  /** Most that this login may have: of the server without those kept for superusers, of the database, of the role. */
  limit: number;
  /** What the processes that run may open together. */
  needed: number;
}

export async function readConnectionRoom(db: Queryable): Promise<ConnectionRoom> {
  const row = await db.one<{ used: number; byOthers: number; limit: number; roles: Role[] }>(
    `select a.used, a.others as "byOthers",
            least(case when s.super then s.most else s.most - s.reserved end,
                  case when s.of_role < 0 then s.most else s.of_role end,
                  case when s.of_database < 0 then s.most else s.of_database end) as "limit",
            (select coalesce(array_agg(role::text), '{}') from operations.processes where ${processAlive}) as roles
       from (select count(*)::int as used, (count(*) filter (where application_name not like 'plumbline%'))::int as others
               from pg_stat_activity
              -- Of other people's sessions a login without rights sees no type.
              where backend_type = 'client backend' or (backend_type is null and datid is not null)) a,
            (select current_setting('max_connections')::int as most, r.rolsuper as super, r.rolconnlimit as of_role,
                    d.datconnlimit as of_database,
                    (select coalesce(sum(setting::int), 0)::int from pg_settings
                      where name in ('superuser_reserved_connections', 'reserved_connections')) as reserved
               from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()) s`,
  );
  const { roles, ...room } = row;
  return { ...room, needed: roles.reduce((sum, role) => sum + connectionsNeeded(role), 0) };
}

/** What to say before there is none left; undefined while all is well. */
export function shortage({ used, byOthers, limit, needed }: ConnectionRoom): string | undefined {
  if (byOthers + needed > limit) {
    return `the processes may open ${needed}, others hold ${byOthers}, and there are ${limit}`;
  }
  return used >= 0.85 * limit ? `${used} of ${limit} are in use` : undefined;
}
