import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HarnessSimulator } from './index.ts';
import { dateText } from './notifications/bodies.ts';
import { deployStage, startSample } from './testing.ts';

let harness: HarnessSimulator;
let server: Server;
let received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
let url = '';

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  await harness.close();
  await new Promise((resolve) => server.close(resolve));
});

describe('notifications', () => {
  it('tell each event once, an end and how it ended apart, with times in seconds', async () => {
    const { project, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const { state, world } = harness;
    state.start(pipeline);
    state.notify({ project, url, headers: { 'X-Hub-Token': 'secret' } });
    const run = state.start(pipeline, { stages: [deployStage(1)] });
    clock.forward(5000);
    state.move(run, 'Failed', { failure: { message: 'No', types: [] } });
    await state.settled();
    expect(world.sent.map(({ event, status }) => `${event} ${status}`).toSorted()).toEqual(
      ['PipelineStart 200', 'StageStart 200', 'PipelineEnd 200', 'PipelineFailed 200', 'StageFailed 200'].toSorted(),
    );
    const bodies = received.map(({ body }) => JSON.parse(body.toString('utf8')).eventData);
    const at = clock.now().getTime();
    expect(bodies.find(({ eventType }) => eventType === 'PipelineFailed')).toMatchObject({
      accountIdentifier: 'acc',
      orgIdentifier: 'pay',
      projectIdentifier: 'ledger',
      pipelineIdentifier: 'deploy',
      planExecutionId: run.id,
      nodeStatus: 'failed',
      startTs: at / 1000 - 5,
      endTs: at / 1000,
      endTime: 'Mon Mar 02 10:00:05 GMT 2026',
      errorMessage: 'No',
    });
    expect(received.every(({ headers }) => headers['x-hub-token'] === 'secret')).toBe(true);
  });

  it('go to the rules that want them, compressed where asked, and never again', async () => {
    const { project, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const { state, world } = harness;
    state.notify({ project, url, pipeline: 'deploy', events: ['PipelineSuccess'], gzip: true });
    state.notify({ project, url: 'http://127.0.0.1:1/', pipeline: 'other' });
    const run = state.start(pipeline);
    state.move(run, 'Success', { at: new Date(clock.now().getTime() + 1000) });
    await state.settled();
    expect(received).toEqual([]);
    clock.forward(1000);
    state.tellDue();
    state.tellDue();
    await state.settled();
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received;
    expect(headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(body).toString('utf8')).eventData.eventType).toBe('PipelineSuccess');
    expect(world.sent).toHaveLength(1);
  });

  it('write their dates as the server does', async () => {
    ({ harness } = await startSample());
    expect(dateText(Date.parse('2024-08-20T08:25:04Z'))).toBe('Tue Aug 20 08:25:04 GMT 2024');
  });
});
