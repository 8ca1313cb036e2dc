import type { z } from 'zod';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type * as contract from './contract.ts';
import { createMatcher } from './match.ts';
import {
  candidates,
  currentEmails,
  deleteIdentity,
  identitiesOf,
  insertIdentity,
  knownIntegrations,
  unclaimedAccounts,
} from './store.ts';

const pageSize = 50;
const sureness = ['email', 'login', 'name', null] as const;

export async function listAccounts(
  db: Queryable,
  { search = '', proposed, page }: z.output<typeof contract.AccountQuery>,
): Promise<contract.AccountList> {
  const match = createMatcher(await candidates(db));
  const accounts = (await unclaimedAccounts(db)).map(
    ({ integration: id, system: name, kind, value, display }): contract.Account => {
      const proposal = match(value, display);
      const { person = null, reason = null } = proposal ?? {};
      return { system: { id, name, kind }, value, display, person, reason };
    },
  );
  const text = search.trim().toLowerCase();
  const wanted = accounts
    .filter(({ reason }) => proposed === 'false' || reason !== null)
    .filter(({ value, display, person }) =>
      [value, display ?? '', person?.name ?? ''].some((one) => one.toLowerCase().includes(text)),
    );
  // The order of those who are alike stays that of the database.
  const ordered = sureness.flatMap((reason) => wanted.filter((one) => one.reason === reason));
  return {
    accounts: ordered.slice((page - 1) * pageSize, page * pageSize),
    total: ordered.length,
    proposed: accounts.filter(({ reason }) => reason !== null).length,
    page,
    pageSize,
  };
}

/** Says whose accounts are, all of them or none. Throws `person_not_found`, `integration_not_found`, `identity_taken`. */
export function confirmIdentities(
  db: Database,
  actor: Actor,
  { identities }: z.output<typeof contract.IdentitiesInput>,
): Promise<{ saved: number }> {
  return db.transaction(async (tx) => {
    const emails = await currentEmails(tx, [...new Set(identities.map(({ person }) => person))]);
    const systems = await knownIntegrations(tx, [...new Set(identities.map(({ integration }) => integration))]);
    for (const identity of identities) {
      const email = emails.get(identity.person);
      if (email === undefined) throw new PlumblineError('person_not_found');
      if (!systems.has(identity.integration)) throw new PlumblineError('integration_not_found');
      if (!(await insertIdentity(tx, identity, actor.name))) throw new PlumblineError('identity_taken');
      await audit(
        tx,
        actor,
        'identity.confirm',
        { kind: 'person', id: identity.person, name: email },
        {
          integration: identity.integration,
          account: identity.value,
        },
      );
    }
    return { saved: identities.length };
  });
}

/** Throws `identity_not_found`. */
export function removeIdentity(db: Database, actor: Actor, id: number): Promise<void> {
  return db.transaction(async (tx) => {
    const gone = await deleteIdentity(tx, id);
    if (gone === undefined) throw new PlumblineError('identity_not_found');
    await audit(tx, actor, 'identity.remove', { kind: 'identity', id, name: gone.email }, { account: gone.value });
  });
}

export async function identitiesAnswer(db: Queryable, person: number): Promise<contract.Identity[]> {
  return (await identitiesOf(db, person)).map(({ id, integration, system, kind, value, confirmedAt, confirmedBy }) => ({
    id,
    system: { id: integration, name: system ?? 'removed', kind: kind ?? '' },
    value,
    confirmedAt: confirmedAt.toISOString(),
    confirmedBy,
  }));
}
