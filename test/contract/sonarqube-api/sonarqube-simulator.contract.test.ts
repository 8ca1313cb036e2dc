import { describeSimulatedRules } from './simulated-suite.ts';
import { simulatedTarget } from './simulated-target.ts';
import { describeSonarqubeApi } from './suite.ts';

for (const name of ['26.9', '10.7', '9.9'] as const)
  describeSonarqubeApi(`simulator ${name}`, () => simulatedTarget(name));

describeSimulatedRules();
