import { copyRows, type Queryable, type Tx } from '../../../platform/database/index.ts';
import type { ThingKind, ThingRule } from './contract.ts';
import type { RuledThing } from './thing-rules.ts';

export interface NamedThing extends RuledThing {
  name: string;
  place: string;
  integrationName: string;
}

interface ThingRow {
  thing: ThingKind;
  id: number;
  integration: number;
  integrationName: string;
  path: string | null;
  project: string | null;
  organization: string | null;
  identifier: string | null;
  name: string | null;
  type: string | null;
  tags: string[];
}

const tagsOf = (column: string): string =>
  `coalesce((select array_agg(concat_ws(':', e ->> 'key', nullif(e ->> 'value', ''))) from jsonb_array_elements(${column}) e), '{}')`;

const ofHarness = (thing: ThingKind, view: string, type = 'null'): string =>
  `select '${thing}', t.id, t.integration_id, null, t.project, t.organization, t.identifier, t.name, ${type}, ${tagsOf('t.tags')}
     from ${view} t where t.deleted_at is null`;

const everything = `
  select 'repository' as thing, r.id, r.integration_id, r.project || '/' || r.slug as path, r.project, null as organization,
         null as identifier, r.name, null as type, '{}'::text[] as tags
    from shared.code_repositories r where r.deleted_at is null
  union all ${ofHarness('service', 'shared.harness_services')}
  union all ${ofHarness('pipeline', 'shared.harness_pipelines')}
  union all ${ofHarness('environment', 'shared.harness_environments', 't.type')}
  union all
  select 'image', g.id, g.integration_id, g.name, null, null, null, null, null, '{}' from shared.image_repositories g where g.watched`;

/** Everything that is read now and may be a team’s, with what rules look at. */
export async function ruledThings(db: Queryable, thing: ThingKind | null = null): Promise<NamedThing[]> {
  const rows = await db.query<ThingRow>(
    `select x.thing, x.id, x.integration_id as integration, i.name as "integrationName", x.path, x.project, x.organization, x.identifier,
            x.name, x.type, x.tags
       from (${everything}) x join shared.integrations i on i.id = x.integration_id and i.state <> 'deleting'
      where $1::text is null or x.thing = $1
      order by x.thing, lower(coalesce(x.name, x.path, x.identifier)), x.id`,
    [thing],
  );
  return rows.map(thingOf);
}

function thingOf(row: ThingRow): NamedThing {
  const { path, project, organization, identifier, name, type, tags } = row;
  const some = (value: string | null): string[] => (value === null ? [] : [value]);
  return {
    thing: row.thing,
    id: row.id,
    integration: row.integration,
    integrationName: row.integrationName,
    name: name ?? path ?? identifier ?? '',
    place: path ?? [organization, project, identifier].filter((part) => part !== null).join('/'),
    properties: {
      path: some(path),
      project: some(project),
      organization: some(organization),
      identifier: some(identifier),
      name: some(name),
      type: some(type),
      tag: tags,
    },
  };
}

export function thingRulesOf(db: Queryable, team: number): Promise<ThingRule[]> {
  return db.query('select thing, conditions from teams.thing_rules where team_id = $1 order by id', [team]);
}

export function thingRulesOfTeams(db: Queryable, teams: readonly number[]): Promise<ThingRule[]> {
  return db.query('select thing, conditions from teams.thing_rules where team_id = any ($1)', [teams]);
}

