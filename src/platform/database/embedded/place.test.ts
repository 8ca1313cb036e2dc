import { expect, it } from 'vitest';
import { type DirectoryIdentity, isNoted } from './directory-identity.ts';
import { judgePlace, type Original, type Place } from './place.ts';

const directory = (inode: number, changes: Partial<DirectoryIdentity> = {}): DirectoryIdentity => ({
  inode: String(inode),
  born: `${inode}000`,
  device: '1',
  ...changes,
});

const at = (path: string, state: DirectoryIdentity, data: DirectoryIdentity, machine = 'm1'): Place => ({
  machine,
  state: { path, identity: state },
  data: { path: `${path}/database/data`, identity: data },
});

const noted = at('/a', directory(10), directory(11));
const gone: Original = { state: undefined, data: undefined };
const standing: Original = { state: directory(10), data: directory(11) };

it.each<[string, Place, Original, string]>([
  ['the same place', noted, standing, 'same'],
  ['renamed', at('/b', directory(10), directory(11)), gone, 'same'],
  ['through a link or a bind mount', at('/b', directory(10), directory(11)), standing, 'same'],
  [
    'after a restart that gave the disk another number',
    at('/a', directory(10, { device: '2' }), directory(11, { device: '2' })),
    { state: directory(10, { device: '2' }), data: directory(11, { device: '2' }) },
    'same',
  ],
  [
    'moved to another file system',
    at('/b', directory(20, { device: '2' }), directory(21, { device: '2' })),
    gone,
    'same',
  ],
  [
    'put back from an archive',
    at('/a', directory(20), directory(21)),
    { state: directory(20), data: directory(21) },
    'same',
  ],
  [
    'data on a larger disk, linked',
    at('/a', directory(10), directory(21)),
    { state: directory(10), data: directory(21) },
    'same',
  ],
  ['on another machine, the same volume', at('/a', directory(10), directory(11), 'm2'), gone, 'same'],
  ['copied beside the original', at('/b', directory(20), directory(21)), standing, 'copy'],
  [
    'a snapshot beside the original',
    at('/b', directory(10, { device: '2' }), directory(11, { device: '2' })),
    standing,
    'copy',
  ],
  [
    'copied to another machine',
    at('/a', directory(20), directory(21), 'm2'),
    { state: directory(20), data: directory(21) },
    'copy',
  ],
  ['copied with a link to the original’s data', at('/b', directory(20), directory(11)), standing, 'borrowed'],
  [
    'the linked data of an original that is gone',
    at('/b', directory(20), directory(11)),
    { state: undefined, data: directory(11) },
    'same',
  ],
])('data %s', (_, now, original, judged) => {
  expect(judgePlace(noted, now, original)).toBe(judged);
});

it('without births tells directories of two file systems by the device', () => {
  const unborn = directory(2, { born: null });
  expect(isNoted(unborn, unborn)).toBe(true);
  expect(isNoted(unborn, { ...unborn, device: '9' })).toBe(false);
  expect(isNoted(directory(2), directory(2, { born: '7' }))).toBe(false);
});
