import { describe, expect, it } from 'vitest';
import type { FreshIntegration } from './contract.ts';
import { stepsOf } from './setup.ts';

const read = (kind: string, lastGoodAt: string | null = '2026-11-20T10:00:00.000Z'): FreshIntegration => ({
  id: 1,
  name: kind,
  kind,
  paused: false,
  lastGoodAt,
  stale: false,
});
const nothing = { deployments: false, bindings: false, trees: false };
const states = (...given: Parameters<typeof stepsOf>): string =>
  stepsOf(...given)
    .map(({ name, state }) => `${name} ${state}`)
    .join(', ');

describe('steps of the first day', () => {
  it('are all open where nothing is connected, SonarQube first', () => {
    expect(states([], nothing)).toBe(
      'sonarqube open, registry open, deployments open, repositories open, bindings open, teams open',
    );
  });

  it('wait for the first reading, and are done with it', () => {
    expect(states([read('sonarqube', null)], nothing)).toContain('sonarqube waiting, registry open');
    expect(states([read('sonarqube')], nothing)).toContain('sonarqube done, registry open');
    expect(states([read('sonarqube', null), read('sonarqube')], nothing)).toContain('sonarqube done');
  });

  it('know deployments that no Harness told', () => {
    expect(states([], { ...nothing, deployments: true })).toContain('deployments done');
    expect(states([read('harness')], nothing)).toContain('deployments waiting');
  });

  it('are all done where everything is', () => {
    const all = ['sonarqube', 'oci-registry', 'harness', 'bitbucket-server'].map((kind) => read(kind));
    expect(
      stepsOf(all, { deployments: true, bindings: true, trees: true }).every(({ state }) => state === 'done'),
    ).toBe(true);
  });
});
