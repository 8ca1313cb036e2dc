import { describe, expect, it } from 'vitest';
import type { SliceEvent } from '../contract.ts';
import type { Batch, Finish } from './messages.ts';
import { openOutbox } from './outbox.ts';

const lease = { taskId: 1, fence: 1 };
const page = (count: number): SliceEvent => ({
  type: 'records',
  stream: 'things',
  scope: '',
  records: Array.from({ length: count }, (_, key) => ({ key })),
});
const progress = (done: number): SliceEvent => ({ type: 'progress', stage: 'Things', done, total: null });
const sizes = ({ events }: Batch): number[] =>
  events.map((event) => (event.type === 'records' ? event.records.length : 0));

function receiving(stage: (batch: Batch) => Promise<void> = async () => undefined) {
  const batches: Batch[] = [];
  const ends: Finish[] = [];
  const port = {
    async stage(_: unknown, batch: Batch) {
      batches.push(batch);
      await stage(batch);
    },
    finish: async (_: unknown, end: Finish) => void ends.push(end),
  };
  return { batches, ends, outbox: openOutbox(port, lease) };
}

describe('what a worker sends', () => {
  it('is sent in batches that are counted, and the rest with the end', async () => {
    const { batches, ends, outbox } = receiving();
    for (let at = 0; at < 5; at += 1) await outbox.add(page(400));
    await outbox.finish({ requests: 5, retries: 0 });
    expect(batches.map((batch) => [batch.sequence, sizes(batch)])).toEqual([[1, [400, 400, 400]]]);
    expect(ends.map((end) => [end.sequence, sizes(end), end.traffic])).toEqual([
      [2, [400, 400], { requests: 5, retries: 0 }],
    ]);
  });

  it('is read on while one batch is under way, and no further than the next', async () => {
    const first = Promise.withResolvers<void>();
    const { batches, outbox } = receiving((batch) => (batch.sequence === 1 ? first.promise : Promise.resolve()));
    await outbox.add(page(1_000));
    await outbox.add(page(999));
    let waited = true;
    const next = outbox.add(page(1)).then(() => {
      waited = false;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([batches.length, waited]).toEqual([1, true]);
    first.resolve();
    await next;
    expect(batches.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('ends with what one batch came to, and nothing is sent after it', async () => {
    const { batches, ends, outbox } = receiving(() => Promise.reject(new Error('taken over')));
    await outbox.add(page(1_000));
    await outbox.add(page(1));
    await expect(outbox.finish({ requests: 0, retries: 0 })).rejects.toThrow('taken over');
    await expect(outbox.add(page(1_000))).rejects.toThrow('taken over');
    expect([batches.length, ends.length]).toEqual([1, 0]);
  });

  it('says of progress the last word only', async () => {
    const { ends, outbox } = receiving();
    for (const event of [progress(1), progress(2), page(1), progress(3), progress(4)]) await outbox.add(event);
    await outbox.finish({ requests: 0, retries: 0 });
    expect(ends[0]?.events).toEqual([progress(2), page(1), progress(4)]);
  });
});
