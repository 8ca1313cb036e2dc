import { describe, expect, it } from 'vitest';
import { countingReaction } from './features/code-quality/index.ts';
import { healthReaction } from './features/ingestion/index.ts';
import { consumeReaction } from './features/insights/index.ts';
import { policyAsksFor, policyReactsTo } from './features/policy/index.ts';
import type { Tx } from './platform/database/index.ts';
import { enqueueReactions, requireWired } from './reactions.ts';

const all = [
  ...new Set([countingReaction, healthReaction, consumeReaction, ...Object.values(policyReactsTo), ...policyAsksFor]),
].map((name) => ({ name }));

describe('the reactions of a hub', () => {
  it('are all asked for, and what is asked for is carried out', () => {
    expect(() => requireWired(all)).not.toThrow();
    expect(() => requireWired([...all, { name: 'nightly', sweep: '1 2 * * *' }])).not.toThrow();
  });

  it.each(all.map(({ name }) => name))('without %s it does not start', (name) => {
    expect(() => requireWired(all.filter((one) => one.name !== name))).toThrow(`nobody carries out ${name}`);
  });

  it('with one that nothing asks for it does not start', () => {
    expect(() => requireWired([...all, { name: 'forgotten' }])).toThrow('nothing asks for forgotten');
  });

  it.each([
    ['roll_up', [[consumeReaction, 'organization']]],
    ['run_ended', [[healthReaction, '7']]],
    [
      'integration',
      [
        [healthReaction, '7'],
        [countingReaction, '7'],
        ['policy.integration', '7'],
      ],
    ],
    ['image_published', [['policy.image', '7']]],
    ['analysis', [['policy.analysis', '7']]],
    ['analyses_of_project', [['policy.project', '7']]],
  ])('to a change of kind %s', async (kind, asked) => {
    const enqueued: unknown[] = [];
    const jobs = { enqueue: async (_: unknown, name: string, key: string) => void enqueued.push([name, key]) };
    await enqueueReactions(jobs, {} as Tx, [{ kind, id: 7 }]);
    expect(enqueued).toEqual(asked);
  });
});
