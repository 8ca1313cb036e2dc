import type { Queryable } from '../../../platform/database/index.ts';

const readings = {
  mqr: { class: 'class', axis: 'axis', level: 'raw_level' },
  standard: { class: 'standard_class', axis: 'standard_axis', level: 'standard_level' },
} as const;

/** The columns by which the server of a project counts. */
export async function readReading(db: Queryable, projectId: number): Promise<(typeof readings)['mqr' | 'standard']> {
  const row = await db.maybeOne<{ mode: 'mqr' | 'standard' }>(
    `select m.mode from code_quality.projects p join code_quality.current_modes m on m.integration_id = p.integration_id where p.id = $1`,
    [projectId],
  );
  return readings[row?.mode ?? 'mqr'];
}
