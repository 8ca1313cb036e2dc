import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { type DataContents, dataContents } from '../crash/data-contents.ts';
import type { DeliveringHub } from './delivering-hub.ts';
import { all, deliveries, hubOn, live, recordedServer, type Step } from './recorded-life.ts';

/** Nothing arrives; the server tells of every delivery in its list, and has kept each body. */
async function liveWithoutDeliveries(hub: DeliveringHub, server: Simulator): Promise<DataContents> {
  const path = `/api/v1/integrations/${hub.integrationId}/webhook`;
  const answer = await hub.call('PUT', path, { body: { scope: 'global' } });
  expect(answer.body.webhooks).toMatchObject([{ state: 'active', error: null }]);
  for (const { body } of deliveries) {
    const { taskId } = JSON.parse(body) as { taskId?: string };
    await server.state.deliverPayload('shop', body, taskId ?? null);
  }
  await hub.poll();
  const sent = await hub.call('GET', `/api/v1/integrations/${hub.integrationId}/sent-deliveries`);
  expect(sent.body.sent.map(({ found }: { found: string }) => found)).toEqual(all.map(() => 'recovered'));
  return dataContents(hub.db);
}

describe.each(['first_set', 'final'] as const)('with the answers of the moment %s', (moment) => {
  it('a delivery delayed, repeated, out of order, around the poll or lost leads to the same data', async () => {
    const server = await recordedServer(moment);
    const delivered = await live(await hubOn(server), [...all, 'poll']);
    expect(delivered['sonarqube_analyses']?.rows).toBeGreaterThan(8);
    const same = async (what: string, contents: Promise<DataContents>): Promise<void> => {
      expect(await contents, what).toEqual(delivered);
    };
    await same('delayed', live(await hubOn(server), ['poll', ...all]));
    await same('duplicated', live(await hubOn(server), [...all, ...all, 'poll', ...all]));
    await same('backwards', live(await hubOn(server), [...all.toReversed(), 'poll']));
    await same('lost', liveWithoutDeliveries(await hubOn(server), server));
    // Every delivery at least once, some twice, polls anywhere, the first of them not necessarily first.
    const lives = fc.tuple(fc.subarray(all), fc.integer({ min: 1, max: 3 })).chain(([twice, polls]) => {
      const steps: Step[] = [...all, ...twice, ...Array.from({ length: polls }, () => 'poll' as const)];
      return fc.shuffledSubarray(steps, { minLength: steps.length });
    });
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        await same(JSON.stringify(steps), live(await hubOn(server), steps));
      }),
      { numRuns: 3 },
    );
  }, 300_000);
});
