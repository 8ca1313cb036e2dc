import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinList, splitList } from './escaped-list.ts';

test('members with commas and backslashes come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), (members) => {
      expect(splitList(joinList(members))).toEqual(members);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom('\\', ',', 'a', '\\,', '\\\\').map((text) => `${text}x`)), (members) => {
      expect(splitList(joinList(members))).toEqual(members);
    }),
  );
});

test('plain lists are read as people write them', () => {
  expect(splitList('java:S1,java:S2')).toEqual(['java:S1', 'java:S2']);
  expect(splitList(',a,,b,')).toEqual(['a', 'b']);
  expect(splitList('Doe\\, Jane,x')).toEqual(['Doe, Jane', 'x']);
  expect(splitList('C:\\temp')).toEqual(['C:\\temp']);
  expect(splitList('')).toEqual([]);
});
