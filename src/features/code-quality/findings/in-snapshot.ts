import type { Database, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** PostgreSQL's code of a statement that was stopped. */
const statementTimeout = '57014';

/** One snapshot, so that rows and counts are of the same moment, and an end: `findings_timeout`. `timeout` is ours, as PostgreSQL writes times. */
export async function inSnapshot<T>(db: Database, timeout: string, read: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute('set transaction isolation level repeatable read, read only');
      await tx.execute(`set local statement_timeout = '${timeout}'; set local work_mem = '16MB'`);
      return read(tx);
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === statementTimeout)
      throw new PlumblineError('findings_timeout', { cause: error });
    throw error;
  }
}
