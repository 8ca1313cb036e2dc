import { afterEach, describe, expect, it } from 'vitest';
import { startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { createFetchOutbound } from './fetch-outbound.ts';
import { registryContext } from './oci-stage.ts';
import { createSimulators } from './simulators.ts';
import { contextOf } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

const chooseProjects = (connection: Parameters<typeof contextOf>[0], text: string) =>
  sonarqube.choices?.['projectKeys']?.(contextOf(connection), text);

describe('project keys to choose from', () => {
  it('are searched by the server, for whoever may administer and for whoever may browse', async () => {
    const server = await simulators.start('26.9', small);
    for (const token of [server.tokens.admin, server.tokens.browse, server.tokens.analysis]) {
      const http = createFetchOutbound();
      const found = await chooseProjects({ url: server.url, token, http }, 'BILL');
      expect(found).toMatchObject({ items: [{ value: 'billing' }], total: 1 });
      expect((await chooseProjects({ url: server.url, token }, 'nothing"like that'))?.items).toEqual([]);
    }
  });

  it('are one bounded page of many, with how many there are', async () => {
    const server = await simulators.start('26.9', (state) => {
      for (let n = 0; n < 130; n += 1) state.addProject({ key: `team-a-${n}` });
    });
    for (const token of [server.tokens.admin, server.tokens.browse]) {
      const http = createFetchOutbound();
      const found = await chooseProjects({ url: server.url, token, http }, 'team-a');
      expect(found?.items).toHaveLength(50);
      expect(found?.total).toBe(130);
      expect(http.journal.length).toBeLessThanOrEqual(3);
    }
  });

  it('say so where a server overlooks the search: nobody knows then how many match', async () => {
    const server = await simulators.start('26.9', small);
    const rewrite = (url: URL): URL => {
      url.searchParams.delete('filter');
      return url;
    };
    const http = createFetchOutbound({ rewrite });
    expect(await chooseProjects({ url: server.url, token: server.tokens.browse, http }, 'bill')).toMatchObject({
      items: [{ value: 'billing' }],
      total: null,
    });
  });
});

describe('repositories to choose from', () => {
  const choose = (url: string, text: string) => ociRegistry.choices?.['repositories']?.(registryContext({ url }), text);

  it('are those of the catalogue, bounded, and never said to be all of one cut off', async () => {
    const names = Array.from({ length: 2_300 }, (_, n) => `team/app-${String(n).padStart(4, '0')}`);
    let asked = 0;
    const registry = await startRegistrySimulator({
      before: ({ path }) => {
        if (!path.includes('/_catalog')) return undefined;
        asked += 1;
        const { searchParams } = new URL(path, 'http://registry.invalid');
        const from = names.indexOf(searchParams.get('last') ?? '') + 1;
        const page = names.slice(from, from + 100);
        const next = from + 100 < names.length ? { link: `</v2/_catalog?n=100&last=${page.at(-1)}>; rel="next"` } : {};
        return { status: 200, headers: next, body: JSON.stringify({ repositories: page }) };
      },
    });
    try {
      const found = await choose(registry.url, 'APP-00');
      expect(found?.items).toHaveLength(50);
      expect(found?.total).toBeNull();
      expect(asked).toBe(20);
    } finally {
      await registry.close();
    }
  });

  it('are the near match of one that is spelt another way', async () => {
    const registry = await startRegistrySimulator({
      before: ({ path }) =>
        path.includes('/_catalog') ? { status: 200, body: '{"repositories":["team/checkout"]}' } : undefined,
    });
    try {
      const checks = [];
      const context = registryContext({ url: registry.url, settings: { repositories: 'team/chekout' } });
      for await (const check of ociRegistry.check(context)) checks.push(check);
      expect(checks.find(({ name }) => name === 'named_repositories')).toMatchObject({
        outcome: 'failed',
        suggestions: [{ field: 'repositories', entered: 'team/chekout', instead: 'team/checkout' }],
      });
    } finally {
      await registry.close();
    }
  });
});
