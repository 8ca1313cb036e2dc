import { open, readFile } from 'node:fs/promises';

/** Why this machine lets nobody look into the memory of a process; undefined where it does. */
export async function whyNoMemory(pid: number): Promise<string | undefined> {
  try {
    const handle = await open(`/proc/${pid}/mem`, 'r');
    await handle.close();
    return undefined;
  } catch (error) {
    return `the memory of a process cannot be read here: ${(error as Error).message}`;
  }
}

const chunkBytes = 4 * 1024 * 1024;

/**
 * Which of the texts stand somewhere in what a process has written to its memory, as JavaScript keeps them: one byte or two
 * for each character.
 */
export async function textsInMemory(pid: number, texts: readonly string[]): Promise<string[]> {
  const needles = texts.flatMap((text) => [
    { text, bytes: Buffer.from(text, 'latin1') },
    { text, bytes: Buffer.from(text, 'utf16le') },
  ]);
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length));
  const found = new Set<string>();
  const handle = await open(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(chunkBytes + overlap);
  try {
    for (const { from, to } of await writtenRegions(pid))
      for (let at = from; at < to; at += chunkBytes) {
        const { bytesRead } = await handle
          .read(chunk, 0, Math.min(chunk.length, to - at), at)
          // Of a region that is gone by now nothing is left.
          .catch(() => ({ bytesRead: 0 }));
        const seen = chunk.subarray(0, bytesRead);
        for (const { text, bytes } of needles) if (seen.includes(bytes)) found.add(text);
      }
  } finally {
    await handle.close();
  }
  return texts.filter((text) => found.has(text));
}

async function writtenRegions(pid: number): Promise<{ from: number; to: number }[]> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  return maps.split('\n').flatMap((line) => {
    const [, from = '', to = '', rights = '', name = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
    if (!rights.startsWith('rw') || name.startsWith('[vv')) return [];
    return [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }];
  });
}
