import { expect, it } from 'vitest';
import { readPem } from './pem.ts';

const block = (kind: string, body = 'MIIB'): string => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----`;
const [one, two] = [block('CERTIFICATE'), block('PUBLIC KEY', 'MFkw')];

it.each<[string, string, string[], string]>([
  ['one block', one, [one], ''],
  ['two, with words around them', `first\n${one}\nbetween\n${two}\n last `, [one, two], 'first\n\nbetween\n\n last'],
  ['two without anything between', one + two, [one, two], ''],
  ['no block', ' nothing here ', [], 'nothing here'],
  ['nothing', '', [], ''],
])('%s', (_, text, blocks, rest) => {
  expect(readPem(text)).toEqual({ blocks, rest });
});

it.each([
  ['-----BEGIN CERTIFICATE-----\nMIIB'],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE'],
  // The dashes of the beginning do not close it.
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END -'],
  ['-----BEGIN certificate-----\nMIIB\n-----END certificate-----'],
  [`-----BEGIN ${'A'.repeat(61)}-----\nMIIB\n-----END A-----`],
])('what does not end, or begins in another way, is rest: %s', (text) => {
  expect(readPem(`${one} ${text}`)).toEqual({ blocks: [one], rest: text });
});

it('a second text is read from its own beginning, also after one that did not end', () => {
  readPem('-----BEGIN CERTIFICATE-----\nMIIB');
  expect(readPem(one).blocks).toEqual([one]);
});
