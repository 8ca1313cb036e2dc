import { type CallDescription, timeoutError } from './failure.ts';

export interface TimeLimit {
  /** Aborted by the caller's signal or when the time is over. */
  signal: AbortSignal;
  clear: () => void;
  elapsed: () => number;
  /** The caller's abort reason, or our timeout error, once either happened. */
  interruption: () => unknown;
}

/** By hand instead of AbortSignal.any: a sync's signal lives for hours and would gather thousands of followers. */
export function startTimeLimit(call: CallDescription, caller: AbortSignal, timeoutMs: number): TimeLimit {
  const started = performance.now();
  const controller = new AbortController();
  let interruption: unknown;
  const stop = (reason: unknown): void => {
    interruption ??= reason;
    controller.abort(reason);
  };
  const onAbort = (): void => stop(caller.reason);
  const timer = setTimeout(() => stop(timeoutError(call, timeoutMs)), timeoutMs);
  caller.addEventListener('abort', onAbort, { once: true });
  if (caller.aborted) onAbort();
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      caller.removeEventListener('abort', onAbort);
    },
    elapsed: () => performance.now() - started,
    interruption: () => interruption,
  };
}
