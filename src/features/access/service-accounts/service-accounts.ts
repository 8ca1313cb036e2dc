import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { audit } from '../audit.ts';
import { lesserRole, type Role } from '../model.ts';
import { requireNodes } from '../reach.ts';
import type { Actor } from '../route.ts';
import type { ScopeResolver } from '../scope-resolver.ts';
import { deleteTokensOfServiceAccount, listTokens, type TokenRow, toApiToken } from '../store/tokens.ts';
import { requirePerson } from '../users.ts';
import type { IdleReason, ServiceAccount } from './contract.ts';
import {
  deleteServiceAccount,
  findServiceAccount,
  insertServiceAccount,
  listServiceAccounts,
  lockServiceAccount,
  putAnswerer,
  putServiceAccount,
  type ServiceAccountRow,
  serviceAccountNamed,
} from './store.ts';

interface Options {
  db: Database;
  teams: ScopeResolver;
}

const nameTaken = (): PlumblineError => new PlumblineError('service_account_name_taken');

function describe(row: ServiceAccountRow, tokens: readonly TokenRow[]): ServiceAccount {
  const idle = idleReason(row);
  const now = row.answererRole === null ? row.role : lesserRole(row.role, row.answererRole);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    role: row.role,
    nodes: row.nodes,
    enabled: row.enabled,
    answeredBy: row.answeredBy,
    roleNow: idle === null ? now : null,
    idle,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    tokens: tokens.filter(({ serviceAccountId }) => serviceAccountId === row.id).map(toApiToken),
  };
}

function idleReason(row: ServiceAccountRow): IdleReason | null {
  if (!row.enabled) return 'disabled';
  if (!row.ofMachine && row.userId === null) return 'nobody_answers';
  return row.answererEnded ? 'answerer_ended' : null;
}

export async function describeServiceAccounts(db: Queryable): Promise<ServiceAccount[]> {
  const [rows, tokens] = [await listServiceAccounts(db), await listTokens(db)];
  return rows.map((row) => describe(row, tokens));
}

async function describeOne(db: Queryable, id: number): Promise<ServiceAccount> {
  const row = await findServiceAccount(db, id);
  if (row === undefined) throw new PlumblineError('service_account_not_found');
  return describe(row, await listTokens(db));
}

/** Who makes one answers for it. Throws `service_account_name_taken`, or `not_authorized` for a token, which it would outlive. */
export async function addServiceAccount(
  options: Options,
  actor: Actor,
  wanted: { name: string; description: string; role: Role; nodes: readonly number[] | null },
): Promise<ServiceAccount> {
  requirePerson(actor);
  const role = lesserRole(wanted.role, actor.role);
  await requireNodes(options, { role, nodes: wanted.nodes });
  return options.db.transaction(async (tx) => {
    const id = await insertServiceAccount(tx, { ...wanted, role, ...answererOf(actor) });
    if (id === undefined) throw nameTaken();
    await putServiceAccount(tx, id, { ...wanted, role, enabled: true });
    const nodes = wanted.nodes === null ? {} : { nodes: [...wanted.nodes] };
    const object = { kind: 'service_account', id, name: wanted.name };
    await audit(tx, actor, 'service_account.created', object, { role, ...nodes });
    return describeOne(tx, id);
  });
}

export interface ServiceAccountChange {
  name?: string | undefined;
  description?: string | undefined;
  role?: Role | undefined;
  /** null: the whole organization. */
  nodes?: readonly number[] | null | undefined;
  enabled?: boolean | undefined;
}

/** Throws `service_account_not_found`, `service_account_name_taken`, or `not_authorized` for a token. */
export async function changeServiceAccount(
  options: Options,
  actor: Actor,
  { id, change }: { id: number; change: ServiceAccountChange },
): Promise<ServiceAccount> {
  requirePerson(actor);
  return options.db.transaction(async (tx) => {
    const before = await requireLocked(tx, id);
    const role = lesserRole(change.role ?? before.role, change.role === undefined ? before.role : actor.role);
    const after = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      role,
      nodes: change.nodes === undefined ? before.nodes : change.nodes,
      enabled: change.enabled ?? before.enabled,
    };
    await requireNodes(options, { ...after, kept: change.nodes === undefined });
    const other = await serviceAccountNamed(tx, after.name);
    if (other !== undefined && other !== id) throw nameTaken();
    const names = Object.keys(after) as (keyof typeof after)[];
    const fields = names.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
    if (fields.length === 0) return describeOne(tx, id);
    await putServiceAccount(tx, id, after);
    const roles = before.role === role ? {} : { roleBefore: before.role, roleAfter: role };
    const nodes = fields.includes('nodes')
      ? { nodesBefore: before.nodes, nodesAfter: after.nodes === null ? null : [...after.nodes] }
      : {};
    const enabled = fields.includes('enabled') ? { enabled: after.enabled } : {};
    const details = { fields, ...roles, ...nodes, ...enabled };
    await audit(tx, actor, 'service_account.changed', { kind: 'service_account', id, name: after.name }, details);
    return describeOne(tx, id);
  });
}

/** From now on this person answers for it and bounds it. */
export async function takeOverServiceAccount(
  { db }: Options,
  actor: Actor,
  { id, tokens }: { id: number; tokens: 'keep' | 'end' },
): Promise<ServiceAccount> {
  requirePerson(actor);
  return db.transaction(async (tx) => {
    const before = await requireLocked(tx, id);
    await putAnswerer(tx, id, answererOf(actor));
    const tokensEnded = tokens === 'end' ? await deleteTokensOfServiceAccount(tx, id) : 0;
    const details = { answeredByBefore: before.answeredBy, tokensEnded };
    await audit(tx, actor, 'service_account.taken_over', { kind: 'service_account', id, name: before.name }, details);
    return describeOne(tx, id);
  });
}

/** With all its tokens. */
export async function removeServiceAccount({ db }: Options, actor: Actor, id: number): Promise<void> {
  requirePerson(actor);
  await db.transaction(async (tx) => {
    const account = await requireLocked(tx, id);
    await deleteServiceAccount(tx, id);
    const object = { kind: 'service_account', id, name: account.name };
    await audit(tx, actor, 'service_account.removed', object, { role: account.role });
  });
}

async function requireLocked(tx: Queryable, id: number): Promise<ServiceAccountRow> {
  const row = await lockServiceAccount(tx, id);
  if (row === undefined) throw new PlumblineError('service_account_not_found');
  return row;
}

/** The person, or the hub's own machine. */
const answererOf = ({ kind, userId }: Actor): { ofMachine: boolean; userId: number | null } => ({
  ofMachine: kind === 'local',
  userId,
});
