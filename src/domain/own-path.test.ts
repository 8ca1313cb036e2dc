import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownPath } from './own-path.ts';

const elsewhere = [
  'https://evil.example/',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n//evil.example',
  '/%2e%2e//evil.example/..//',
  '/.//evil.example',
  '/a/..//evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.example',
  ' /settings',
  '',
  `/${'a'.repeat(3000)}`,
  undefined,
  null,
  ['/settings'],
];

describe('a page to go on to', () => {
  it.each(elsewhere)('is never another place: %j', (address) => {
    const page = ownPath(address);
    if (page !== undefined) expect(new URL(page, 'https://plumb.example/').origin).toBe('https://plumb.example');
    if (page !== undefined) expect(page).not.toMatch(/^\/[/\\]/);
  });

  it.each(['//evil.example', '/\\evil.example', '/\t/evil.example', '/.//evil.example', 'javascript:alert(1)', ''])(
    'is none for %j',
    (address) => expect(ownPath(address)).toBeUndefined(),
  );

  it('stays in our own origin whatever is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('/', '\\', '.', ':', '@', '\t', '%2f', 'a', '?', '#') }),
        (text) => {
          const page = ownPath(`/${text}`);
          if (page === undefined) return;
          expect(new URL(page, 'https://plumb.example/deep/page').origin).toBe('https://plumb.example');
          expect(page).not.toMatch(/^\/[/\\]/);
        },
      ),
    );
  });

  it('keeps query and fragment of one of ours', () => {
    expect(ownPath('/projects/7?tab=findings#row-3')).toBe('/projects/7?tab=findings#row-3');
  });
});
