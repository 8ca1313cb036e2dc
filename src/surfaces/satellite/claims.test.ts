import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Claimed } from '../../connectors/work/index.ts';
import { type Claims, createClaims } from './claims.ts';
import type { HubClient } from './hub-client.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const assignment = {
  lease: { taskId: 1, fence: 1 },
  runId: 1,
  slice: 'a',
  phase: 'current',
  leaseSeconds: 60,
  slots: 1,
};
const nothing: Claimed = { work: null, checks: [], soon: false };

/** Asks each time it is woken, as an idle worker does; tells at which second. */
function asking(answers: readonly Claimed[]): Claims & { asked: number[]; away: string[] } {
  const [asked, away]: [number[], string[]] = [[], []];
  const began = Date.now();
  const call = async (): Promise<Claimed> => {
    asked.push((Date.now() - began) / 1_000);
    const answer = answers[asked.length - 1];
    if (answer === undefined) throw new Error('the hub is away');
    return answer;
  };
  const claims = createClaims({
    hub: { call } as unknown as HubClient,
    idleSeconds: 5,
    signal: new AbortController().signal,
    onAway: (error) => void away.push(error.message),
    onAnswer: () => undefined,
    wake: () => void claims.claim(),
  });
  return { ...claims, asked, away };
}

it('with nothing to do the hub is asked as often as it wants, however often the worker looks', async () => {
  const { claim, asked, away } = asking([nothing, nothing]);
  for (let look = 0; look < 30; look += 1) {
    expect(await claim()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(asked).toEqual([0, 5, 10]);
  expect(away).toEqual(['the hub is away']);
});

it('while a run goes on it is asked again soon, then ever later, and soon again after work', async () => {
  const soon = { ...nothing, soon: true };
  const work = { ...soon, work: { integrationId: 7, assignment } } as Claimed;
  const { claim, asked } = asking([soon, soon, soon, soon, work, soon, soon, nothing]);
  await claim();
  await vi.advanceTimersByTimeAsync(3_900);
  expect(asked.map((second) => Math.round(second * 4) / 4)).toEqual([0, 0.25, 0.75, 1.75, 3.75]);
  await claim();
  await vi.advanceTimersByTimeAsync(800);
  expect(asked.slice(5).map((second) => Math.round((second - (asked[5] ?? 0)) * 4) / 4)).toEqual([0, 0.25, 0.75]);
});

it('when a task ended it is asked at once, however long it was to wait', async () => {
  const { claim, again, asked } = asking([nothing, nothing, nothing]);
  await claim();
  await claim();
  expect(asked).toEqual([0]);
  again();
  await claim();
  expect(asked).toEqual([0, 0]);
});
