import { folderOwners, type OwnerRule } from '../../../domain/code-owners.ts';
import { copyRows, type Queryable, type Tx } from '../../../platform/database/index.ts';
import type { ProjectRule } from './contract.ts';
import type { RuledProject } from './rules.ts';

type Row = Omit<RuledProject, 'owners'> & {
  name: string;
  integration: string;
  repositoryId: number | null;
  prefix: string;
};

/** Projects that count, with what rules look at: owners only where one of the rules asks for them. */
export async function ruledProjects(
  db: Queryable,
  rules: readonly Pick<ProjectRule, 'kind'>[],
): Promise<(RuledProject & { name: string; integration: string })[]> {
  const rows = await db.query<Row>(
    `select p.id, p.source_key as key, p.name, p.tags, p.tags_unread_since is not null as "tagsUnread", p.integration_id as "integrationId",
            i.name as integration, r.project || '/' || r.slug as repository, r.id as "repositoryId", coalesce(b.prefix, '') as prefix,
            o.unread_since is not null as "ownersUnread"
       from shared.projects p join shared.integrations i on i.id = p.integration_id and i.state <> 'deleting'
       left join shared.bindings b on b.project_id = p.id
       left join shared.code_repositories r on r.id = b.repository_id and r.deleted_at is null
       left join shared.code_owners o on o.repository_id = r.id
      where p.counts and p.deleted_at is null order by lower(p.name), p.id`,
  );
  const owners = rules.some(({ kind }) => kind === 'owner') ? await readOwners(db) : () => [];
  return rows.map(({ repositoryId, prefix, ...row }) => ({
    ...row,
    owners: () => (repositoryId === null ? [] : owners(repositoryId, prefix)),
  }));
}

/** Says who owns a folder of a repository that a project is bound to; each folder is looked for once. */
async function readOwners(db: Queryable): Promise<(repository: number, folder: string) => readonly string[]> {
  const rows = await db.query<{ id: number; rules: OwnerRule[] }>(
    `select o.repository_id as id, o.rules from shared.code_owners o
      where o.rules <> '[]' and exists (select from shared.bindings b where b.repository_id = o.repository_id)`,
  );
  const rules = new Map(rows.map((row) => [row.id, row.rules]));
  const known = new Map<string, readonly string[]>();
  return (repository, folder) => {
    const place = `${repository} ${folder}`;
    const owners = known.get(place) ?? folderOwners(rules.get(repository) ?? [], folder);
    known.set(place, owners);
    return owners;
  };
}

export function rulesOf(db: Queryable, team: number): Promise<ProjectRule[]> {
  return db.query('select kind, value from teams.project_rules where team_id = $1 order by id', [team]);
}

export function rulesOfTeams(db: Queryable, teams: readonly number[]): Promise<ProjectRule[]> {
  return db.query('select distinct kind, value from teams.project_rules where team_id = any ($1)', [teams]);
}

export async function replaceRules(tx: Tx, team: number, rules: readonly ProjectRule[], by: string): Promise<void> {
  const wanted = [rules.map(({ kind }) => kind), rules.map(({ value }) => value)];
  await tx.execute(
    `delete from teams.project_rules r where r.team_id = $1
        and not exists (select from unnest($2::text[], $3::text[]) as w (kind, value) where w.kind = r.kind and w.value = r.value)`,
    [team, ...wanted],
  );
  await tx.execute(
    `insert into teams.project_rules (team_id, kind, value, created_by)
     select $1, w.kind, w.value, $4 from unnest($2::text[], $3::text[]) with ordinality as w (kind, value, place) order by w.place
     on conflict do nothing`,
    [team, ...wanted, by],
  );
}

/** Rules of teams that there are now: what a team took ends with it. */
export function currentRules(db: Queryable): Promise<(ProjectRule & { team: number })[]> {
  return db.query(
    `select r.team_id as team, r.kind, r.value from teams.project_rules r
       join teams.node_periods p on p.node_id = r.team_id and p.valid_to is null and p.leaf order by r.id`,
  );
}

