import { describe, expect, it } from 'vitest';
import { networkRoute } from '../contract.ts';
import { createFakeHarness, type FakeHarness } from './fake-harness.ts';
import { harness } from './index.ts';
import { ago, contextOf, read } from './streams/testing.ts';

function filled(): FakeHarness {
  const fake = createFakeHarness();
  fake.rows.organizations = [{ identifier: 'default' }];
  fake.rows.projects = [{ organization: 'default', identifier: 'shop' }];
  const layoutNodeMap = { c: { nodeGroup: 'STAGE', nodeType: 'CI', status: 'Success' } };
  fake.rows.executions = [
    { planExecutionId: 'x1', project: 'default/shop', status: 'Success', startTs: ago(1), layoutNodeMap },
  ];
  return fake;
}

describe('the calls of the connector', () => {
  it('are those that it declares, and each that it declares is made', async () => {
    const fake = filled();
    for (const apiKey of ['pat.acc.id.s3cret', 'sat.acc.id.s3cret']) {
      const checking = harness.check({ ...contextOf(fake), secrets: { apiKey } });
      while ((await checking.next()).done !== true);
    }
    await read(fake, { phase: 'discovery', slice: 'discovery' });
    await read(fake, {});
    await read(fake, { phase: 'history' });
    const templates = harness.endpoints.map(({ method, path }) => ({
      called: `${method} ${path}`,
      pattern: new RegExp(`^${method} /${path.replace(/<\w+>/g, '[^/]+')}$`),
    }));
    const made = fake.journal.map(({ method, path }) => {
      const call = `${method} ${path}`;
      return templates.find(({ pattern }) => pattern.test(call))?.called ?? call;
    });
    expect([...new Set(made)].toSorted()).toEqual(templates.map(({ called }) => called).toSorted());
  });

  /** What the vendor’s own description of its API knows of these calls: query, then body. */
  const described: readonly [path: RegExp, query: string, body: string][] = [
    [/organizations$/, 'accountIdentifier identifiers searchTerm pageIndex pageSize sortOrders', ''],
    [/projects$/, 'accountIdentifier orgIdentifier identifiers searchTerm pageIndex pageSize sortOrders', ''],
    [/pipelines\/list$/, 'accountIdentifier orgIdentifier projectIdentifier page size sort', 'filterType'],
    [
      /execution\/summary$/,
      'accountIdentifier orgIdentifier projectIdentifier page size sort showAllExecutions',
      'filterType timeRange status',
    ],
    [/execution\/v2\/[^/]+$/, 'accountIdentifier orgIdentifier projectIdentifier stageNodeId', ''],
    [/(?:services|environments)V2$/, 'page size accountIdentifier orgIdentifier projectIdentifier sort', ''],
  ];

  it('ask for nothing that the vendor does not describe', async () => {
    const fake = filled();
    const cursors = { executions: new Date(ago(1)).toISOString() };
    await read(fake, { phase: 'discovery', slice: 'discovery', cursors });
    await read(fake, { phase: 'discovery', slice: 'discovery', named: ['project:default/shop'] });
    await read(fake, {});
    await read(fake, { slice: 'organization:default' });
    await read(fake, { phase: 'history' });
    for (const { path, query, body } of fake.journal) {
      const [, ofQuery = '', ofBody = ''] = described.find(([pattern]) => pattern.test(path)) ?? [];
      expect(ofQuery.split(' ')).toEqual(expect.arrayContaining([...new Set(query.keys())]));
      expect(ofBody.split(' ')).toEqual(expect.arrayContaining(Object.keys(body ?? {})));
    }
  });

  it('never carry the key but in its header', async () => {
    const fake = filled();
    await read(fake, {});
    for (const { path, query, body } of fake.journal)
      expect(`${path} ${query.toString()} ${JSON.stringify(body)}`).not.toContain('s3cret');
  });
});

describe('a look-up', () => {
  const lookUp = (text: string) => harness.lookup(contextOf(filled()), text);

  it('finds a project and an execution by their names and by the address of either page', async () => {
    const pages = 'https://app.harness.io/ng/account/acc/all/orgs/default/projects/shop';
    for (const text of ['default/shop', pages, `${pages}/pipelines`])
      expect(await lookUp(text)).toMatchObject([{ kind: 'project', found: true, link: pages }]);
    for (const text of [
      'default/shop/x1',
      `${pages}/pipelines/deploy/deployments/x1/pipeline?step=1`,
      'https://app.harness.io/ng/#/account/a/cd/orgs/default/projects/shop/pipelines/deploy/executions/x1/pipeline',
    ])
      expect(await lookUp(text)).toMatchObject([{ kind: 'execution', summary: { id: 'x1', statusClass: 'success' } }]);
  });

  it('finds nothing where there is nothing', async () => {
    for (const text of ['', 'x', 'default/nothing', 'default/shop/gone', 'a/b/c/d', '/'.repeat(100_000)])
      expect(await lookUp(text)).toEqual([]);
  });
});

describe('the contract', () => {
  it('declares every setting by which the key travels', () => {
    const routes: string[] = [...harness.secretsTravelBy, ...networkRoute];
    const fields = harness.form.filter(({ kind, name }) => kind === 'url' || /url|proxy|certificate/i.test(name));
    expect(fields.map(({ name }) => name).toSorted()).toEqual(routes.toSorted());
  });

  it('changes nothing at Harness: it only asks', () => {
    for (const { method } of harness.endpoints) expect(['GET', 'POST']).toContain(method);
  });

  it('reads no slice of another kind', async () => {
    for (const slice of [
      'project:a',
      'project:a/b/c',
      'repository:a/b',
      'project:/b',
      'organization:',
      'organization:a/b',
    ])
      await expect(read(filled(), { slice })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
