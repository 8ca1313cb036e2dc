import type { VisibleTables } from '../../platform/database/index.ts';
import type { Ground } from './history/things.ts';
import type { Station } from './links/model.ts';

/** Tables of the rooms whose rows are stations. A commit and an environment are nobody’s own. */
export type StationTables = Readonly<Record<Exclude<Station, 'commit' | 'environment'>, string>>;

/** Tables of what stations lie in. */
export type GroundTables = Readonly<Record<Ground, string>>;

/** A link is of who sees both of its ends, and was; what is said of a thing, of who sees the thing. What is gone is nobody’s. */
export function traceVisible(tables: StationTables, grounds: GroundTables): VisibleTables {
  const end = (station: string, id: string): string => {
    const seen = Object.entries(tables).map(
      ([name, table]) => `when '${name}' then exists (select from ${table} t where t.id = ${id})`,
    );
    return `case ${station} ${seen.join(' ')} else ${id} is null end`;
  };
  const both = (table: string): { where: string } => ({
    where: `${end(`${table}.from_station`, `${table}.from_id`)} and ${end(`${table}.to_station`, `${table}.to_id`)}`,
  });
  const things = Object.entries({ ...tables, ...grounds }).map(
    ([name, table]) => `when '${name}' then exists (select from ${table} t where t.id = thing_id)`,
  );
  return {
    'trace.links': both('links'),
    'trace.past_links': both('past_links'),
    'trace.said': { where: `case thing ${things.join(' ')} else false end` },
    'trace.kept': { everybody: 'says since when what is said is kept' },
  };
}
