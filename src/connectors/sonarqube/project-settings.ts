import { isPlumblineError } from '../../platform/errors/index.ts';
import type { ProjectOrigin, ProjectSettings } from '../contract.ts';
import { readEdition } from './capabilities.ts';
import type { SonarClient } from './client.ts';
import { connect, type Context } from './connect.ts';
import { isClosed } from './reader.ts';
import { DevOpsBinding, ListedLink, ListedSetting, ProjectLinks, SettingValues } from './schema.ts';

const inclusions = 'sonar.inclusions';

/** How one project is set up on the server. */
export const projectSettings: ProjectSettings<Context> = {
  async origin(context, key) {
    const { client, server } = await connect(context);
    const edition = await readEdition(client, server);
    return {
      bound: await boundTo(client, key),
      links: await linksOf(client, key),
      pullRequests: edition === null ? null : edition !== 'community',
    };
  },
  async inclusions(context, key) {
    const { client } = await connect(context);
    const { settings } = await client.get(SettingValues, 'api/settings/values', { component: key, keys: inclusions });
    const listed = settings.flatMap((raw) => ListedSetting.safeParse(raw).data ?? []);
    return listed.find((one) => one.key === inclusions && one.inherited !== true)?.values ?? [];
  },
  async include(context, key, pattern) {
    const { client } = await connect(context);
    if (pattern === null) await client.post('api/settings/reset', { component: key, keys: inclusions });
    else await client.post('api/settings/set', { component: key, key: inclusions, values: pattern });
  },
};

/** Cloud and old versions have no such call, and a project that is not bound is answered by a 404. */
async function boundTo(client: SonarClient, key: string): Promise<ProjectOrigin['bound']> {
  try {
    const told = await client.get(DevOpsBinding, 'api/alm_settings/get_binding', { project: key });
    const { alm, repository, slug = '', url = null, monorepo = false } = told;
    return { kind: alm, base: url, project: repository, repository: slug, mono: monorepo };
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return null;
    throw error;
  }
}

async function linksOf(client: SonarClient, key: string): Promise<string[]> {
  try {
    const { links } = await client.get(ProjectLinks, 'api/project_links/search', { projectKey: key });
    return links.flatMap((raw) => ListedLink.safeParse(raw).data?.url ?? []).slice(0, 50);
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return [];
    throw error;
  }
}
