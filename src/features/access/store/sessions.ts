import type { Queryable } from '../../../platform/database/index.ts';
import type { Role } from '../model.ts';

/** Of the account `u`: null where it is of the whole organization, and empty where it was given nothing. */
export const nodesOfUser = `case when u.reach = 'nodes' then
  (select coalesce(jsonb_agg(n.node_id order by n.node_id), '[]') from access.user_nodes n where n.user_id = u.id) end`;

/** Of the service account `s`, likewise. */
export const nodesOfServiceAccount = `case when s.reach = 'nodes' then
  (select coalesce(jsonb_agg(n.node_id order by n.node_id), '[]') from access.service_account_nodes n where n.service_account_id = s.id) end`;

export interface LiveSession {
  id: number;
  userId: number;
  email: string;
  role: Role;
  /** null: the whole organization. */
  nodes: number[] | null;
  expiresAt: Date;
  stale: boolean;
  /** Its provider has to be asked before it is believed: it is time to, or the settings name another one or none. */
  toConfirm: boolean;
}

/** What a session of single sign-on keeps beside what every session does. */
export interface NewProviderSession {
  id: number;
  issuer: string;
  subject: string;
  providerSession: string | null;
  sealed: Record<string, unknown>;
  /** Until its end; null: as any other. */
  minutes: number | null;
}

export interface SeenBrowser {
  remoteAddress: string;
  userAgent: string | null;
}

export async function nextSessionId(db: Queryable): Promise<number> {
  const row = await db.one<{ id: number }>(`select nextval(pg_get_serial_sequence('access.sessions', 'id')) as id`);
  return row.id;
}

export function insertSession(
  db: Queryable,
  session: { tokenHash: Buffer; userId: number; seen: SeenBrowser; provider: NewProviderSession | undefined },
): Promise<{ id: number; expiresAt: Date }> {
  const { tokenHash, userId, seen, provider } = session;
  return db.one(
    `insert into access.sessions
       (id, token_hash, user_id, expires_at, remote_address, user_agent, issuer, subject, provider_session, sealed, confirmed_at)
     overriding system value
     values (coalesce($1, nextval(pg_get_serial_sequence('access.sessions', 'id'))), $2, $3,
       now() + make_interval(mins => coalesce($4, 7 * 24 * 60)), $5, $6, $7, $8, $9, $10,
       case when $7::text is not null then now() end)
     returning id, expires_at as "expiresAt"`,
    [
      provider?.id ?? null,
      tokenHash,
      userId,
      provider?.minutes ?? null,
      seen.remoteAddress,
      seen.userAgent?.slice(0, 300) ?? null,
      provider?.issuer ?? null,
      provider?.subject ?? null,
      provider?.providerSession ?? null,
      JSON.stringify(provider?.sealed ?? {}),
    ],
  );
}

/** A session that has neither been idle for 12 hours nor reached its end; the role is the user's role now. */
export function findLiveSession(db: Queryable, tokenHash: Buffer): Promise<LiveSession | undefined> {
  return db.maybeOne(
    `select s.id, u.id as "userId", u.email, u.role, ${nodesOfUser} as nodes, s.expires_at as "expiresAt",
            s.last_seen_at < now() - interval '1 minute' as stale,
            s.issuer is not null and (o.id is null or o.settings->>'issuer' <> s.issuer or o.settings->>'enabled' <> 'true'
              or s.confirmed_at <= now() - make_interval(mins => (o.settings->>'recheckMinutes')::integer)) as "toConfirm"
       from access.sessions s join access.users u on u.id = s.user_id
       left join access.single_sign_on o on s.issuer is not null
      where s.token_hash = $1 and s.expires_at > now() and s.last_seen_at > now() - interval '12 hours'
        and u.ended_at is null`,
    [tokenHash],
    'access_find_live_session',
  );
}

export async function touchSession(db: Queryable, id: number): Promise<void> {
  await db.execute('update access.sessions set last_seen_at = now() where id = $1', [id]);
}

export async function deleteSession(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from access.sessions where id = $1', [id]);
}

/** Ends all sessions of a user, but the one named. */
export function deleteSessionsOf(db: Queryable, userId: number, except: number | null): Promise<number> {
  return db.execute('delete from access.sessions where user_id = $1 and ($2::bigint is null or id <> $2)', [
    userId,
    except,
  ]);
}

/** Rows nobody can use any more; called at sign-in, so that the table stays as small as its use. */
export async function deleteDeadSessions(db: Queryable): Promise<void> {
  await db.execute(
    `delete from access.sessions where id in (
       select id from access.sessions
        where expires_at <= now() or last_seen_at <= now() - interval '12 hours'
        order by id limit 500 for update skip locked)`,
  );
}

/** When the session ends at the latest. */
export async function findSessionEnd(db: Queryable, id: number): Promise<Date | undefined> {
  const row = await db.maybeOne<{ expiresAt: Date }>(
    'select expires_at as "expiresAt" from access.sessions where id = $1',
    [id],
  );
  return row?.expiresAt;
}

export async function endAllSessions(db: Queryable): Promise<void> {
  await db.execute('delete from access.sessions');
}

export interface ProviderSessionRow {
  id: number;
  userId: number;
  email: string;
  issuer: string;
  subject: string;
  sealed: Record<string, unknown>;
  confirmedAt: Date;
  /** Since it was confirmed. */
  ageSeconds: number;
  /** Somebody asks the provider just now. */
  asking: boolean;
}

const askedLately = `coalesce(s.asked_at > now() - interval '20 seconds', false)`;

export function findProviderSession(db: Queryable, id: number): Promise<ProviderSessionRow | undefined> {
  return db.maybeOne(
    `select s.id, s.user_id as "userId", u.email, s.issuer, s.subject, s.sealed, s.confirmed_at as "confirmedAt",
            extract(epoch from now() - s.confirmed_at)::float8 as "ageSeconds", ${askedLately} as asking
       from access.sessions s join access.users u on u.id = s.user_id
      where s.id = $1 and s.issuer is not null`,
    [id],
    'access_find_provider_session',
  );
}

/** False when somebody else asks the provider, or has asked since. */
export async function claimRecheck(db: Queryable, { id, confirmedAt }: ProviderSessionRow): Promise<boolean> {
  const claimed = await db.execute(
    `update access.sessions s set asked_at = now()
      where id = $1 and date_trunc('milliseconds', confirmed_at) = $2 and not ${askedLately}
        and (ask_after is null or ask_after <= now())`,
    [id, confirmedAt],
  );
  return claimed === 1;
}

export async function putConfirmed(db: Queryable, id: number, sealed: Record<string, unknown>): Promise<void> {
  await db.execute(
    'update access.sessions set sealed = $2, confirmed_at = now(), asked_at = null, ask_after = null where id = $1',
    [id, JSON.stringify(sealed)],
  );
}

/** The provider did not answer: it is left alone for a moment, and nobody waits for it. */
export async function putUnanswered(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `update access.sessions set asked_at = null, ask_after = now() + interval '15 seconds' where id = $1`,
    [id],
  );
}

/** Ends what a provider says has ended there: all of a person, one of its sessions, or what is both. */
export function deleteProviderSessions(
  db: Queryable,
  said: { issuer: string; subject: string | null; providerSession: string | null },
): Promise<{ userId: number }[]> {
  return db.query(
    `delete from access.sessions
      where issuer = $1 and ($2::text is null or subject = $2) and ($3::text is null or provider_session = $3)
        and num_nonnulls($2, $3) > 0
      returning user_id as "userId"`,
    [said.issuer, said.subject, said.providerSession],
  );
}
