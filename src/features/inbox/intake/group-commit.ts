/** Many small writes as few commits: what arrives while one batch is being written is the next batch. */
export interface GroupCommit<Item> {
  /** Resolves when the item is durable. Rejects with what its batch failed with, or `overflow()`. */
  add(item: Item): Promise<void>;
  /** Waits until everything added is written. */
  idle(): Promise<void>;
}

export interface GroupCommitOptions<Item> {
  write(items: readonly Item[]): Promise<void>;
  /** Largest batch. */
  batchSize: number;
  /** Batches written at once. */
  writers: number;
  /** Items that may wait; beyond it `add` rejects at once. */
  maxWaiting: number;
  overflow(): Error;
}

interface Waiting<Item> {
  item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

export function createGroupCommit<Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> {
  const waiting: Waiting<Item>[] = [];
  const writing = new Set<Promise<void>>();

  const writeNext = async (): Promise<void> => {
    // One turn of the event loop gathers what arrived together.
    await new Promise<void>((resume) => void setImmediate(resume));
    while (waiting.length > 0) {
      const batch = waiting.splice(0, options.batchSize);
      try {
        await options.write(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  };

  const startWriter = (): void => {
    if (writing.size >= options.writers) return;
    const running = writeNext().finally(() => writing.delete(running));
    writing.add(running);
  };

  return {
    add(item) {
      if (waiting.length >= options.maxWaiting) return Promise.reject(options.overflow());
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        startWriter();
      });
    },
    async idle() {
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}
