import { onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type RegistrySimulator, startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import type { System } from './stage.ts';

/** Fixed, so that two readings at different times are of the same world. */
const madeAt = new Date('2026-11-01T00:00:00Z');

export interface SonarqubeWish {
  projects?: number;
  issuesPerProject?: number;
}

export async function sonarqubeSystem(wish: SonarqubeWish = {}): Promise<{ system: System; server: Simulator }> {
  const { projects = 2, issuesPerProject = 1_300 } = wish;
  const server = await startSimulator({ profile: '26.9', scenario: big({ projects, issuesPerProject, madeAt }) });
  onTestFinished(() => server.close());
  const secrets = { apiToken: server.tokens.admin };
  return { server, system: { kind: 'sonarqube', settings: { url: server.url }, secrets } };
}

export async function registrySystem(): Promise<{ system: System; server: RegistrySimulator }> {
  const credential = { username: 'robot', password: 'canary-registry-password' };
  const server = await startRegistrySimulator({ authentication: { kind: 'token', ...credential } });
  onTestFinished(() => server.close());
  return { server, system: { kind: 'oci-registry', settings: { url: server.url }, secrets: credential } };
}
