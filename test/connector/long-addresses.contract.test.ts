import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import { createSimulators } from './simulators.ts';
import { completionOf, readSlice, recordsOf, requestOf, unavailableStreams } from './stage.ts';

const simulators = createSimulators();
const proxies: Server[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) {
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
  }
  await simulators.closeAll();
});

type Refuse = (response: ServerResponse) => void;

/** Passes everything on to the server but addresses of more than 2,048 characters. */
async function proxyOf(serverUrl: string, refuse: Refuse): Promise<{ url: string; refused: () => number }> {
  let refused = 0;
  const target = new URL(serverUrl);
  const proxy = createServer((incoming, response) => {
    const address = incoming.url ?? '';
    if (target.origin.length + address.length > 2_048) {
      refused += 1;
      refuse(response);
      return;
    }
    const { method, headers } = incoming;
    const options = { host: target.hostname, port: target.port, path: address, method, headers, agent: false };
    const onwards = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    incoming.pipe(onwards);
  });
  proxies.push(proxy);
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, refused: () => refused };
}

const withStatus =
  (status: number): Refuse =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>Request refused</body></html>');

const refusals: [string, Refuse][] = [
  ['414', withStatus(414)],
  ['404 with a page', withStatus(404)],
  ['400 with a page', withStatus(400)],
  ['200 with a page', withStatus(200)],
  ['a closed connection', (response) => response.destroy()],
];

test.each(refusals)('a proxy that takes 2,048 characters and says %s takes no value away', async (_, refuse) => {
  const server = await simulators.start('26.9', small);
  const proxy = await proxyOf(server.url, refuse);
  const slice = 'project:shop';
  for (const phase of ['current', 'history'] as const) {
    const direct = await readSlice({ url: server.url, token: server.tokens.admin }, requestOf(phase, slice));
    const proxied = await readSlice({ url: proxy.url, token: server.tokens.admin }, requestOf(phase, slice));
    expect(unavailableStreams(proxied)).toEqual(unavailableStreams(direct));
    for (const stream of ['measures', 'measure_history', 'analysis_history', 'issues'])
      expect(sorted(recordsOf(proxied, stream)), stream).toEqual(sorted(recordsOf(direct, stream)));
    const stream = phase === 'current' ? 'measures' : 'measure_history';
    expect(recordsOf(direct, stream).length).toBeGreaterThan(0);
    expect(completionOf(proxied, stream).proof).toBe(completionOf(direct, stream).proof);
  }
  // One too many is sent per task, and no more.
  expect(proxy.refused()).toBeGreaterThan(0);
  expect(proxy.refused()).toBeLessThanOrEqual(4);
});

test('a server that is down behind short addresses is still down', async () => {
  const server = await simulators.start('26.9', small);
  server.faults.add({ match: { path: 'api/measures/component' }, kind: { type: 'blocked' }, times: Infinity });
  const stage = await readSlice({ url: server.url, token: server.tokens.admin }, requestOf('current', 'project:shop'));
  expect(unavailableStreams(stage)).toContain('measures: endpoint_unavailable');
});

const sorted = (records: readonly object[]): string[] => records.map((record) => JSON.stringify(record)).toSorted();