/** A rule that is said again keeps who said it first. */
export async function replaceThingRules(tx: Tx, team: number, rules: readonly ThingRule[], by: string): Promise<void> {
  const wanted = [rules.map(({ thing }) => thing), rules.map(({ conditions }) => JSON.stringify(conditions))];
  const listed = `(select w.thing, w.conditions::jsonb as conditions, min(w.place) as place
                     from unnest($2::text[], $3::text[]) with ordinality as w (thing, conditions, place) group by 1, 2)`;
  await tx.execute(
    `delete from teams.thing_rules r where r.team_id = $1
        and not exists (select from ${listed} w where w.thing = r.thing and w.conditions = r.conditions)`,
    [team, ...wanted],
  );
  await tx.execute(
    `insert into teams.thing_rules (team_id, thing, conditions, created_by)
     select $1, w.thing, w.conditions, $4 from ${listed} w
      where not exists (select from teams.thing_rules r where r.team_id = $1 and r.thing = w.thing and r.conditions = w.conditions)
      order by w.place`,
    [team, ...wanted, by],
  );
}

/** Rules of teams that there are now. */
export function currentThingRules(db: Queryable): Promise<(ThingRule & { team: number })[]> {
  return db.query(
    `select r.team_id as team, r.thing, r.conditions from teams.thing_rules r
       join teams.node_periods p on p.node_id = r.team_id and p.valid_to is null and p.leaf order by r.id`,
  );
}

/** Makes what teams have what was found; only what differs ends, and only that begins. */
export async function writeTeamThings(
  tx: Tx,
  taken: ReadonlyMap<number, ReadonlySet<Pick<RuledThing, 'thing' | 'id'>>>,
): Promise<void> {
  await tx.execute(
    'create temporary table taken_things (team bigint, thing text collate "C", id bigint) on commit drop',
  );
  const rows = function* (): Generator<(string | number)[]> {
    for (const [team, things] of taken) for (const { thing, id } of things) yield [team, thing, id];
  };
  await copyRows(tx, 'taken_things', ['team', 'thing', 'id'], rows());
  await tx.execute('analyze taken_things');
  await tx.execute(
    `update teams.team_things t set valid_to = now()
      where t.valid_to is null
        and not exists (select from taken_things w where w.team = t.team_id and w.thing = t.thing and w.id = t.thing_id)`,
  );
  await tx.execute(
    `insert into teams.team_things (team_id, thing, thing_id) select team, thing, id from taken_things order by team, thing, id
     on conflict (team_id, thing, thing_id) where valid_to is null do nothing`,
  );
  await tx.execute('drop table taken_things');
}

export interface TeamRef {
  id: number;
  name: string;
}

/** The teams of a tree that have each of the things now, by kind and id. */
export async function thingOwners(db: Queryable, tree: number): Promise<Map<string, TeamRef[]>> {
  const rows = await db.query<TeamRef & { thing: ThingKind; thingId: number }>(
    `select t.thing, t.thing_id as "thingId", p.node_id as id, p.name
       from teams.team_things t join teams.node_periods p on p.node_id = t.team_id and p.valid_to is null
      where t.valid_to is null and p.tree_id = $1 order by lower(p.name), p.node_id`,
    [tree],
  );
  const owners = new Map<string, TeamRef[]>();
  for (const { thing, thingId, id, name } of rows) {
    const key = thingKey({ thing, id: thingId });
    owners.set(key, [...(owners.get(key) ?? []), { id, name }]);
  }
  return owners;
}

export const thingKey = ({ thing, id }: { thing: ThingKind; id: number }): string => `${thing} ${id}`;

/** Teams of a tree that have projects bound to each repository. */
export async function teamsOfBoundProjects(db: Queryable, tree: number): Promise<Map<number, TeamRef[]>> {
  const rows = await db.query<TeamRef & { repository: number }>(
    `select distinct b.repository_id as repository, p.node_id as id, p.name
       from shared.bindings b join teams.team_projects t on t.project_id = b.project_id and t.valid_to is null
       join teams.node_periods p on p.node_id = t.team_id and p.valid_to is null and p.tree_id = $1 order by 3, 2`,
    [tree],
  );
  const teams = new Map<number, TeamRef[]>();
  for (const { repository, id, name } of rows) teams.set(repository, [...(teams.get(repository) ?? []), { id, name }]);
  return teams;
}
