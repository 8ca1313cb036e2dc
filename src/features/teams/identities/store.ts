import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import type { IntegrationData } from '../../integrations/index.ts';
import type { Candidate } from './match.ts';

export interface AccountRow {
  integration: number;
  system: string;
  kind: string;
  value: string;
  display: string | null;
}

/** Accounts that systems know and nobody has said whose they are. */
export function unclaimedAccounts(db: Queryable): Promise<AccountRow[]> {
  return db.query(
    `select i.id as integration, i.name as system, i.kind, a.value, max(a.display) as display
       from (select integration_id, name as value, null::text as display from shared.code_authors
             union all select integration_id, author, null from shared.pull_requests where author is not null
             union all select integration_id, email, name from shared.harness_people) a
       join shared.integrations i on i.id = a.integration_id and i.state <> 'deleting'
      where a.value <> '' and not exists (select from teams.identities t where t.integration_id = a.integration_id and t.value = a.value)
      group by i.id, i.name, i.kind, a.value order by i.name, a.value`,
  );
}

export function candidates(db: Queryable): Promise<Candidate[]> {
  return db.query(
    `select p.id, c.name, p.email from teams.person_periods c join teams.people p on p.id = c.person_id
      where c.valid_to is null order by p.id`,
  );
}

interface IdentityRow {
  id: number;
  integration: number;
  system: string | null;
  kind: string | null;
  value: string;
  confirmedAt: Date;
  confirmedBy: string;
}

export function identitiesOf(db: Queryable, person: number): Promise<IdentityRow[]> {
  return db.query(
    `select t.id, t.integration_id as integration, i.name as system, i.kind, t.value, t.confirmed_at as "confirmedAt",
            t.confirmed_by as "confirmedBy"
       from teams.identities t left join shared.integrations i on i.id = t.integration_id
      where t.person_id = $1 order by i.name, t.value`,
    [person],
  );
}

/** False where the account is somebody’s already. */
export async function insertIdentity(
  tx: Tx,
  { integration, value, person }: { integration: number; value: string; person: number },
  by: string,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into teams.identities (integration_id, value, person_id, confirmed_by) values ($1, $2, $3, $4)
     on conflict (integration_id, value) do nothing returning id`,
    [integration, value, person, by],
  );
  return rows.length > 0;
}

export function deleteIdentity(tx: Tx, id: number): Promise<{ value: string; email: string } | undefined> {
  return tx.maybeOne(
    `delete from teams.identities t using teams.people p where t.id = $1 and p.id = t.person_id returning t.value, p.email`,
    [id],
  );
}

export async function currentEmails(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await tx.query<{ id: number; email: string }>(
    `select p.id, p.email from teams.people p join teams.person_periods c on c.person_id = p.id and c.valid_to is null
      where p.id = any ($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, email }) => [id, email]));
}

export async function knownIntegrations(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const rows = await tx.query<{ id: number }>(
    `select id from shared.integrations where id = any ($1) and state <> 'deleting'`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Which accounts of a system are whose. */
export function teamsData(db: Database): IntegrationData {
  return {
    room: 'Whose accounts are whose',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        'select count(*) as n from teams.identities where integration_id = $1',
        [integrationId],
      );
      return n;
    },
    purge: (tx, integrationId, limit) =>
      tx.execute(
        'delete from teams.identities where ctid = any (array(select ctid from teams.identities where integration_id = $1 limit $2 /* any: all of them go, batch by batch */))',
        [integrationId, limit],
      ),
  };
}
