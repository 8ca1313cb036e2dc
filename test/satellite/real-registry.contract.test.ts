import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { labContext } from '../../lab/context.ts';
import { choosePorts } from '../../lab/ports.ts';
import { findRegistry } from '../../lab/registry/program.ts';
import { openImageStore, replayImages } from '../../lab/registry/replay.ts';
import { startRegistry, stopRegistry } from '../../lab/registry/server.ts';
import { imagesOf } from './contents.ts';
import { satelliteStage } from './stage.ts';

const store = new URL('../fixtures/provenance/store', import.meta.url).pathname;
const installed = await findRegistry(process.env);
if (installed === undefined)
  console.warn('docker-registry is not installed: the test of a satellite before the real registry is skipped');

async function realRegistry(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'plumbline-registry-'));
  const context = labContext({ ...process.env, PLUMBLINE_HOME: home });
  const { web: port } = await choosePorts({ web: 5180 });
  onTestFinished(async () => {
    await stopRegistry(context);
    await rm(home, { recursive: true, force: true });
  });
  const { url } = await startRegistry(context, { port });
  return url;
}

it.skipIf(installed === undefined)('the real registry is read alike by the hub and through a satellite', async () => {
  const url = await realRegistry();
  await replayImages(await openImageStore(store), url);
  const system = { kind: 'oci-registry', settings: { url }, secrets: {} };
  const stage = await satelliteStage();
  const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
  await (await stage.satellite(await stage.file([far], system))).ready;
  expect((await stage.check(far)).text).toContain('"saveAllowed":true');
  for (const id of [direct, far]) await stage.sync(id);
  for (const id of [direct, far]) await stage.settled(id);
  const [one, other] = [await imagesOf(stage.db, direct), await imagesOf(stage.db, far)];
  expect(other).toEqual(one);
  expect(one['images']?.length).toBeGreaterThan(10);
  expect(one['claims']?.length).toBeGreaterThan(0);
  expect(stage.front.calls).toContain('finish');
});
