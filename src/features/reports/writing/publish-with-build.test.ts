import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BuildState } from '../../../connectors/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { publishWithBuild } from './publish-with-build.ts';

const refused = (): never => {
  throw new PlumblineError('rate_limited');
};

/** Calls in their order; those of the build whose number is in `lost` fail. */
function server(lost: readonly number[] = []) {
  const calls: string[] = [];
  let builds = 0;
  return {
    calls,
    async set(state: BuildState) {
      builds += 1;
      if (lost.includes(builds)) refused();
      calls.push(state);
    },
    publish: (passes: boolean) => async () => {
      calls.push(passes ? 'PASS' : 'FAIL');
      return { passes };
    },
  };
}

it('is successful behind a report that passes, and under way before', async () => {
  const { calls, set, publish } = server();
  const { problem } = await publishWithBuild(set, { passes: true }, publish(true));
  expect([calls, problem]).toEqual([['INPROGRESS', 'PASS', 'SUCCESSFUL'], null]);
});

it('is failed before a report that fails, in one call', async () => {
  const { calls, set, publish } = server();
  await publishWithBuild(set, { passes: false }, publish(false));
  expect(calls).toEqual(['FAILED', 'FAIL']);
});

it('is failed where the report came out worse than was wanted', async () => {
  const { calls, set, publish } = server();
  await publishWithBuild(set, { passes: true }, publish(false));
  expect(calls).toEqual(['INPROGRESS', 'FAIL', 'FAILED']);
});

it('holds no report back, and says what became of it last', async () => {
  const once = server([1]);
  const first = await publishWithBuild(once.set, { passes: false }, once.publish(false));
  expect([once.calls, first.problem]).toEqual([['FAIL', 'FAILED'], null]);
  const never = server([1, 2]);
  const second = await publishWithBuild(never.set, { passes: true }, never.publish(true));
  expect([never.calls, second.problem?.code]).toEqual([['PASS'], 'rate_limited']);
});

it('is never successful while the report does not pass, whatever is lost, and however often it is tried again', async () => {
  const attempts = fc.array(
    fc.record({ passes: fc.boolean(), breaks: fc.boolean(), lost: fc.constantFrom<number[]>([], [2], [1, 2]) }),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(attempts, async (history) => {
      let [build, report] = ['none', 'none'];
      for (const { passes, breaks, lost } of history) {
        let calls = 0;
        const set = async (state: BuildState): Promise<void> => {
          calls += 1;
          // The first call of an attempt gets lost only where nothing green lies there: that is shown and tried again.
          if (lost.includes(calls) && (calls > 1 || build !== 'SUCCESSFUL')) refused();
          build = state;
          expect(build === 'SUCCESSFUL' && report !== 'PASS').toBe(false);
        };
        await publishWithBuild(set, { passes }, async () => {
          report = 'FAIL';
          expect(build).not.toBe('SUCCESSFUL');
          if (breaks) refused();
          report = passes ? 'PASS' : 'FAIL';
          return { passes };
        }).catch(() => undefined);
        expect(build === 'SUCCESSFUL' && report !== 'PASS').toBe(false);
      }
    }),
    { numRuns: 2_000 },
  );
});
