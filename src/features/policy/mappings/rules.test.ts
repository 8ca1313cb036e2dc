import { describe, expect, it } from 'vitest';
import { compileMapping, type MappingRule } from './rules.ts';

const project = (projectKey: string, integrationId: number | null = null, directory: string | null = null) => ({
  projectKey,
  integrationId,
  directory,
});

describe('the operator’s mapping', () => {
  const rules: MappingRule[] = [
    { id: 1, kind: 'image', registryId: null, pattern: 'team/*', projects: [project('checkout')] },
    {
      id: 2,
      kind: 'image',
      registryId: 7,
      pattern: 'team/checkout',
      projects: [project('checkout'), project('api', 3)],
    },
    {
      id: 3,
      kind: 'source',
      repositoryKey: 'git.example.com/team/mono',
      projects: [project('a', null, 'svc/a'), project('a', 3, '')],
    },
  ];
  const mapping = compileMapping(rules);

  it('demands what every matching rule demands, once', () => {
    expect(mapping.requiredOf({ integrationId: 7, repository: 'team/checkout' })).toEqual([
      { projectKey: 'checkout', integrationId: null },
      { projectKey: 'api', integrationId: 3 },
    ]);
    expect(mapping.requiredOf({ integrationId: 8, repository: 'team/checkout' })).toHaveLength(1);
    expect(mapping.requiredOf({ integrationId: 7, repository: 'other/checkout' })).toEqual([]);
  });

  it('knows where a project is; the rule that names the integration counts before one that names none', () => {
    const key = 'git.example.com/team/mono';
    const repository = { key, source: 'mapping' };
    expect(mapping.sourceOf({ projectKey: 'a', integrationId: 1 })).toEqual({ repository, directory: 'svc/a' });
    expect(mapping.sourceOf({ projectKey: 'a', integrationId: 3 })).toEqual({ repository, directory: '' });
    expect(mapping.sourceOf({ projectKey: 'b', integrationId: 3 })).toBeUndefined();
    // A rule for images says nothing of where its projects are.
    expect(mapping.sourceOf({ projectKey: 'checkout', integrationId: 1 })).toBeUndefined();
    expect([mapping.repositoryKnown(key), mapping.repositoryKnown('x/y')]).toEqual([true, false]);
  });
});
