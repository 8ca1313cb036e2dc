import { describe, expect, it } from 'vitest';
import { cacheDirectory, currentDirectorySource, stateDirectory } from './state-directory.ts';

describe('state and cache directory', () => {
  it('takes the named directory before anything else', () => {
    const env = { PLUMBLINE_HOME: '/data', PLUMBLINE_CACHE: '/big', XDG_STATE_HOME: '/x', XDG_CACHE_HOME: '/y' };
    expect(stateDirectory({ env, uid: 0 })).toBe('/data');
    expect(cacheDirectory({ env, uid: 1000 })).toBe('/big');
  });

  it('is that of this process', () => {
    expect(currentDirectorySource()).toEqual({ env: process.env, uid: process.getuid?.() });
  });

  it('follows XDG for everybody', () => {
    const env = { HOME: '/home/a', XDG_STATE_HOME: '/x', XDG_CACHE_HOME: '/y' };
    expect(stateDirectory({ env, uid: 1000 })).toBe('/x/plumbline');
    expect(cacheDirectory({ env, uid: 0 })).toBe('/y/plumbline');
  });

  it('keeps out of the home directory as root only', () => {
    const env = { HOME: '/home/a' };
    expect(stateDirectory({ env, uid: 1000 })).toBe('/home/a/.local/state/plumbline');
    expect(cacheDirectory({ env, uid: 1000 })).toBe('/home/a/.cache/plumbline');
    expect(stateDirectory({ env: { HOME: '/root' }, uid: 0 })).toBe('/var/lib/plumbline');
    expect(stateDirectory({ env: {}, uid: undefined })).toBe('/tmp/.local/state/plumbline');
    expect(cacheDirectory({ env: { PLUMBLINE_CACHE: '', XDG_CACHE_HOME: '' }, uid: 0 })).toBe('/var/cache/plumbline');
    expect(cacheDirectory({ env: { HOME: '/root' }, uid: 0 })).toBe('/var/cache/plumbline');
  });
});
