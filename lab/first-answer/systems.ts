import type { LabContext } from '../context.ts';
import { choosePorts } from '../ports.ts';
import { findRegistry } from '../registry/program.ts';
import { startRegistry, stopRegistry } from '../registry/server.ts';
import { type HarnessSimulator, startHarnessSimulator } from '../simulators/harness/index.ts';
import { startRegistrySimulator } from '../simulators/registry/index.ts';
import { startSimulator } from '../simulators/sonarqube/index.ts';
import { failedGate, type Scenario, someRules } from '../simulators/sonarqube/scenarios.ts';
import type { Endings } from './endings.ts';
import { services } from './world.ts';

/** An outside system that the hub is to be connected with. */
export interface Connectable {
  title: string;
  url: string;
  /** Empty where none is needed. */
  token: string;
}

const day = 86_400_000;

/** Two analysed projects: the gate of one fails, with its vulnerabilities, that of the other passes. */
const analysed: Scenario = (state) => {
  const at = new Date(state.world.now().getTime() - day);
  const rules = someRules(20);
  for (const { name, projectKey: key, commit: revision, passes } of services) {
    const issues = { count: passes ? 5 : 40, rules, files: 10 };
    const gate = failedGate(issues.count);
    const passed = {
      status: 'OK' as const,
      conditions: gate.conditions.map((one) => ({ ...one, actual: '0', status: 'OK' as const })),
    };
    state.addProject({ key, name, analyses: [{ at, version: '1.0', revision, issues, gate: passes ? passed : gate }] });
  }
};

export async function simulatedSonarqube(endings: Endings): Promise<Connectable> {
  const { url, tokens, close } = await startSimulator({ profile: '26.9', scenario: analysed });
  await endings.add(close);
  return { title: 'SonarQube 26.9, simulated', url, token: tokens.admin };
}

/** The real one where it is installed, with nothing in it; nothing is installed for this. */
export async function emptyRegistry(context: LabContext, endings: Endings): Promise<Connectable> {
  if ((await findRegistry(context.env)) === undefined) {
    const { url, close } = await startRegistrySimulator();
    await endings.add(close);
    return { title: 'registry, simulated', url, token: '' };
  }
  await endings.add(() => stopRegistry(context));
  const { url } = await startRegistry(context, { port: (await choosePorts({ web: 5380 })).web });
  return { title: 'registry docker-registry', url, token: '' };
}

export async function emptyHarness(endings: Endings): Promise<Connectable & { simulator: HarnessSimulator }> {
  const simulator = await startHarnessSimulator();
  await endings.add(simulator.close);
  return { title: 'Harness, simulated', url: simulator.url, token: simulator.state.addToken(), simulator };
}
