import { describe, it } from 'vitest';
import type { ProfileName } from '../../../lab/simulators/sonarqube/index.ts';
import { realServer, realTarget } from './real-target.ts';
import { describeSonarqubeApi } from './suite.ts';

/** The contract suite against a real server where there is one; else one skipped test that says why. */
export function describeRealSonarqube(version: ProfileName): void {
  const server = realServer(version);
  if (typeof server === 'string')
    describe.skip(`SonarQube's Web API: ${server}`, () => it('is not run', () => undefined));
  else describeSonarqubeApi(`SonarQube ${version}`, () => realTarget(version, server));
}
