import type { Tx } from '../../platform/database/index.ts';

/** Notes the heads of pull requests that were read: one that is another now ends the one before. */
export async function keepHeads(tx: Tx, pullRequests: readonly number[]): Promise<void> {
  await tx.execute(
    `update repositories.pull_request_heads h set to_at = now() from repositories.pull_requests p
      where p.id = any ($1) and h.pull_request_id = p.id and h.to_at is null and h.commit <> p.head`,
    [pullRequests],
  );
  await tx.execute(
    `insert into repositories.pull_request_heads (pull_request_id, commit, from_at)
     select p.id, p.head, now() from repositories.pull_requests p
      where p.id = any ($1) and not exists (select from repositories.pull_request_heads h where h.pull_request_id = p.id and h.to_at is null)
      order by p.id`,
    [pullRequests],
  );
}
