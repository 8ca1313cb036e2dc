import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type Proxy, startProxy } from '../../lab/simulators/proxy.ts';
import { satelliteStage, type SatelliteStage } from './stage.ts';
import { sonarqubeSystem } from './systems.ts';

async function behindProxy(more: { all: boolean; entry?: string }) {
  const { system, server } = await sonarqubeSystem({ projects: 1, issuesPerProject: 700 });
  const proxy = await startProxy({});
  onTestFinished(() => proxy.close());
  const stage = await satelliteStage();
  const far = await stage.far('far', system);
  const { hostname, port } = new URL(proxy.url);
  const own = `  proxy: { host: ${hostname}, port: ${port}, all_traffic: ${more.all} }`;
  const yaml = (await stage.file([far], system))
    .replace(/^(  url: .*)$/m, `$1\n${own}`)
    .replace(/^(    application: .*)$/m, (line) => (more.entry === undefined ? line : `${line}\n    ${more.entry}`));
  await (await stage.satellite(yaml)).ready;
  expect((await stage.check(far)).text).toContain('"saveAllowed":true');
  await stage.sync(far);
  await stage.settled(far);
  const { n } = await stage.db.one<{ n: number }>('select count(*)::int as n from data.sonarqube_issues');
  expect(n).toBe(700);
  return { proxy, stage, server };
}

/** Every connection to the hub led through it: without it no call arrives any more. */
async function expectOnlyWay(proxy: Proxy, stage: SatelliteStage): Promise<void> {
  const hub = new URL(stage.front.url).host;
  expect(new Set(proxy.tunnels)).toEqual(new Set([hub]));
  await proxy.close();
  await delay(300);
  const before = stage.front.calls.length;
  await delay(1_500);
  expect(stage.front.calls.length).toBe(before);
}

it('a proxy for the hub alone is on the way to the hub, and on no other', async () => {
  const { proxy, stage, server } = await behindProxy({ all: false });
  expect(server.journal.entries.length).toBeGreaterThan(5);
  expect(proxy.entries).toEqual([]);
  await expectOnlyWay(proxy, stage);
});

it('a proxy for all traffic is on the way to the tools as well', async () => {
  const { proxy, stage, server } = await behindProxy({ all: true });
  expect(proxy.entries.length).toBe(server.journal.entries.length);
  expect(proxy.entries.some(({ path }) => path === 'api/issues/search')).toBe(true);
  await expectOnlyWay(proxy, stage);
});

it('a tool that the file takes out of it is called without it', async () => {
  const { proxy, stage, server } = await behindProxy({ all: true, entry: 'proxy: false' });
  expect(server.journal.entries.length).toBeGreaterThan(5);
  expect(proxy.entries).toEqual([]);
  await expectOnlyWay(proxy, stage);
});
