import type { Database, Tx } from '../../platform/database/index.ts';
import type { PasswordCost } from './passwords.ts';

export interface AccessRouteOptions {
  db: Database;
  cost: PasswordCost;
  insecureHttp: boolean;
  version: string;
  /** What other rooms keep of a person goes with the account. */
  forgetUser(tx: Tx, userId: number): Promise<void>;
}
