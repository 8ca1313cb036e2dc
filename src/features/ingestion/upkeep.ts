import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const ingestionUpkeep: Upkeep = {
  retention: [
    {
      name: 'runs',
      title: 'Runs',
      description:
        'Runs in Monitoring with their tasks, errors and records set aside. The newest of each kind stays, and every run whose completeness is the latest proof of a project.',
      standard: 90,
      minimum: 7,
      maximum: forYears,
      table: 'ingestion.runs',
      time: 'finished_at',
      only: `t.id not in (select max(r.id) from ingestion.runs r group by r.integration_id, r.kind)
             and t.id not in (
               select k.run_id from ingestion.tasks k
                where k.id in (select distinct on (c.integration_id, c.slice, c.stream, c.scope) c.task_id
                                 from ingestion.completeness c
                                order by c.integration_id, c.slice, c.stream, c.scope, c.id desc))`,
    },
    {
      name: 'audits',
      title: 'Audits of completeness',
      description: 'Comparisons of the store with its source. The newest of each integration stays.',
      standard: 180,
      minimum: 7,
      maximum: forYears,
      table: 'ingestion.audits',
      time: 'created_at',
      only: `t.finished_at is not null
             and t.id not in (select max(a.id) from ingestion.audits a group by a.integration_id)`,
    },
    {
      name: 'health_changes',
      title: 'Changes of health',
      description: 'When the health of an integration changed, and why. How it is now stays.',
      standard: 365,
      minimum: 30,
      maximum: forYears,
      table: 'ingestion.health_changes',
      time: 'changed_at',
    },
  ],
};
