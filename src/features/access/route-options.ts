import type { Database, Tx } from '../../platform/database/index.ts';
import type { ScopeResolver } from './scope-resolver.ts';
import type { PasswordCost } from './passwords.ts';
import type { SingleSignOnOptions } from './single-sign-on/options.ts';

export interface AccessRouteOptions extends SingleSignOnOptions {
  db: Database;
  cost: PasswordCost;
  insecureHttp: boolean;
  version: string;
  /** What nodes of org trees hold. */
  teams: ScopeResolver;
  /** What other rooms keep of a person goes with the account. */
  forgetUser(tx: Tx, userId: number): Promise<void>;
}
