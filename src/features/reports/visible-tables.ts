import { isOf, type VisibleTables } from '../../platform/database/index.ts';

/** A report is of who has its repository, and the project that it tells of. */
export const reportsVisible: VisibleTables = {
  'reports.reports': {
    where: `${isOf('repositories', 'repository_id')} and (project_id is null or ${isOf('projects', 'project_id')})`,
  },
  'reports.attempts': { through: 'reports.reports', by: 'report_id' },
  'reports.companion_verdicts': { of: 'projects', by: 'project_id' },
  'reports.merge_looks': { of: 'repositories', by: 'repository_id' },
};
