import { describe, expect, it } from 'vitest';
import { report } from '../../../../test/support/fake-connector.ts';
import type { CheckReport } from '../../../connectors/contract.ts';
import { lessReach } from './reach.ts';

const known = { capabilities: report().capabilities, facts: { projects: 12 } };
const withFacts = (facts: CheckReport['facts']): CheckReport => ({ ...report(), facts });

describe('the reach of one more credential', () => {
  const besideOthers = true;

  it('is enough when it sees as much', () => {
    expect(lessReach(withFacts({ projects: 12 }), known, { besideOthers })).toBe(undefined);
    expect(lessReach(withFacts({}), known, { besideOthers })).toBe(undefined);
  });

  it('is not when projects or abilities are missing, and says which', () => {
    expect(lessReach(withFacts({ projects: 3 }), known, { besideOthers })).toMatchObject({
      outcome: 'failed',
      code: 'invalid_permissions',
      message: 'This credential reaches less than the others: it sees 3 projects, the others 12.',
    });
    const unable = { ...report(), facts: { projects: 12 }, capabilities: [] };
    expect(lessReach(unable, known, { besideOthers })?.message).toContain('it lacks: Issues');
  });

  it('is enough when it may browse what the others may, though their list names more', () => {
    const administrator = { capabilities: [], facts: { projects: 12, readableProjects: 9 } };
    const browsing = (readableProjects: number): CheckReport =>
      withFacts({ projects: readableProjects, readableProjects });
    expect(lessReach(browsing(9), administrator, { besideOthers })).toBe(undefined);
    expect(lessReach(browsing(8), administrator, { besideOthers })?.message).toContain(
      'it sees 8 projects, the others 9',
    );
  });

  it('is enough when it lacks only what changes the outside system', () => {
    const webhooks = { name: 'webhooks', title: 'Webhooks', changes: true } as const;
    const administrator = { capabilities: [{ ...webhooks, available: true }], facts: {} };
    const browsing = { ...report(), facts: {}, capabilities: [{ ...webhooks, available: false }] };
    expect(lessReach(browsing, administrator, { besideOthers })).toBe(undefined);
  });
});

it('warns of one that takes the place of the only one and reaches less', () => {
  const less = lessReach(withFacts({ projects: 3 }), known, { besideOthers: false });
  expect(less).toMatchObject({ name: 'same_reach', outcome: 'warning', saveAllowed: true });
  expect(less?.message).toBe(
    'This credential reaches less than the one before: it sees 3 projects, the one before 12.',
  );
});
