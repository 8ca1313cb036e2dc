/**
 * Runs `task` over `items` with at most `width()` at once and yields results as they end, not in order. Goes on reading
 * while the consumer is busy, but never holds more than twice the width, so that a slow consumer bounds the memory.
 * `items` is asked for one at a time: a generator may decide late how many there are.
 */
export async function* pooled<In, Out>(
  items: Iterable<In>,
  width: () => number,
  task: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const iterator = items[Symbol.iterator]();
  const ready: ({ value: Out } | { error: unknown })[] = [];
  let running = 0;
  let stopped = false;
  let wake: () => void = () => {};

  const start = (): void => {
    while (!stopped && running < width() && running + ready.length < width() * 2) {
      const next = iterator.next();
      if (next.done === true) return;
      running += 1;
      task(next.value).then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error }),
      );
    }
  };
  const settle = (outcome: { value: Out } | { error: unknown }): void => {
    running -= 1;
    ready.push(outcome);
    start();
    wake();
  };

  try {
    for (;;) {
      start();
      const outcome = ready.shift();
      if (outcome === undefined) {
        if (running === 0) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if ('error' in outcome) throw outcome.error;
      else yield outcome.value;
    }
  } finally {
    stopped = true;
  }
}
