import type { Tx } from '../../platform/database/index.ts';
import { forbidBulksOf } from './bulk/store.ts';
import { forgetTokensOf } from './import/tokens.ts';

/** With an account go its access tokens, and what was being imported with them ends. */
export async function forgetPerson(tx: Tx, userId: number): Promise<void> {
  await forgetTokensOf(tx, userId);
  await forbidBulksOf(tx, userId);
}
