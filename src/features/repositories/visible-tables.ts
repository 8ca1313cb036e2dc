import { isOf, type VisibleTables } from '../../platform/database/index.ts';

/** A pull request is of whom its repository is; a binding of who has both of its ends. */
export const repositoriesVisible: VisibleTables = {
  'repositories.repositories': { of: 'repositories', by: 'id' },
  'repositories.pull_requests': { of: 'repositories', by: 'repository_id' },
  'repositories.pull_request_heads': { through: 'repositories.pull_requests', by: 'pull_request_id' },
  'repositories.bindings': {
    where: `${isOf('repositories', 'repository_id')} and ${isOf('projects', 'project_id')}`,
  },
};

export const repositorySlices = { table: 'repositories.repositories', prefix: 'repository:' };

/** What of it a line from a commit to an environment goes through. */
export const repositoryStations = { pull_request: 'repositories.pull_requests' } as const;

/** What of it stations of such a line lie in. */
export const repositoryGrounds = { repository: 'repositories.repositories' } as const;
