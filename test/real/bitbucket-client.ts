import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteProject } from '../../lab/sonarqube/admin.ts';
import { get, post } from '../../lab/sonarqube/web-api.ts';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { describeReal } from './real-server.ts';

const almSetting = 'bitbucket-simulated';

interface Repositories {
  repositories: { slug: string; id: number; projectKey: string; sqProjectKey?: string }[];
}

/** SonarQube's own client of Bitbucket Server, which nobody here wrote, against the simulator. */
export function describeBitbucketClient(): void {
  describeReal('SonarQube’s own Bitbucket client meets the simulator', (server) => {
    let sample: Sample;
    beforeAll(async () => {
      sample = await startSample({ contextPath: '/bitbucket' });
      await sample.bitbucket.state.addRepository({ project: sample.project, name: 'Led & More' });
      const { url } = sample.bitbucket;
      await post(server().admin, 'api/alm_settings/create_bitbucket', {
        key: almSetting,
        url,
        personalAccessToken: sample.bot,
      });
    });
    afterAll(async () => {
      await post(server().admin, 'api/alm_settings/delete', { key: almSetting });
      await sample.bitbucket.close();
    });

    const validate = (): Promise<unknown> => get(server().admin, 'api/alm_settings/validate', { key: almSetting });

    it('validates, and tells a dead token and a page of HTML apart', async () => {
      const { bitbucket } = sample;
      expect(await validate()).toBeUndefined();
      bitbucket.faults.add({ match: { path: 'rest/api/1.0/users' }, kind: { type: 'html' } });
      await expect(validate()).rejects.toMatchObject({
        upstream: expect.stringContaining('Unexpected response from Bitbucket server'),
      });
      const [token] = bitbucket.world.tokens.splice(0, 1);
      await expect(validate()).rejects.toMatchObject({
        upstream: expect.stringContaining('Invalid personal access token'),
      });
      if (token !== undefined) bitbucket.world.tokens.unshift(token);
      expect(bitbucket.journal.endpoints()).toEqual(['GET rest/api/1.0/repos', 'GET rest/api/1.0/users', 'GET status']);
      bitbucket.journal.expectNoUnexpected();
    });

    it('lists projects, searches repositories and imports one', async () => {
      const { admin } = server();
      await post(admin, 'api/alm_integrations/set_pat', { almSetting, pat: sample.bot });
      const { projects } = await get<{ projects: object[] }>(
        admin,
        'api/alm_integrations/list_bitbucketserver_projects',
        { almSetting },
      );
      expect(projects).toEqual([{ key: 'PAY', name: 'Payments' }]);
      const search = (repositoryName?: string): Promise<Repositories> =>
        get(admin, 'api/alm_integrations/search_bitbucketserver_repos', { almSetting, repositoryName });
      expect((await search('led & m')).repositories).toMatchObject([{ slug: 'led-more', projectKey: 'PAY' }]);
      expect((await search()).repositories.map(({ slug }) => slug).toSorted()).toEqual(['led-more', 'ledger']);
      const imported = await post<{ project: { key: string } }>(
        admin,
        'api/alm_integrations/import_bitbucketserver_project',
        {
          almSetting,
          projectKey: 'PAY',
          repositorySlug: 'ledger',
        },
      );
      const { key } = imported.project;
      try {
        expect((await search('ledger')).repositories).toMatchObject([{ id: sample.repository.id, sqProjectKey: key }]);
        const { branches } = await get<{ branches: object[] }>(admin, 'api/project_branches/list', { project: key });
        expect(branches).toMatchObject([{ name: 'main', isMain: true }]);
      } finally {
        await deleteProject(admin, key);
      }
      sample.bitbucket.journal.expectNoUnexpected();
    });
  });
}
