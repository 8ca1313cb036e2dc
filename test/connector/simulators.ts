import { type ProfileName, type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { Scenario } from '../../lab/simulators/sonarqube/scenarios.ts';

/** Simulators of one test file; close them after each test. */
export interface Simulators {
  start(profile: ProfileName, scenario: Scenario): Promise<Simulator>;
  closeAll(): Promise<void>;
}

export function createSimulators(): Simulators {
  const running: Simulator[] = [];
  return {
    async start(profile, scenario) {
      const started = await startSimulator({ profile, scenario });
      running.push(started);
      return started;
    },
    async closeAll() {
      await Promise.all(running.splice(0).map((one) => one.close()));
    },
  };
}
