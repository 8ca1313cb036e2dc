import { bitbucketServerSystem } from './bitbucket-server/system.ts';
import { harnessSystem } from './harness/system.ts';
import { registrySystem } from './registry/system.ts';
import { sonarqubeSystem } from './sonarqube/system.ts';
import type { LabSystem } from './system.ts';

/** What `plumbline lab` can start; without a name `up` starts the first. */
export const labSystems: readonly LabSystem[] = [sonarqubeSystem, registrySystem, bitbucketServerSystem, harnessSystem];
