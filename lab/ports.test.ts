import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { choosePorts, isFree } from './ports.ts';
import { portsFor } from './sonarqube/launch.ts';
import { releaseOf } from './sonarqube/releases.ts';

const listening: Server[] = [];

afterEach(() => {
  for (const server of listening.splice(0)) server.close();
});

async function takenPort(): Promise<number> {
  const server = createServer();
  listening.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function freedPort(): Promise<number> {
  const port = await takenPort();
  await new Promise((resolve) => {
    listening.pop()?.close(resolve);
  });
  return port;
}

describe('choosePorts', () => {
  it('takes the preferred ones where they are free and others where not', async () => {
    const [taken, free] = [await takenPort(), await freedPort()];
    const chosen = await choosePorts({ web: free, search: taken });
    expect(chosen.web).toBe(free);
    expect(chosen.search).not.toBe(taken);
    expect(await isFree(chosen.search)).toBe(true);
  });

  it('never gives one port to two names', async () => {
    const free = await freedPort();
    const chosen = await choosePorts({ web: free, search: free, database: free });
    expect(new Set(Object.values(chosen)).size).toBe(3);
  });
});

describe('the ports of a server', () => {
  it('keeps all of an earlier start', async () => {
    const kept = { web: await freedPort(), search: await freedPort(), database: await freedPort() };
    expect(await portsFor(releaseOf('26.9'), { wanted: undefined, kept })).toEqual(kept);
  });

  it('moves an inner port that somebody else took, never the web port', async () => {
    const kept = { web: await freedPort(), search: await takenPort(), database: await freedPort() };
    const ports = await portsFor(releaseOf('26.9'), { wanted: undefined, kept });
    expect(ports).toMatchObject({ web: kept.web, database: kept.database });
    expect(ports.search).not.toBe(kept.search);
    const web = await takenPort();
    await expect(portsFor(releaseOf('26.9'), { wanted: undefined, kept: { ...kept, web } })).rejects.toMatchObject({
      code: 'lab_port_taken',
      message: expect.stringContaining(String(web)),
    });
  });

  it('moves the web port too where nothing points to it, but never one that was asked for', async () => {
    const kept = { web: await takenPort(), search: await freedPort(), database: await freedPort() };
    const moved = await portsFor(releaseOf('26.9'), { wanted: undefined, kept, mayMove: true });
    expect(moved).toMatchObject({ search: kept.search, database: kept.database });
    expect(moved.web).not.toBe(kept.web);
    expect(await isFree(moved.web)).toBe(true);
    const free = { ...kept, web: await freedPort() };
    expect(await portsFor(releaseOf('26.9'), { wanted: undefined, kept: free, mayMove: true })).toEqual(free);
    await expect(
      portsFor(releaseOf('26.9'), { wanted: kept.web, kept: undefined, mayMove: true }),
    ).rejects.toMatchObject({ code: 'lab_port_taken' });
  });

  it('takes the port asked for, or says that it is taken', async () => {
    const [free, taken] = [await freedPort(), await takenPort()];
    expect(await portsFor(releaseOf('9.9'), { wanted: free, kept: undefined })).toMatchObject({ web: free });
    await expect(portsFor(releaseOf('9.9'), { wanted: taken, kept: undefined })).rejects.toMatchObject({
      code: 'lab_port_taken',
    });
  });
});
