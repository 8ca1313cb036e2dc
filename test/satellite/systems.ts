import { onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { startHarnessSimulator } from '../../lab/simulators/harness/index.ts';
import { buildStage, deployStage } from '../../lab/simulators/harness/testing.ts';
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

export async function bitbucketSystem(): Promise<{ system: System; server: Sample }> {
  const server = await startSample({ contextPath: '/bitbucket' });
  onTestFinished(() => server.bitbucket.close());
  const settings = { url: server.bitbucket.url };
  return { server, system: { kind: 'bitbucket-server', settings, secrets: { token: server.bot } } };
}

const day = 86_400_000;

/** Executions of every kind that ended, and some that a test moves on. */
export async function harnessSystem(): Promise<{ system: System; server: { goOn(): void } }> {
  const server = await startHarnessSimulator();
  onTestFinished(() => server.close());
  const { state } = server;
  const to = new Date(Date.now() - 20 * day);
  state.fill({ projects: 3, executions: 240, from: new Date(to.getTime() - 60 * day), to, seed: 1 });
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const project = state.addProject({ organization: 'pay', identifier: 'ledger', name: 'The ledger' });
  const pipeline = state.addPipeline(project, { identifier: 'deploy', stages: ['build', 'production'] });
  state.addService(project, { identifier: 'web', name: 'Web' });
  state.addEnvironment(project, { identifier: 'production', name: 'Production' });
  const first = state.start(pipeline, { stages: [buildStage(1), deployStage(1)] });
  for (const stage of ['build', 'production']) state.move(first, 'Success', { stage });
  state.move(first, 'Success');
  const second = state.start(pipeline, { stages: [buildStage(2), deployStage(2)] });
  state.move(second, 'Success', { stage: 'build' });
  const secrets = { apiKey: state.addToken() };
  const settings = { accountType: 'on_prem', url: server.url, accountId: 'acc' };
  return {
    system: { kind: 'harness', settings, secrets },
    server: {
      goOn() {
        state.move(second, 'Failed', { stage: 'production', failure: { message: 'No', types: [] } });
        state.move(second, 'Failed');
        state.start(pipeline, { stages: [buildStage(3), deployStage(3)] });
      },
    },
  };
}
