import type { Database } from '../../platform/database/index.ts';
import type { PasswordCost } from './passwords.ts';

export interface AccessRouteOptions {
  db: Database;
  cost: PasswordCost;
  insecureHttp: boolean;
  version: string;
}
