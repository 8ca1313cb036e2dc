import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { bitbucketSink, repositoriesData } from '../../src/features/repositories/index.ts';
import type { TestHub } from '../support/hub.ts';
import { type ReadingHub, readingHub } from './reading-hub.ts';

/** A hub that reads a Bitbucket and takes its deliveries over HTTP. */
export interface BitbucketHub extends ReadingHub {
  /** Where deliveries arrive. */
  hookUrl: string;
}

export async function bitbucketHub(options: {
  url: string;
  token: string;
  projects?: readonly string[];
}): Promise<BitbucketHub> {
  const door = await frontDoor();
  const hub = await readingHub({
    name: 'bitbucket',
    connector: bitbucketServer as Connector,
    sink: bitbucketSink,
    data: repositoriesData,
    settings: { url: options.url, projects: options.projects ?? [] },
    secrets: { token: options.token },
    publicUrl: () => door.url,
  });
  door.leadTo(hub);
  return { ...hub, hookUrl: new URL(`hooks/bitbucket-server/${hub.integrationId}`, door.url).href };
}

/** A port of loopback that hands every call on to the hub, as a proxy in front of it does. */
async function frontDoor(): Promise<{ url: URL; leadTo(hub: Pick<TestHub, 'app'>): void }> {
  let app: TestHub['app'] | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void app
        ?.inject({
          method: request.method === 'POST' ? 'POST' : 'GET',
          url: request.url ?? '/',
          payload: Buffer.concat(chunks),
          headers: { ...(request.headers as Record<string, string>), host: 'localhost' },
        })
        .then(({ statusCode, body }) => response.writeHead(statusCode).end(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), leadTo: (hub) => void (app = hub.app) };
}
