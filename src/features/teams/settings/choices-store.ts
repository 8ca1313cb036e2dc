import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { Choice } from './choices.ts';
import type { SectionsInput } from './contract.ts';

export async function readChoices(db: Queryable): Promise<Choice[]> {
  const rows = await db.query<Choice>(
    `select tree_id as tree, team_id as team, section, integration_ids as integrations from teams.integration_choices order by id`,
  );
  // The driver gives members of a list of large numbers as texts.
  return rows.map((row) => ({ ...row, integrations: row.integrations.map(Number) }));
}

export interface IntegrationRow {
  id: number;
  name: string;
  kind: string;
}

export function integrationsOfKinds(db: Queryable, kinds: readonly string[]): Promise<IntegrationRow[]> {
  return db.query(
    `select id, name, kind from shared.integrations where state <> 'deleting' and kind = any ($1) order by lower(name), id`,
    [kinds],
  );
}

/** `team` null: for the whole tree. */
export async function writeChoices(
  tx: Tx,
  { tree, team }: { tree: number; team: number | null },
  sections: SectionsInput['sections'],
  by: string,
): Promise<void> {
  for (const { section, integrations } of sections) {
    await tx.execute(
      'delete from teams.integration_choices where tree_id = $1 and team_id is not distinct from $2 and section = $3',
      [tree, team, section],
    );
    if (integrations === null) continue;
    await tx.execute(
      `insert into teams.integration_choices (tree_id, team_id, section, integration_ids, chosen_by) values ($1, $2, $3, $4, $5)`,
      [tree, team, section, integrations, by],
    );
  }
}
