import { expect, it } from 'vitest';
import { jsonLines } from './lines.ts';

it('puts lines together that arrive in pieces, the last without an end', async () => {
  const bytes = new TextEncoder().encode('{"n":"é"}\n\n{"n":"b"}\n{"n":"c"}');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const lines: unknown[] = [];
  for await (const line of jsonLines(body)) lines.push(line);
  expect(lines).toEqual([{ n: 'é' }, { n: 'b' }, { n: 'c' }]);
});
