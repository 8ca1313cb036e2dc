import { type Database, nothingVisible, type Tx, type VisibleRows } from '../../platform/database/index.ts';
import type { Vault } from '../../platform/vault/index.ts';
import { type Evidence, authenticate } from './authenticate.ts';
import { hashToken } from './opaque-tokens.ts';
import { type PasswordCost, passwordCost } from './passwords.ts';
import type { Actor, Route } from './route.ts';
import { accessRoutes } from './routes.ts';
import type { ScopeResolver } from './scope-resolver.ts';
import { createFirstAdministrator, issueSetupSecret } from './setup.ts';
import type { SingleSignOnOptions } from './single-sign-on/options.ts';
import type { ProviderReach } from './single-sign-on/provider.ts';
import { recheck } from './single-sign-on/recheck.ts';

export { actorNow } from './actor-now.ts';
export { type AuditActor, type AuditObject, audit } from './audit.ts';
export { type AuditFilter, listAuditEvents } from './audit-trail/store.ts';
export { verifyAuditTrail } from './audit-trail/verify.ts';
export { type Evidence, isLoopbackAddress } from './authenticate.ts';
export { endAllSessions } from './store/sessions.ts';
export { writeLocalToken } from './local-token.ts';
export { type HeldByNode, noNodes, requireKnownNodes } from './org-nodes.ts';
export { may, reaches, type Role } from './model.ts';
export { liveTokenIds } from './store/tokens.ts';
export {
  type Actor,
  Answer,
  type Permission,
  type Route,
  type RouteRequest,
  type RouteScope,
  route,
  StreamedAnswer,
  type Transport,
} from './route.ts';

export type { ScopeResolver } from './scope-resolver.ts';

export interface AccessOptions {
  db: Database;
  /** What `writeLocalToken` returned; undefined where no local token is offered. */
  localToken?: string | undefined;
  /** PLUMBLINE_INSECURE_HTTP: people may sign in over plain HTTP, with a banner. */
  insecureHttp: boolean;
  version: string;
  vault: Vault;
  /** How browsers reach the hub. */
  publicUrl(): URL;
  /** How the provider of single sign-on is called. */
  connectTo: ProviderReach['connectTo'];
  /** What other rooms keep of a person goes with the account, in its transaction. */
  forgetUser?(tx: Tx, userId: number): Promise<void>;
  /** What nodes of org trees hold; left out: there are none. */
  teams?: ScopeResolver;
  /** Work of a password hash; tests pass less. */
  cost?: PasswordCost;
}

export interface Access {
  routes: Route[];
  /** Who a request comes from; undefined when nothing it shows is valid. */
  authenticate(evidence: Evidence): Promise<Actor | undefined>;
  /** What somebody who works in some teams only may see; undefined for everything. */
  visibleTo(actor: Actor): Promise<VisibleRows | undefined>;
  /** The part after `#` of a new set-up link, valid for an hour; undefined when there is an administrator. */
  issueSetupSecret(): Promise<string | undefined>;
  /** Unattended set-up. False, and nothing changed, when there is an administrator. Throws `weak_password`, `config_invalid`. */
  createFirstAdministrator(account: { email: string; password: string; name?: string }): Promise<boolean>;
}

const noTeams: ScopeResolver = { named: async () => new Map(), rowsWithin: async () => nothingVisible };

/** Users, sessions, API tokens, roles and the audit trail. */
export function createAccess(options: AccessOptions): Access {
  const { db } = options;
  const teams = options.teams ?? noTeams;
  const cost = options.cost ?? passwordCost;
  const localTokenHash = options.localToken === undefined ? undefined : hashToken(options.localToken);
  const singleSignOn: SingleSignOnOptions = {
    teams: options.teams ?? noTeams,
    db,
    vault: options.vault,
    reach: { connectTo: options.connectTo },
    publicUrl: () => options.publicUrl(),
  };
  return {
    routes: accessRoutes({
      ...singleSignOn,
      db,
      cost,
      insecureHttp: options.insecureHttp,
      version: options.version,
      teams,
      forgetUser: options.forgetUser ?? (async () => undefined),
    }),
    visibleTo: async (actor) => (actor.within === undefined ? undefined : teams.rowsWithin(db, actor.within)),
    authenticate: (evidence) =>
      authenticate({ db, localTokenHash, recheck: (id) => recheck(singleSignOn, id) }, evidence),
    issueSetupSecret: () => issueSetupSecret(db),
    createFirstAdministrator: (account) => createFirstAdministrator({ db, cost }, account),
  };
}
