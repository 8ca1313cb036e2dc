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
import { annotationEndpoints } from './annotations.ts';
import { buildEndpoints } from './builds.ts';
import { participantEndpoints } from './participants.ts';
import { reportEndpoints } from './reports.ts';
import { requiredBuildEndpoints } from './required-builds.ts';
import { settingsEndpoints } from './settings.ts';
import { webhookEndpoints } from './webhooks.ts';

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
  ...annotationEndpoints,
  ...buildEndpoints,
  ...participantEndpoints,
  ...reportEndpoints,
  ...requiredBuildEndpoints,
  ...settingsEndpoints,
  ...webhookEndpoints,
];
