import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const deploymentsUpkeep: Upkeep = {
  retention: [
    {
      name: 'executions',
      title: 'Executions of pipelines',
      description:
        'What pipelines ran, with stages, commits and artifacts, by when it ended. What is under way stays, and so do executions whose deployment runs now or ran before it, and a retry as long as what it replaced. Deployments of what is forgotten stay for their own time. Figures of pipelines of a time that is forgotten are lost.',
      standard: 1_095,
      // Twice what the past is read of: what is forgotten must not be read again, nor be missing in an audit.
      minimum: 370,
      maximum: forYears,
      table: 'deployments.executions',
      time: 'ended_at',
      only: `t.settled
        and not exists (select from deployments.deployments d join deployments.places p on p.id = d.place_id
                         where d.execution_id = t.id and d.id in (p.running_id, p.previous_id, p.newest_id))
        and not (t.is_retry and exists (select from deployments.executions e
                                         where e.integration_id = t.integration_id and e.source_key = t.previous_execution))`,
      parts: [
        {
          table: 'deployments.stage_outcomes',
          of: 'part.integration_id = gone.integration_id and part.execution = gone.source_key',
        },
      ],
    },
    {
      name: 'deployments',
      title: 'Deployments',
      description:
        'What was deployed where, by when it took effect. What runs now, what ran before it and the newest attempt stay. Delivery figures of a time that is forgotten are lost.',
      standard: 1_095,
      minimum: 90,
      maximum: forYears,
      table: 'deployments.deployments',
      time: 'at',
      only: `not exists (select from deployments.places p where p.id = t.place_id and t.id in (p.running_id, p.previous_id, p.newest_id))`,
    },
  ],
};
