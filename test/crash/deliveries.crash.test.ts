import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { DeliveryList } from '../../src/features/inbox/contract.ts';
import { call, connectSource } from '../faults/connected-hub.ts';
import { sign } from '../support/inbox-stage.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
let source: Simulator;
beforeAll(async () => {
  source = await startSimulator({ profile: '26.9', scenario: small });
  product = await startProduct();
});
afterAll(async () => {
  await product?.close();
  await source?.close();
});

const body = (n: number): string =>
  JSON.stringify({ status: 'SUCCESS', taskId: `task-${n}`, project: { key: n % 2 === 0 ? 'shop' : 'billing' } });

it('a delivery that was answered is processed once, though the hub is killed while more of them arrive', async () => {
  const { id, name } = await connectSource(product, 'simulated', source);
  const { secret } = await call<{ secret: string }>(product, 'POST', `api/v1/integrations/${id}/webhook-secret`, {});
  const accepted = new Set<string>();
  let stopped = false;
  let next = 0;
  const send = async (): Promise<void> => {
    while (!stopped) {
      const text = body(next++);
      const url = new URL(`hooks/sonarqube/${id}`, product.url());
      const answer = await fetch(url, { method: 'POST', body: text, headers: sign(text, secret) }).catch(
        () => undefined,
      );
      // The hub was killed: whether this one is stored nobody knows.
      if (answer === undefined) return;
      expect(answer.status).toBe(204);
      accepted.add(text);
    }
  };
  const senders = Array.from({ length: 8 }, send);
  while (accepted.size < 200) await delay(5);
  await product.kill();
  stopped = true;
  await Promise.all(senders);
  await product.start();
  const list = (page: number, state = ''): Promise<DeliveryList> =>
    call(product, 'GET', `api/v1/integrations/${name}/deliveries?page=${page}&pageSize=200${state}`);
  while ((await list(1, '&state=waiting')).total > 0) await delay(200);
  const found: DeliveryList['deliveries'] = [];
  for (let page = 1; ; page++) {
    const { deliveries } = await list(page);
    if (deliveries.length === 0) break;
    found.push(...deliveries);
  }
  expect(found.length).toBeGreaterThanOrEqual(accepted.size);
  expect(found.filter(({ times, state }) => times !== 1 || state !== 'done')).toEqual([]);
  const stored = new Set<string>();
  for (const { id: delivery } of found.slice(0, 50)) {
    const { json } = await call<{ json: object }>(product, 'GET', `api/v1/integrations/${id}/deliveries/${delivery}`);
    stored.add(JSON.stringify(json));
  }
  expect(stored.size).toBe(Math.min(50, found.length));
  process.stdout.write(`${accepted.size} deliveries answered, ${found.length} stored and processed\n`);
});
