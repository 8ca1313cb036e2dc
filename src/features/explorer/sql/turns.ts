import { setImmediate as othersFirst } from 'node:timers/promises';

/** Runs works one after the other; between two of them everybody else who waits for this process has a turn. */
export function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(() => othersFirst()).then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
