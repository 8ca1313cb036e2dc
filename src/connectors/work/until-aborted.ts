/**
 * Yields what `items` yields, and leaves as soon as the signal aborts, whatever they are waiting for.
 *
 * Not by `Promise.race` with one promise for the abort: that promise would hold every item that was ever raced with it
 * until the end.
 */
export async function* untilAborted<T>(items: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    for (;;) {
      const next = await orAborted(items.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a generator stuck in a call would hold the caller as well.
    void items.return(undefined).catch(() => undefined);
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    const settled = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(settled);
  });
}
