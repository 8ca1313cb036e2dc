import type { Tx } from '../../../platform/database/index.ts';

/** From now on the project's findings are partly new and partly old: its pages say that it is being updated. */
export async function beginPublishing(tx: Tx, projectId: number): Promise<void> {
  await tx.execute(
    'update code_quality.projects set publishing_since = now() where id = $1 and publishing_since is null',
    [projectId],
  );
}

/** The project is whole again; true when it was not, whoever began it. */
export async function endPublishing(tx: Tx, projectId: number): Promise<boolean> {
  const ended = await tx.execute(
    'update code_quality.projects set publishing_since = null where id = $1 and publishing_since is not null',
    [projectId],
  );
  return ended > 0;
}
