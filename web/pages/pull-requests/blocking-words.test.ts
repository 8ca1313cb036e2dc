import { describe, expect, it } from 'vitest';
import { BlockingState } from '../../../src/features/reports/contract.ts';
import { blockingLook, mergeLook, requiredBuildsCommand } from './blocking-words.ts';

const looked = {
  id: 1,
  number: 1,
  title: '',
  link: null,
  head: '',
  canMerge: true,
  vetoes: [],
  blockedBy: [],
  reports: [],
  error: null,
};

describe('whether a report blocks merges', () => {
  it('has a word for each thing that was seen, green only for a veto, and none for “configured”', () => {
    expect(Object.keys(blockingLook).toSorted()).toEqual([...BlockingState.options].toSorted());
    expect(Object.entries(blockingLook).filter(([, [tone]]) => tone === 'passed')).toMatchObject([
      ['seen_blocking', {}],
    ]);
    expect(Object.values(blockingLook).join(' ')).not.toMatch(/configured|set up/i);
  });

  it('is never told from a pull request that the server said nothing about', () => {
    const error = { code: 'timeout', message: '', remedy: '', upstream: null };
    expect(mergeLook({ ...looked, canMerge: null })[2]).toBe('Not said');
    expect(mergeLook({ ...looked, error })[2]).toBe('No answer');
    expect(mergeLook(looked)[0]).not.toBe('passed');
  });
});

describe('the call for required builds', () => {
  const repository = {
    id: 1,
    project: 'PAY',
    slug: "led'ger",
    link: 'https://bitbucket.example.com/git/projects/PAY/repos/ledger/browse',
    integration: { id: 1, name: 'b' },
  };

  it('goes to the server with its context path, and cannot leave its quotes', () => {
    expect(requiredBuildsCommand(repository, ['sonarqube.pay'])).toContain(
      `'https://bitbucket.example.com/git/rest/required-builds/latest/projects/PAY/repos/led'\\''ger/condition' -d '{"buildParentKeys":["sonarqube.pay"]`,
    );
  });

  it('is not made up where the address is not known', () => {
    expect(requiredBuildsCommand({ ...repository, link: null }, ['b'])).toBeNull();
    expect(requiredBuildsCommand({ ...repository, link: 'javascript:alert(1)' }, ['b'])).toBeNull();
  });
});
