import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../src/features/deployments/contract.ts';
import { whatRan } from './words.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const ran = (reference: string | null, told: string | null, more: Partial<Deployment> = {}): string =>
  whatRan({
    image: reference === null && told === null ? null : { reference, digest: told, ids: [] },
    version: null,
    commit: null,
    ...more,
  } as Deployment);

describe('what ran', () => {
  it('is the tag, else the version, else the digest, else what is known', () => {
    expect(ran('registry.example.com:5000/team/shop:1.2', digest)).toBe('1.2');
    expect(ran('registry.example.com:5000/team/shop', null)).toBe('registry.example.com:5000/team/shop');
    expect(ran('registry.example.com:5000/team/shop', digest)).toBe('sha256:aaaaaaaaaaaa');
    expect(ran(null, null, { version: '2026-11' })).toBe('2026-11');
    expect(ran(null, null, { commit: 'b'.repeat(40) })).toBe('b'.repeat(12));
    expect(ran(null, null)).toBe('not told');
  });
});
