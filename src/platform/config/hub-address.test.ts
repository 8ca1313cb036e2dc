import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { namesThisHub, readHubAddress, writeHubAddress } from './hub-address.ts';

const address = { local: 'http://127.0.0.1:8420', public: 'https://hub.example/plumbline', certificate: null };

it('is read in the directory it was written into, and in no copy of it', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'plumbline-address-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const state = await mkdtemp(join(parent, 'state-'));
  expect(await readHubAddress(state)).toBeUndefined();
  await writeHubAddress(state, address);
  expect(await readHubAddress(state)).toEqual(address);
  await cp(state, join(parent, 'copy'), { recursive: true });
  expect(await readHubAddress(join(parent, 'copy'))).toBeUndefined();
});

it.each<[string, boolean]>([
  ['https://hub.example/plumbline/', true],
  ['https://HUB.example:443/plumbline', true],
  ['http://localhost:8420', true],
  ['http://[::1]:8420/', true],
  ['https://hub.example/', false],
  ['http://hub.example/plumbline', false],
  ['http://127.0.0.1:8421', false],
  ['https://hub.example.evil.example/plumbline', false],
])('%s names this hub: %s', (url, expected) => {
  expect(namesThisHub(new URL(url), address)).toBe(expected);
});
