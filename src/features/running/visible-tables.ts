import type { VisibleTables } from '../../platform/database/index.ts';

/**
 * What runs in a place is of whom its service is; what was said to be in an environment, of whom the image is. Projects and
 * images behind it that are of others are left out of the answer.
 */
export function runningVisible(tables: { place: string; image: string; project: string }): VisibleTables {
  return {
    'running.verdicts': {
      where: `case when place_id is not null then exists (select from ${tables.place} t where t.id = place_id)
                   else exists (select from ${tables.image} t where t.id = image_id) end`,
    },
    // A vulnerability is of whom its project is, too.
    'running.fixes': {
      where: `case when place_id is not null then exists (select from ${tables.place} t where t.id = place_id)
                   else exists (select from ${tables.image} t where t.repository_id = fixes.repository_id) end
              and exists (select from ${tables.project} t where t.id = fixes.project_id)`,
    },
    'running.freshness': { of: 'integrations', by: 'integration_id' },
  };
}
