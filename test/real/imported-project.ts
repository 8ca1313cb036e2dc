import type { Sample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { get } from '../../lab/sonarqube/web-api.ts';
import type { Imported } from '../../src/features/repositories/contract.ts';
import type { CompanionStage } from '../reports/companion-stage.ts';
import type { RealServer } from './real-server.ts';

export const project = 'companion-story';
/** Folder that the project is limited to. */
export const folder = 'src';

const persons = new WeakMap<CompanionStage, Record<string, string>>();

/** As a person does it, with an access token of their own. */
export async function importRepository(stage: CompanionStage, { ada }: Sample): Promise<Imported> {
  const person = persons.get(stage) ?? (await stage.signIn('ada@example.com'));
  persons.set(stage, person);
  await stage.api('PUT', `/api/v1/import/${stage.bitbucket}/token`, { token: ada }, person);
  const wanted = { sonarqube: stage.sonarqube, key: project, name: 'Ledger by import', visibility: 'private' };
  const how = { project: 'PAY', slug: 'ledger', mono: true, prefix: folder };
  return stage.api('POST', `/api/v1/import/${stage.bitbucket}/repositories`, { ...how, ...wanted }, person);
}
/** What the server itself says of the project. */
export async function standing({ admin }: RealServer): Promise<unknown> {
  const { components } = await get<{ components: object[] }>(admin, 'api/projects/search', { projects: project });
  const { branches } = await get<{ branches: object[] }>(admin, 'api/project_branches/list', { project });
  const keys = { component: project, keys: 'sonar.inclusions' };
  const { settings } = await get<{ settings: { values: string[] }[] }>(admin, 'api/settings/values', keys);
  return { project: components[0], branches, inclusions: settings[0]?.values };
}