/** Trees of the teams that there are now. */
export async function treesOfTeams(db: Queryable): Promise<Map<number, number>> {
  const rows = await db.query<{ team: number; tree: number }>(
    'select node_id as team, tree_id as tree from teams.node_periods where valid_to is null and leaf',
  );
  return new Map(rows.map(({ team, tree }) => [team, tree]));
}

/** Makes what teams have what was found; only what differs ends, and only that begins. */
export async function writeBelongings(tx: Tx, taken: ReadonlyMap<number, ReadonlySet<number>>): Promise<void> {
  await tx.execute('create temporary table taken (team bigint, project bigint) on commit drop');
  const rows = function* (): Generator<number[]> {
    for (const [team, projects] of taken) for (const project of projects) yield [team, project];
  };
  await copyRows(tx, 'taken', ['team', 'project'], rows());
  await tx.execute('analyze taken');
  await tx.execute(
    `update teams.team_projects t set valid_to = now()
      where t.valid_to is null and not exists (select from taken w where w.team = t.team_id and w.project = t.project_id)`,
  );
  await tx.execute(
    `insert into teams.team_projects (team_id, project_id) select team, project from taken order by team, project
     on conflict (team_id, project_id) where valid_to is null do nothing`,
  );
  await tx.execute('drop table taken');
}

export function teamNamed(
  db: Queryable,
  team: number,
): Promise<{ id: number; tree: number; name: string } | undefined> {
  return db.maybeOne(
    'select node_id as id, tree_id as tree, name from teams.node_periods where node_id = $1 and valid_to is null and leaf',
    [team],
  );
}

/** The teams of a tree that have each project now. */
export async function ownersOf(db: Queryable, tree: number): Promise<Map<number, { id: number; name: string }[]>> {
  const rows = await db.query<{ project: number; id: number; name: string }>(
    `select t.project_id as project, p.node_id as id, p.name
       from teams.team_projects t join teams.node_periods p on p.node_id = t.team_id and p.valid_to is null
      where t.valid_to is null and p.tree_id = $1 order by lower(p.name), p.node_id`,
    [tree],
  );
  const owners = new Map<number, { id: number; name: string }[]>();
  for (const { project, id, name } of rows) {
    const list = owners.get(project);
    if (list === undefined) owners.set(project, [{ id, name }]);
    else list.push({ id, name });
  }
  return owners;
}

const mostSuggestions = 3;

/** Teams of a tree whose people wrote the lines that open findings of some projects are about, those of most findings first. */
export async function authorTeams(
  db: Queryable,
  tree: number,
  projects: readonly number[],
): Promise<Map<number, { id: number; name: string; findings: number }[]>> {
  const teams = new Map<number, { id: number; name: string; findings: number }[]>();
  if (projects.length === 0) return teams;
  const rows = await db.query<{ project: number; id: number; name: string; findings: number }>(
    `select f.project_id as project, p.node_id as id, p.name, sum(f.findings)::bigint as findings
       from (select project_id, author_id, count(*) as findings from shared.findings
              where project_id = any ($2) and state = 'open' and deleted_at is null and author_id is not null group by 1, 2) f
       join shared.code_authors a on a.id = f.author_id
       join teams.identities t on t.integration_id = a.integration_id and t.value = a.name
       join teams.memberships m on m.person_id = t.person_id and m.tree_id = $1 and m.valid_to is null
       join teams.node_periods p on p.node_id = m.node_id and p.valid_to is null
      group by 1, 2, 3 order by 1, 4 desc, 3`,
    [tree, projects],
  );
  for (const { project, ...team } of rows) {
    const list = teams.get(project) ?? [];
    if (list.length < mostSuggestions) teams.set(project, [...list, team]);
  }
  return teams;
}
