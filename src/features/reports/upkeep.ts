import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const reportsUpkeep: Upkeep = {
  retention: [
    {
      name: 'report_attempts',
      title: 'Attempts to write reports',
      description: 'What was sent to Bitbucket for a report, call by call. The newest attempt of each report stays.',
      standard: 90,
      minimum: 7,
      maximum: forYears,
      table: 'reports.attempts',
      time: 'started_at',
      only: `t.id <> (select max(a.id) from reports.attempts a where a.report_id = t.report_id)`,
    },
    {
      name: 'reports',
      title: 'Reports on commits',
      description:
        'Which reports were written on commits that are no head of an open pull request any more. What lies in Bitbucket stays there.',
      standard: 365,
      minimum: 30,
      maximum: forYears,
      table: 'reports.reports',
      time: 'changed_at',
      only: `not exists (select from shared.pull_requests p
                          where p.repository_id = t.repository_id and p.head = t.commit and p.state = 'open' and p.deleted_at is null)`,
    },
  ],
};
