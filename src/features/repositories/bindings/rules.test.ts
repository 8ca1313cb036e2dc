import { describe, expect, it } from 'vitest';
import { bindingProblem, bindingWarnings, type BoundProject, effectiveKey, isPrefix, normalPrefix } from './rules.ts';

const project = (projectKey: string, more: Partial<BoundProject> = {}): BoundProject => ({
  projectId: 1,
  projectKey,
  projectName: projectKey,
  mono: true,
  prefix: projectKey,
  chosenKey: null,
  ...more,
});

describe('projects of one repository', () => {
  it('are several only where each of them is said to be one of several', () => {
    expect(bindingProblem(project('a', { mono: false }), [])).toBeNull();
    expect(bindingProblem(project('b', { mono: false }), [project('a')])).toBe('not_mono');
    expect(bindingProblem(project('b'), [project('a', { mono: false })])).toBe('not_mono');
    expect(bindingProblem(project('b'), [project('a')])).toBeNull();
  });

  it('never write under one key', () => {
    const chosen = project('a', { chosenKey: 'com.sonarsource.sonarqube_b' });
    expect(bindingProblem(project('b'), [chosen])).toBe('key_taken');
    expect(bindingProblem(chosen, [project('b')])).toBe('key_taken');
    expect(effectiveKey(project('b'))).toBe('com.sonarsource.sonarqube_b');
    expect(effectiveKey(project('b', { mono: false }))).toBe('com.sonarsource.sonarqube');
    expect(bindingProblem(project('b', { chosenKey: 'no key' }), [])).toBe('key_invalid');
  });

  it('are warned of where they cannot be told apart, or share files', () => {
    const a = project('a', { prefix: 'services/a' });
    expect(bindingWarnings(project('b', { prefix: 'services/b' }), [a])).toEqual([]);
    expect(bindingWarnings(project('b', { projectName: 'A', prefix: 'x' }), [a])).toEqual(['same_name']);
    for (const prefix of ['', 'services', 'services/a', 'services/a/deep']) {
      expect(bindingWarnings(project('b', { prefix }), [a])).toEqual(['overlapping_prefix']);
    }
    expect(bindingWarnings(project('b', { prefix: 'services/ab' }), [a])).toEqual([]);
  });
});

it('a prefix is a folder of the repository', () => {
  expect([' /services/a/ ', 'services\\a', '', '/'].map(normalPrefix)).toEqual(['services/a', 'services/a', '', '']);
  expect(['', 'a', 'a/b.c', 'a..b/c'].every(isPrefix)).toBe(true);
  expect(['..', 'a/../b', './a', 'a//b', '/a', 'x'.repeat(501)].some(isPrefix)).toBe(false);
  expect(bindingProblem(project('a', { prefix: '../x' }), [])).toBe('prefix_invalid');
});
