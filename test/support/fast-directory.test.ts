import { describe, expect, it } from 'vitest';
import { runsPrograms } from './fast-directory.ts';

const mounted = (line: string): boolean =>
  runsPrograms(`/dev/vda / ext4 rw,relatime 0 0\n${line}\nproc /proc proc rw 0 0\n`, '/dev/shm');

describe('a place in memory', () => {
  it('is taken where it can be written and programs run', () =>
    expect(mounted('tmpfs /dev/shm tmpfs rw,nosuid,nodev,inode64 0 0')).toBe(true));

  it.each([
    ['programs may not run', 'shm /dev/shm tmpfs rw,nosuid,nodev,noexec 0 0'],
    ['nothing can be written', 'tmpfs /dev/shm tmpfs ro,nosuid 0 0'],
    ['a disk is mounted', '/dev/vdb /dev/shm ext4 rw 0 0'],
    ['nothing is mounted', 'tmpfs /run tmpfs rw 0 0'],
    ['a later mount hides it', 'tmpfs /dev/shm tmpfs rw 0 0\n/dev/vdb /dev/shm ext4 rw 0 0'],
  ])('is left alone where %s', (_, line) => expect(mounted(line)).toBe(false));
});
