import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { webhooks } from './index.ts';

const [adapter] = webhooks;
if (adapter === undefined) throw new Error('Harness notifies.');

const eventData = {
  accountIdentifier: 'a',
  orgIdentifier: 'default',
  projectIdentifier: 'shop',
  pipelineIdentifier: 'deploy',
  pipelineName: 'Deploy it',
  planExecutionId: 'kXy_1-Z',
  eventType: 'PipelineEnd',
  nodeStatus: 'completed',
  startTs: 1_724_142_304,
};
const bytes = (content: unknown): Buffer => Buffer.from(JSON.stringify(content));
const parse = (data: object, headers: Record<string, string> = {}, pack = (body: Buffer): Uint8Array => body) =>
  adapter.parse({ headers, body: pack(bytes({ eventData: data })) });

const read = { slice: 'project:default/shop', phases: ['current'], named: ['execution:kXy_1-Z'] };

describe('a notification', () => {
  it.each(['PipelineStart', 'PipelineEnd', 'StageFailed', 'StepFailed', 'SomethingNewer'])(
    '%s has its execution read, and nothing of it believed',
    (eventType) => {
      expect(parse({ ...eventData, eventType })).toMatchObject({ reference: 'kXy_1-Z', reads: [read], facts: [] });
    },
  );

  it('is told in our words', () => {
    expect(parse(eventData)).toMatchObject({ event: 'pipeline_end', subject: 'default/shop · Deploy it' });
  });

  it('may be packed', () => {
    expect(parse(eventData, { 'content-encoding': 'gzip' }, gzipSync).reads).toEqual([read]);
    expect(parse(eventData, { 'content-encoding': 'gzip' }).reads).toEqual([read]);
  });

  it('of a trigger that failed names no execution, and leads to nothing', () => {
    const { planExecutionId: _, ...failed } = eventData;
    expect(parse({ ...failed, eventType: 'TriggerFailed' })).toMatchObject({ event: 'trigger_failed', reads: [] });
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['no event', bytes({})],
    ['no project', bytes({ eventData: { ...eventData, projectIdentifier: null } })],
    ['a way out of its project', bytes({ eventData: { ...eventData, projectIdentifier: '../x' } })],
    ['a way out of its execution', bytes({ eventData: { ...eventData, planExecutionId: 'a/../../b' } })],
    ['half of a packed body', gzipSync(bytes({ eventData })).subarray(0, 40)],
    ['a body that unpacks to too much', gzipSync(Buffer.concat([bytes({ eventData }), Buffer.alloc(3_000_000, ' ')]))],
  ])('that has %s is not believed', (_, body) => {
    const failure = (() => {
      try {
        return adapter.parse({ headers: {}, body });
      } catch (error) {
        return error;
      }
    })();
    expect(isPlumblineError(failure, 'malformed_delivery')).toBe(true);
  });
});

describe('its proof', () => {
  const verify = (headers: Record<string, string>) =>
    adapter.verify({ pathKey: null, headers, body: bytes({ eventData }) }, ['old', 's3cret']);

  it('is any live secret in a header', () => {
    for (const secret of ['old', 's3cret']) {
      expect(verify({ 'x-hub-token': secret })).toBe(true);
      expect(verify({ authorization: `Bearer ${secret}` })).toBe(true);
    }
    for (const headers of [{}, { 'x-hub-token': '' }, { 'x-hub-token': 'another' }, { authorization: 'Bearer ' }])
      expect(verify(headers)).toBe(false);
  });

  it('is kept nowhere', () => {
    for (const name of ['x-hub-token', 'authorization', 'cookie']) expect(adapter.keptHeaders).not.toContain(name);
  });
});
