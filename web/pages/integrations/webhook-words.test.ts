import { expect, it } from 'vitest';
import { offerWords } from './webhook-words.ts';

const single = (allowed: number, tried: number, total: number) => ({ allowed, tried, total });

it('says of how many projects it is known that a webhook may be set up, never more', () => {
  const some = offerWords({ scope: 'projects', count: 1, single: single(1, 100, 250) }, 'plumb.example.net');
  expect(some.what).toContain('1 of the 100 projects tried');
  expect(some.what).toContain('other 249 projects are found by polling');
  const all = offerWords({ scope: 'everything', count: 1, single: single(0, 0, 0) }, 'plumb.example.net');
  expect(all.what).toContain('One webhook for every project');
  expect(all.needs).toBe('It takes Administer System, which the token has.');
  const none = offerWords({ scope: 'none', count: 0, single: single(0, 5, 5) }, 'plumb.example.net');
  expect(none).toMatchObject({ possible: false, what: expect.stringContaining('any of the 5 projects tried') });
});

it('says so where no server could reach the hub', () => {
  const offer = { scope: 'everything' as const, count: 1, single: single(0, 0, 0) };
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    expect(offerWords(offer, host).needs).toContain('PLUMBLINE_PUBLIC_URL');
});
