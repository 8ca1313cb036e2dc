import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { PeopleChange } from './contract.ts';

/** Columns of the table that people are laid in before they are compared. */
export const wantedColumns = ['email', 'name', 'manager_email', 'attributes'] as const;

/** Whom a comparison is about beside those laid down. */
interface Extent {
  /** Whoever is not among those laid down leaves. */
  whole: boolean;
  /** Addresses of others who leave. */
  leaving: readonly string[];
}

export async function makeWanted(tx: Tx): Promise<void> {
  await tx.execute(
    `create temporary table wanted (email text collate "C", name text, manager_email text collate "C", attributes jsonb) on commit drop`,
  );
}

export function currentManagers(db: Queryable): Promise<{ email: string; managerEmail: string | null }[]> {
  return db.query(
    `select p.email, c.manager_email as "managerEmail" from teams.person_periods c join teams.people p on p.id = c.person_id
      where c.valid_to is null`,
  );
}

const current = `select c.id, c.person_id, p.email, c.name, c.manager_email, c.attributes
  from teams.person_periods c join teams.people p on p.id = c.person_id where c.valid_to is null`;

const compared = `select coalesce(w.email, c.email) as email, coalesce(w.name, c.name) as name, c.id as period,
    case when c.id is null then 'added'
         when w.email is null then case when $1 or c.email = any ($2::text[]) then 'left' else 'unchanged' end
         when (w.name, w.manager_email, w.attributes) is distinct from (c.name, c.manager_email, c.attributes) then 'changed'
         else 'unchanged' end as what
  from wanted w full join (${current}) c on c.email = w.email`;

export async function compareWanted(tx: Tx, { whole, leaving }: Extent): Promise<PeopleChange> {
  await tx.execute('analyze wanted');
  const values = [whole, leaving];
  const counts = await tx.query<{ what: keyof PeopleChange; n: number }>(
    `select what, count(*) as n from (${compared}) c group by what`,
    values,
  );
  const of = (what: string): number => counts.find((row) => row.what === what)?.n ?? 0;
  const sample = await tx.query<PeopleChange['sample'][number]>(
    `select email, name, what from (${compared}) c where what <> 'unchanged' order by what, lower(name), email limit 20`,
    values,
  );
  return { added: of('added'), changed: of('changed'), left: of('left'), unchanged: of('unchanged'), sample };
}

/** Ends what is not said any more and begins what is said now. */
export async function applyWanted(tx: Tx, { whole, leaving }: Extent, by: string): Promise<void> {
  await tx.execute(
    `update teams.person_periods p set valid_to = now()
       from (${compared}) c where p.id = c.period and c.what in ('changed', 'left')`,
    [whole, leaving],
  );
  await tx.execute(
    'insert into teams.people (email) select email from wanted order by email on conflict (email) do nothing',
  );
  await tx.execute(
    `insert into teams.person_periods (person_id, name, manager_email, attributes)
     select p.id, w.name, w.manager_email, w.attributes from wanted w join teams.people p on p.email = w.email
      where not exists (select from teams.person_periods c where c.person_id = p.id and c.valid_to is null)
      order by p.id`,
  );
  // What many rows were added to at once would be planned as if it were empty until somebody analyses it.
  await tx.execute('analyze teams.people');
  await tx.execute('analyze teams.person_periods');
  await tx.execute(
    `update teams.people_state set version = version + 1, changed_at = now(), changed_by = $1,
       attributes = array(select distinct k.name from teams.person_periods c, jsonb_object_keys(c.attributes) k(name)
                           where c.valid_to is null order by k.name)`,
    [by],
  );
}

export interface PersonRow {
  id: number;
  name: string;
  email: string;
  attributes: Record<string, string>;
  managerId: number | null;
  managerName: string | null;
  managerEmail: string | null;
}

const personColumns = `p.id, c.name, p.email, c.attributes, m.id as "managerId", mc.name as "managerName", m.email as "managerEmail"`;

const withManager = `left join teams.people m on m.email = c.manager_email
  left join teams.person_periods mc on mc.person_id = m.id and mc.valid_to is null`;

export interface PeopleFilter {
  /** A pattern for `ilike`; null: any. */
  containing: string | null;
  attribute: string | null;
  value: string | null;
  /** A person whose direct reports they are. */
  manager: number | null;
}

const matching = `c.valid_to is null
  and ($1::text is null or c.name ilike $1 or p.email ilike $1)
  and ($2::text is null or c.attributes ->> $2 = coalesce($3, ''))
  and ($4::bigint is null or c.manager_email = (select email from teams.people where id = $4))`;

const valuesOf = ({ containing, attribute, value, manager }: PeopleFilter): unknown[] => [
  containing,
  attribute,
  value,
  manager,
];

export async function findPeople(
  db: Queryable,
  filter: PeopleFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: PersonRow[]; total: number }> {
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from teams.person_periods c join teams.people p on p.id = c.person_id where ${matching}`,
    valuesOf(filter),
  );
  const rows = await db.query<PersonRow>(
    `select ${personColumns} from teams.person_periods c join teams.people p on p.id = c.person_id ${withManager}
      where ${matching} order by lower(c.name), p.id limit $5 offset $6`,
    [...valuesOf(filter), limit, offset],
  );
  return { rows, total };
}

/** Everybody who matches, some at a time, in the order of their ids. */
export async function* allPeople(db: Queryable, filter: PeopleFilter): AsyncGenerator<PersonRow[]> {
  let after = 0;
  for (;;) {
    const rows = await db.query<PersonRow>(
      `select ${personColumns} from teams.person_periods c join teams.people p on p.id = c.person_id ${withManager}
        where ${matching} and p.id > $5 order by p.id limit 2000`,
      [...valuesOf(filter), after],
    );
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? after;
    yield rows;
  }
}

/** What is said of a person now, or was said last. */
export function findPerson(db: Queryable, id: number): Promise<(PersonRow & { current: boolean }) | undefined> {
  return db.maybeOne(
    `select ${personColumns}, c.valid_to is null as current
       from (select * from teams.person_periods where person_id = $1 order by valid_from desc, id desc limit 1) c
       join teams.people p on p.id = c.person_id ${withManager}`,
    [id],
  );
}

export async function countReports(db: Queryable, id: number): Promise<number> {
  const { n } = await db.one<{ n: number }>(
    `select count(*) as n from teams.person_periods c
      where c.valid_to is null and c.manager_email = (select email from teams.people where id = $1)`,
    [id],
  );
  return n;
}

export function personHistory(
  db: Queryable,
  id: number,
): Promise<
  { name: string; managerEmail: string | null; attributes: Record<string, string>; from: Date; to: Date | null }[]
> {
  return db.query(
    `select name, manager_email as "managerEmail", attributes, valid_from as "from", valid_to as "to"
       from teams.person_periods where person_id = $1 order by valid_from desc, id desc limit 100`,
    [id],
  );
}

export interface PeopleState {
  version: number;
  attributes: string[];
  changedAt: Date | null;
  changedBy: string | null;
}

export function peopleState(db: Queryable): Promise<PeopleState> {
  return db.one(
    'select version, attributes, changed_at as "changedAt", changed_by as "changedBy" from teams.people_state',
  );
}
