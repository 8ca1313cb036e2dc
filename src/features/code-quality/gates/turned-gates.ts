import type { Announcement } from '../../../domain/announcement.ts';
import type { Queryable, Tx } from '../../../platform/database/index.ts';

/** Tells outgoing webhooks, in the transaction of the change. */
export type Announce = (tx: Queryable, event: Announcement) => Promise<void>;

/** Status of each branch's and pull request's gate, by id. */
export async function gatesOf(tx: Tx, projectId: number): Promise<Map<number, string>> {
  const rows = await tx.query<{ id: number; gate_status: string }>(
    'select id, gate_status from code_quality.branches where project_id = $1 and deleted_at is null',
    [projectId],
  );
  return new Map(rows.map((row) => [row.id, row.gate_status]));
}

/** Announces gates that turned since `before`. A branch seen for the first time has not turned. */
export async function announceTurnedGates(
  tx: Tx,
  projectId: number,
  before: ReadonlyMap<number, string>,
  announce: Announce,
): Promise<void> {
  const after = await gatesOf(tx, projectId);
  const turned = [...after].filter(([id, status]) => before.has(id) && before.get(id) !== status).map(([id]) => id);
  if (turned.length === 0) return;
  const rows = await tx.query<{
    id: number;
    key: string;
    name: string;
    kind: string;
    branch: string;
    revision: string | null;
  }>(
    `select b.id, p.source_key as key, p.name, b.kind, b.name as branch,
            (select a.revision from code_quality.analyses a where a.branch_id = b.id and a.deleted_at is null
              order by a.analyzed_at desc, a.id desc limit 1) as revision
       from code_quality.branches b join code_quality.projects p on p.id = b.project_id where b.id = any ($1) order by b.id`,
    [turned],
  );
  for (const { id, key, name, kind, branch, revision } of rows) {
    const scope = kind === 'branch' ? `branch ${branch}` : `pull request ${branch}`;
    const gates = { before: before.get(id) ?? null, after: after.get(id) ?? 'NONE' };
    await announce(tx, {
      type: 'gate.changed',
      data: { project: { id: projectId, key, name }, scope, ...gates, revision },
    });
  }
}
