import { expect, it } from 'vitest';
import type { Tx } from '../platform/database/index.ts';
import { reactionsOf } from './reactions.ts';
import type { Room } from './room.ts';

const rooms: Room[] = [
  { name: 'below', changes: ['thing', 'sum'] },
  { name: 'one', reactsTo: { thing: 'one.thing', sum: { name: 'one.sum', key: 'all' } } },
  { name: 'two', reactsTo: { thing: 'two.thing' } },
];

it('every room that hears of a change is asked, with the id or with one key for all', async () => {
  const asked: string[] = [];
  const jobs = { enqueue: async (_: unknown, name: string, key: string) => void asked.push(`${name} ${key}`) };
  await reactionsOf(rooms)(jobs, {} as Tx, [
    { kind: 'thing', id: 7 },
    { kind: 'sum', id: 8 },
  ]);
  expect(asked).toEqual(['one.thing 7', 'two.thing 7', 'one.sum all']);
});

it('a change of a kind that no room declares is refused, and so is its transaction', async () => {
  const jobs = { enqueue: async () => undefined };
  await expect(reactionsOf(rooms)(jobs, {} as Tx, [{ kind: 'thign', id: 7 }])).rejects.toThrow(
    'no room declares changes of kind thign',
  );
});
