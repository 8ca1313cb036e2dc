import type { VisibleTables } from '../../platform/database/index.ts';
import type { Station } from './links/model.ts';

/** Tables of the rooms whose rows are stations. A commit and an environment are nobody’s own. */
export type StationTables = Readonly<Record<Exclude<Station, 'commit' | 'environment'>, string>>;

/** A link is of who sees both of its ends. */
export function traceVisible(tables: StationTables): VisibleTables {
  const end = (station: string, id: string): string => {
    const seen = Object.entries(tables).map(
      ([name, table]) => `when '${name}' then exists (select from ${table} t where t.id = ${id})`,
    );
    return `case ${station} ${seen.join(' ')} else ${id} is null end`;
  };
  return {
    'trace.links': {
      where: `${end('links.from_station', 'links.from_id')} and ${end('links.to_station', 'links.to_id')}`,
    },
  };
}
