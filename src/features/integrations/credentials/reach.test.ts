import { describe, expect, it } from 'vitest';
import { failedCheck, report } from '../../../../test/support/fake-connector.ts';
import type { Capability, CheckReport } from '../../../connectors/contract.ts';
import type { CredentialRow } from '../store/credentials.ts';
import { compareReach, lessReach } from './reach.ts';

const reach = { things: 'projects', counts: ['readableProjects', 'projects'] };
const known = { capabilities: report().capabilities, facts: { projects: 12 } };
const withFacts = (facts: CheckReport['facts']): CheckReport => ({ ...report(), facts });

describe('the reach of one more credential', () => {
  const besideOthers = true;

  it('is enough when it sees as much', () => {
    expect(lessReach(withFacts({ projects: 12 }), known, { besideOthers, reach })).toBe(undefined);
    expect(lessReach(withFacts({}), known, { besideOthers, reach })).toBe(undefined);
  });

  it('is not when projects or abilities are missing, and says which', () => {
    expect(lessReach(withFacts({ projects: 3 }), known, { besideOthers, reach })).toMatchObject({
      outcome: 'failed',
      code: 'invalid_permissions',
      message: 'This credential reaches less than the others: it sees 3 projects, the others 12.',
    });
    const unable = { ...report(), facts: { projects: 12 }, capabilities: [] };
    expect(lessReach(unable, known, { besideOthers, reach })?.message).toContain('it lacks: Issues');
  });

  it('is enough when it may browse what the others may, though their list names more', () => {
    const administrator = { capabilities: [], facts: { projects: 12, readableProjects: 9 } };
    const browsing = (readableProjects: number): CheckReport =>
      withFacts({ projects: readableProjects, readableProjects });
    expect(lessReach(browsing(9), administrator, { besideOthers, reach })).toBe(undefined);
    expect(lessReach(browsing(8), administrator, { besideOthers, reach })?.message).toContain(
      'it sees 8 projects, the others 9',
    );
  });

  it('is enough when it lacks only what changes the outside system', () => {
    const webhooks = { name: 'webhooks', title: 'Webhooks', changes: true } as const;
    const administrator = { capabilities: [{ ...webhooks, available: true }], facts: {} };
    const browsing = { ...report(), facts: {}, capabilities: [{ ...webhooks, available: false }] };
    expect(lessReach(browsing, administrator, { besideOthers, reach })).toBe(undefined);
  });
});

it('warns of one that takes the place of the only one and reaches less', () => {
  const less = lessReach(withFacts({ projects: 3 }), known, { besideOthers: false, reach });
  expect(less).toMatchObject({ name: 'same_reach', outcome: 'warning', saveAllowed: true });
  expect(less?.message).toBe(
    'This credential reaches less than the one before: it sees 3 projects, the one before 12.',
  );
});

describe('an ability is missing', () => {
  const able = (more: Partial<Capability> = {}): Capability => ({
    name: 'issues',
    title: 'Issues',
    available: true,
    ...more,
  });
  const lacks = (before: Capability, now: Capability[]): boolean =>
    lessReach(
      { checks: [], capabilities: now, facts: {} },
      { capabilities: [before], facts: {} },
      { besideOthers: true, reach },
    ) !== undefined;

  it.each<[string, Capability, Capability[], boolean]>([
    ['that is not there any more', able(), [able({ available: false })], true],
    ['that nobody names any more', able(), [able({ name: 'history' })], true],
    ['that is still there', able(), [able()], false],
    ['that was not there before', able({ available: false }), [], false],
    ['that was never tried', able({ untried: true }), [], false],
    ['that was not tried now', able(), [able({ available: false, untried: true })], false],
    ['that only changes the outside system', able(), [able({ available: false, changes: true })], false],
  ])('%s', (_, before, now, missing) => {
    expect(lacks(before, now)).toBe(missing);
  });

  it('is named with the projects that are not seen, and what to do about it', () => {
    const capabilities = [able(), able({ name: 'history', title: 'History' })];
    const less = lessReach(
      { checks: [], capabilities: [], facts: { projects: 3 } },
      { capabilities, facts: { projects: 12 } },
      { besideOthers: true, reach },
    );
    expect(less).toEqual({
      name: 'same_reach',
      title: 'Reaches as much as the other credentials',
      outcome: 'failed',
      code: 'invalid_permissions',
      message:
        'This credential reaches less than the others: it sees 3 projects, the others 12; it lacks: Issues, History.',
      remedy:
        'Give its user the permissions of the others. When projects were removed meanwhile, check the connection first.',
    });
    const alone = lessReach(
      { checks: [], capabilities: [], facts: {} },
      { capabilities, facts: {} },
      { besideOthers: false, reach },
    );
    expect(alone).toMatchObject({
      title: 'Reaches as much as the credential before',
      message: 'This credential reaches less than the one before: it lacks: Issues, History.',
    });
  });

  it('is not told by numbers that are not known', () => {
    const compared = (before: CheckReport['facts'], facts: CheckReport['facts']) =>
      lessReach(
        { checks: [], capabilities: [], facts },
        { capabilities: [], facts: before },
        { besideOthers: true, reach },
      );
    expect(compared({ projects: '12' }, { projects: 3 })).toBeUndefined();
    expect(compared({ projects: 12, readableProjects: 9 }, { projects: 12 })).toBeUndefined();
    expect(compared({ projects: 12, readableProjects: 9 }, { projects: 11 })).toBeDefined();
    expect(compared({ projects: 3 }, { projects: 12 })).toBeUndefined();
  });
});

it('says the kind’s own word for what is missing, and counts nothing where the kind counts nothing', () => {
  const stored = { capabilities: [], facts: { repositories: 9, projects: 3 } };
  const found = withFacts({ repositories: 4, projects: 1 });
  const of = (counted: typeof reach | undefined) => lessReach(found, stored, { besideOthers: true, reach: counted });
  expect(of({ things: 'repositories', counts: ['repositories'] })).toMatchObject({
    message: 'This credential reaches less than the others: it sees 4 repositories, the others 9.',
    remedy: expect.stringContaining('When repositories were removed meanwhile'),
  });
  expect(of(undefined)).toBeUndefined();
});

describe('a credential that reaches less', () => {
  const other = (disabledAt: Date | null): CredentialRow => ({ disabledAt }) as CredentialRow;
  const compare = async (found: CheckReport, others: CredentialRow[]) => {
    const comparing = compareReach(found, known, { others, reach });
    const told = [];
    for (;;) {
      const next = await comparing.next();
      if (next.done === true) return { told, report: next.value };
      told.push(next.value);
    }
  };

  it('is refused beside one that is in use', async () => {
    await expect(compare(withFacts({ projects: 3 }), [other(null)])).rejects.toMatchObject({
      code: 'invalid_permissions',
    });
  });

  it('is told of, and saved, in the place of the only one, and beside others that are switched off', async () => {
    for (const others of [[], [other(new Date())]]) {
      const { told, report: compared } = await compare(withFacts({ projects: 3 }), others);
      expect(told).toMatchObject([{ name: 'same_reach', outcome: 'warning' }]);
      expect(compared.checks.at(-1)).toEqual(told[0]);
      expect(compared.checks).toHaveLength(2);
    }
  });

  it('is not compared when it does not work at all, and nothing is told when it reaches as much', async () => {
    await expect(compare(report(failedCheck('invalid_credentials')), [])).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    const same = withFacts({ projects: 12 });
    expect(await compare(same, [other(null)])).toEqual({ told: [], report: same });
  });
});
