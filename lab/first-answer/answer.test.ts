import { describe, expect, it } from 'vitest';
import { requireRight } from './answer.ts';

const refused = (status: number, out: string): string => {
  try {
    requireRight({ status, out, err: '' });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the first answer', () => {
  it('is right where it names what failed, and nothing else', () => {
    expect(refused(2, 'failed  Payments  Production')).toBe('');
  });

  it('is wrong where it says nothing of what failed, names what passed, or has another exit code', () => {
    expect(refused(2, '0 of 2 running.')).toContain('of Payments is wrong');
    expect(refused(2, 'failed  Payments\nfailed  Catalogue')).toContain('of Catalogue is wrong');
    for (const status of [0, 1, 3])
      expect(refused(status, 'failed  Payments')).toContain(`ended with exit code ${status}`);
  });
});
