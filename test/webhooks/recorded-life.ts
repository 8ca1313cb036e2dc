import { afterEach, expect } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { type Moment, recordedAnswers, recordedShop } from '../../lab/simulators/sonarqube/recorded.ts';
import { type DataContents, dataContents } from '../crash/data-contents.ts';
import { recordedDeliveries } from '../support/inbox-stage.ts';
import { type DeliveringHub, deliveringHub } from './delivering-hub.ts';

const running: Simulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

/** The server of the recordings, as it answered at one moment. */
export async function recordedServer(moment: Moment): Promise<Simulator> {
  const { before } = recordedAnswers(moment);
  const server = await startSimulator({ profile: '2025.1', scenario: recordedShop, before });
  // As a server on the hub's own machine must be set up.
  server.state.world.validateWebhooks = false;
  running.push(server);
  return server;
}

/** A delivery by its number, or a poll. */
export type Step = number | 'poll';

export const deliveries = await recordedDeliveries();
export const all = deliveries.map((_, index) => index);

export async function hubOn(server: Simulator): Promise<DeliveringHub> {
  return deliveringHub({ url: server.url, token: server.tokens.admin });
}

export async function live(hub: DeliveringHub, steps: readonly Step[]): Promise<DataContents> {
  for (const step of steps) {
    if (step === 'poll') await hub.poll();
    else expect(await hub.deliver(deliveries[step]?.body ?? '')).toBe(204);
  }
  await hub.settled();
  return dataContents(hub.db);
}
