import { describe, expect, it } from 'vitest';
import { jumpTargets } from './jump-targets.ts';

const integrations = [{ id: 3, name: 'sonar-lab' }];

describe('command palette', () => {
  it('offers every page when nothing is typed', () => {
    expect(jumpTargets('', [], []).map((target) => target.label)).toContain('Audit trail');
  });

  it('wants every word, in label or place, and puts beginnings first', () => {
    expect(jumpTargets('integr avail', [], []).map((target) => target.key)).toEqual(['available']);
    expect(jumpTargets('s', [], [])[0]?.label.startsWith('S')).toBe(true);
  });

  it('leads to integrations and their monitoring', () => {
    expect(jumpTargets('sonar', integrations, []).map((target) => target.key)).toEqual(['i3', 'm3']);
  });

  it('keeps projects that the server found by their key', () => {
    const found = jumpTargets('pay', [], [{ id: 7, name: 'Billing', key: 'pay-core' }]);
    expect(found.at(-1)).toMatchObject({ label: 'Billing', place: 'pay-core' });
  });
});
