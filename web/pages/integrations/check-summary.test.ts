import { describe, expect, it } from 'vitest';
import type { CheckResultAnswer } from '../../../src/features/integrations/contract.ts';
import {
  countChecks,
  groupAbilities,
  groupChecks,
  headlineOf,
  passedLine,
  replaceItem,
  summaryOf,
} from './check-summary.ts';

const check = (name: string, outcome: CheckResultAnswer['outcome'], more: Partial<CheckResultAnswer> = {}) => ({
  name,
  title: name,
  outcome,
  message: '',
  ...more,
});
const ok = check('a', 'ok');
const needless = check('b', 'skipped');
const untried = check('c', 'skipped', { untried: true });
const warning = check('d', 'warning');
const failed = check('e', 'failed', { saveAllowed: true });
const good = { saveAllowed: true };

describe('a validation report', () => {
  it('puts failures first, then warnings, then what nobody knows; the rest folds to one line', () => {
    const all = [ok, untried, warning, needless, failed];
    expect(groupChecks(all).open.map(({ name }) => name)).toEqual(['e', 'd', 'c']);
    expect(groupChecks(all).passed).toEqual([ok]);
    expect(passedLine(countChecks(all))).toBe('1 check passed, 1 not needed here');
    expect(summaryOf(all)).toBe('1 failed, 1 warning, 1 not carried out, 1 passed');
  });

  it('says “The connection works” only when nothing failed and nothing was left out', () => {
    expect(headlineOf([ok, needless, warning], good)).toBe('The connection works');
    for (const checks of [[ok, failed], [ok, untried], [failed, untried], [], [needless]])
      expect(headlineOf(checks, good), JSON.stringify(checks)).not.toBe('The connection works');
    expect(headlineOf([ok], { saveAllowed: false })).toBe('The connection does not work yet');
    expect(headlineOf([ok], null)).toBe('The connection could not be checked');
  });

  it('counts what was not tried neither as had nor as lacking', () => {
    const one = (name: string, more: object) => ({ name, title: name, available: false, ...more });
    const groups = groupAbilities([one('x', { untried: true }), one('y', {}), one('z', { available: true })]);
    expect(Object.values(groups).map((list: readonly { name: string }[]) => list.map((each) => each.name))).toEqual([
      ['y'],
      ['z'],
      ['x'],
    ]);
  });
});

describe('a near match', () => {
  it('takes the place of the item it is for, and of nothing else', () => {
    expect(replaceItem('Shop, Shop-2\n  Shop\nteam-*', 'Shop', 'shop')).toBe('shop, Shop-2\n  shop\nteam-*');
    expect(replaceItem('a', 'a', '$&')).toBe('$&');
  });
});
