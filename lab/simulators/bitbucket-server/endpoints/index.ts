import type { Endpoint } from '../call.ts';
import { branchEndpoints } from './branches.ts';
import { commentEndpoints } from './comments.ts';
import { commitEndpoints } from './commits.ts';
import { fileEndpoints } from './files.ts';
import { gitEndpoints } from './git.ts';
import { projectEndpoints } from './projects.ts';
import { pullDiffEndpoints } from './pull-diff.ts';
import { pullEndpoints } from './pulls.ts';
import { repositoryEndpoints } from './repositories.ts';
import { systemEndpoints } from './system.ts';
import { userEndpoints } from './users.ts';

export const endpoints: readonly Endpoint[] = [
  ...systemEndpoints,
  ...userEndpoints,
  ...projectEndpoints,
  ...repositoryEndpoints,
  ...branchEndpoints,
  ...commitEndpoints,
  ...fileEndpoints,
  ...gitEndpoints,
  // Before what takes `17.diff` for a number.
  ...pullDiffEndpoints,
  ...pullEndpoints,
  ...commentEndpoints,
];
