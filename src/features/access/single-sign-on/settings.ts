import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { audit } from '../audit.ts';
import { requireKnownNodes } from '../org-nodes.ts';
import type { Actor } from '../route.ts';
import { hasBreakGlass } from '../store/users.ts';
import { requirePerson } from '../users.ts';
import type { PutSingleSignOnAnswer, SingleSignOn, SingleSignOnAnswer, SingleSignOnCheck } from './contract.ts';
import type { SingleSignOnOptions } from './options.ts';
import { type Client, clientOf, withProvider } from './provider.ts';
import { findSettings, putSettings, type SettingsRow } from './store.ts';

const place = { table: 'access.single_sign_on', row: 1, field: 'secret' };

/** What the hub signs people in with now. */
export interface Configured {
  settings: SingleSignOn;
  client: Client;
  version: number;
}

/** Undefined while it is switched off or not set up. */
export async function findConfigured(db: Queryable, vault: Vault): Promise<Configured | undefined> {
  const row = await findSettings(db);
  if (row === undefined || !row.settings.enabled) return undefined;
  return { settings: row.settings, client: clientOf(row.settings, openSecret(vault, row)), version: row.version };
}

/** Throws `sso_not_configured`. */
export async function requireConfigured({ db, vault }: Pick<SingleSignOnOptions, 'db' | 'vault'>): Promise<Configured> {
  const configured = await findConfigured(db, vault);
  if (configured === undefined) throw new PlumblineError('sso_not_configured');
  return configured;
}

function openSecret(vault: Vault, row: Pick<SettingsRow, 'sealed'>): string | undefined {
  return row.sealed.secret === undefined ? undefined : vault.open(place, row.sealed.secret);
}

export async function describeSettings(options: SingleSignOnOptions): Promise<SingleSignOnAnswer> {
  const row = await findSettings(options.db);
  return {
    settings: row?.settings ?? null,
    hasSecret: row?.sealed.secret !== undefined,
    ...addressesOf(options.publicUrl()),
    updatedAt: row?.updatedAt.toISOString() ?? null,
    updatedBy: row?.updatedBy ?? null,
  };
}

/** Addresses of ours that the provider is told. */
export function addressesOf(publicUrl: URL) {
  const base = publicUrl.href.endsWith('/') ? publicUrl.href : `${publicUrl.href}/`;
  return {
    redirectUri: new URL('sign-in/back', base).href,
    postLogoutRedirectUri: new URL('sign-in', base).href,
    backChannelLogoutUri: new URL('api/v1/sign-in/back-channel-logout', base).href,
  };
}

/**
 * Throws `break_glass_needed`, `org_node_not_found`, and `not_authorized` for a token: who says which groups are administrators gives rights that
 * outlive it. A secret that is left out stays, unless another address or client would get it.
 */
export async function saveSettings(
  options: SingleSignOnOptions,
  actor: Actor,
  wanted: SingleSignOn & { clientSecret?: string | undefined },
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<PutSingleSignOnAnswer> {
  requirePerson(actor);
  const { clientSecret, ...settings } = wanted;
  const changed = await options.db.transaction(async (tx) => {
    const before = await findSettings(tx);
    await requireGroupNodes(options, settings, before?.settings);
    if (settings.enabled && !dryRun && !(await hasBreakGlass(tx))) throw new PlumblineError('break_glass_needed');
    const fields = changedFields(before?.settings, settings);
    const known = before === undefined ? undefined : openSecret(options.vault, before);
    if (clientSecret !== undefined && clientSecret !== known) fields.push('credentials');
    // Said again as it is: nobody who is on the way to the provider has to begin anew.
    if (dryRun || (before !== undefined && fields.length === 0)) return fields;
    const sealed = sealedAfter(options.vault, before, { settings, clientSecret });
    await putSettings(tx, { settings, sealed, updatedBy: actor.name });
    const { enabled, issuer } = settings;
    await audit(
      tx,
      actor,
      'single_sign_on.changed',
      { kind: 'single_sign_on', name: settings.name },
      { fields, enabled, issuer },
    );
    return fields;
  });
  return { ...(await describeSettings(options)), changed };
}

/**
 * Throws `org_node_not_found` for a group of a node that is in no tree now: it would give nothing. What stood before can
 * stay only while it is switched off, so that a node that went never keeps anybody from doing that.
 */
async function requireGroupNodes(
  { db, teams }: SingleSignOnOptions,
  { enabled, groups }: SingleSignOn,
  before: SingleSignOn | undefined,
): Promise<void> {
  const kept = new Set(enabled ? [] : before?.groups.map(({ node }) => node));
  const said = groups.flatMap(({ node }) => (node === null || kept.has(node) ? [] : [node]));
  if (said.length > 0) requireKnownNodes(said, await teams.named(db, said));
}

function sealedAfter(
  vault: Vault,
  before: SettingsRow | undefined,
  { settings, clientSecret }: { settings: SingleSignOn; clientSecret: string | undefined },
): object {
  if (clientSecret !== undefined) return { secret: vault.seal(place, clientSecret) };
  const same = before?.settings.issuer === settings.issuer && before.settings.clientId === settings.clientId;
  return same ? before.sealed : {};
}

function changedFields(before: SingleSignOn | undefined, after: SingleSignOn): string[] {
  const names = Object.keys(after) as (keyof SingleSignOn)[];
  return names.filter((name) => written(before?.[name]) !== written(after[name]));
}

/** The same text for the same content, in whatever order the names of an object come. */
const written = (value: unknown): string | undefined =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** Reads what the provider says about itself, with settings that need not be saved. Throws coded errors. */
export async function checkSettings(
  options: SingleSignOnOptions,
  settings: SingleSignOn,
  signal: AbortSignal,
): Promise<SingleSignOnCheck> {
  return withProvider(options.reach, clientOf(settings, undefined), signal, async (provider) => {
    const server = provider.serverMetadata();
    const { authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint, jwks_uri: keys } = server;
    if (authorizationEndpoint === undefined || tokenEndpoint === undefined || keys === undefined)
      throw new PlumblineError('sso_provider_invalid', {
        message: 'The provider names no authorization endpoint, no token endpoint or no keys.',
      });
    const known = server.scopes_supported;
    return {
      issuer: server.issuer,
      authorizationEndpoint,
      signOutThere: server.end_session_endpoint !== undefined,
      backChannelLogout: server['backchannel_logout_supported'] === true,
      unknownScopes: known === undefined ? [] : settings.scopes.filter((scope) => !known.includes(scope)),
    };
  });
}
