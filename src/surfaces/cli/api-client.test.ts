import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiClient } from './api-client.ts';

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function hub(listener: RequestListener) {
  const running = createServer(listener);
  server = running;
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const { port } = running.address() as AddressInfo;
  return createApiClient({ url: `http://127.0.0.1:${port}`, token: undefined });
}

describe('a hub that stops while it answers', () => {
  it('is one that does not answer, in a sentence', async () => {
    const api = await hub((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"verdicts":', () => response.destroy());
    });
    for (const work of [api.get('api/v1/policy'), api.send('POST', 'api/v1/policy/evaluate', {})])
      await expect(work).rejects.toMatchObject({
        code: 'hub_unreachable',
        message: expect.stringMatching(/^The hub at .* does not answer\.$/),
        remedy: expect.stringContaining('PLUMBLINE_URL'),
      });
  });

  it.each([
    ['no JSON', 200, '<html>'],
    ['nothing', 200, ''],
    ['another kind of error', 503, '{"error":"stopping"}'],
    ['an error without words', 502, '{"error":{}}'],
  ])('or something else that answers with %s, is no hub', async (_, status, body) => {
    const api = await hub((_request, response) => response.writeHead(status).end(body));
    await expect(api.get('x')).rejects.toMatchObject({ status, code: 'not_a_plumbline_hub' });
  });
});
