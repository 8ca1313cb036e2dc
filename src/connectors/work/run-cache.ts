import type { RunCache } from '../contract.ts';

/** Answers kept of one run; more are asked for anew. A repository of rules is the largest, well below a megabyte. */
const keptNames = 1_000;

/** Runs whose answers are kept at the same time. */
const keptRuns = 8;

interface Answer {
  value: Promise<unknown>;
  /** Milliseconds, monotonic. */
  askedAt: number;
}

/**
 * What a process keeps of the answers that are the same for all slices of a run. Every run asks anew, and a failure is
 * nobody's answer but that of who asked: each other slice asks for itself.
 */
export function createRunCaches(now: () => number = () => performance.now()): (runId: number) => RunCache {
  const runs = new Map<number, Map<string, Answer>>();

  const answersOf = (runId: number): Map<string, Answer> => {
    const answers = runs.get(runId) ?? new Map<string, Answer>();
    runs.set(runId, answers);
    dropOldest(runs, keptRuns);
    return answers;
  };

  return (runId) => ({
    async get<T>(name: string, maxAgeMs: number, read: () => Promise<T>): Promise<T> {
      const answers = answersOf(runId);
      const kept = answers.get(name);
      if (kept !== undefined && now() - kept.askedAt < maxAgeMs) {
        try {
          return (await kept.value) as T;
        } catch {
          // Who asked may have been stopped, or lost its token.
          return read();
        }
      }
      const answer: Answer = { value: read(), askedAt: now() };
      answers.set(name, answer);
      dropOldest(answers, keptNames);
      try {
        return (await answer.value) as T;
      } catch (error) {
        if (answers.get(name) === answer) answers.delete(name);
        throw error;
      }
    },
  });
}

function dropOldest<K>(map: Map<K, unknown>, atMost: number): void {
  for (const key of map.keys()) {
    if (map.size <= atMost) return;
    map.delete(key);
  }
}
