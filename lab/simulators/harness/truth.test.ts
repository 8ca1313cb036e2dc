import { afterEach, describe, expect, it } from 'vitest';
import { type HarnessSimulator, runningWhere } from './index.ts';
import { deployStage, startSample } from './testing.ts';

let harness: HarnessSimulator;
afterEach(() => harness.close());

describe('what runs where', () => {
  it('follows each step of runs that fail, are retried and are rolled back', async () => {
    const { pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const seen: (string | null | undefined)[] = [];
    const look = (): void => {
      seen.push(runningWhere(state.truth()).get('pay/ledger web production')?.image?.split(':')[1]);
      clock.forward(60_000);
    };
    const first = state.start(pipeline, { stages: [deployStage(1)] });
    look();
    state.move(first, 'Success');
    look();
    const second = state.start(pipeline, { stages: [deployStage(2)] });
    state.move(second, 'Failed', { stage: 'production', rollbackSteps: true });
    state.move(second, 'Failed');
    look();
    const third = state.retry(second);
    state.move(third, 'Success');
    look();
    state.rollBack(third);
    look();
    const hidden = state.startRollback(first);
    state.move(hidden, 'Success');
    look();
    expect(seen).toEqual([undefined, '1.1', '1.1', '1.2', '1.1', '1.1']);
    expect(hidden.stages.map(({ id }) => id)).not.toEqual(first.stages.map(({ id }) => id));
    const rows = [...state.truth()];
    expect(rows.map((row) => row.hidden)).toEqual([null, 'superseded', null, 'pipeline_rollback']);
    expect(rows.map((row) => row.rolledBack)).toEqual([false, true, true, true]);
    expect(rows[2]?.deployments.map(({ rollback, rolledBack }) => [rollback, rolledBack])).toEqual([
      [false, true],
      [true, false],
    ]);
  });
});
