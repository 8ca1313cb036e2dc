import type { SqlPosition } from '../contract.ts';

/** Place of the character number `count` (from 0, in code points, as PostgreSQL counts). */
export function positionAt(text: string, count: number): SqlPosition {
  const before = [...text].slice(0, count).join('');
  return place(before);
}

/** Place of a byte of the UTF-8 form, as the parser's tree counts. */
export function positionOfByte(text: string, byte: number): SqlPosition {
  return place(Buffer.from(text, 'utf8').subarray(0, byte).toString('utf8'));
}

function place(before: string): SqlPosition {
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1, offset: before.length };
}
