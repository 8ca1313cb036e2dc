import { expect, it } from 'vitest';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { CommentMemory, KeptComment } from '../store/comments.ts';
import { type CommentPlace, keepComment } from './keep-comment.ts';

const marker = '[m]';
const say = (text: string, again = false) => ({ text: `${text} ${marker}`, marker, again });

/** A pull request with comments, and what is remembered of ours; `calls` says what was asked of the server. */
function stage() {
  const comments = new Map<string, { text: string; version: number }>();
  const calls: string[] = [];
  let kept: KeptComment | undefined;
  let next = 1;
  let broken: string | null = null;
  const called = (name: string): void => {
    calls.push(name);
    if (broken === `before ${name}`) throw new PlumblineError('unreachable');
  };
  const place: CommentPlace = {
    async find(wanted) {
      called('find');
      const [found] = [...comments].filter(([, { text }]) => text.includes(wanted)).toReversed();
      return found === undefined ? null : { id: found[0], version: found[1].version };
    },
    async add(text) {
      called('add');
      const id = String((next += 1));
      comments.set(id, { text, version: 0 });
      if (broken === 'after add') throw new PlumblineError('unreachable');
      return { id, version: 0 };
    },
    async change({ id, text, version }) {
      called('change');
      if (!comments.has(id)) return 'gone';
      comments.set(id, { text, version: version + 1 });
      return { id, version: version + 1 };
    },
  };
  const memory: CommentMemory = {
    read: async () => kept,
    async keep(comment) {
      kept = comment;
    },
  };
  return {
    comments,
    calls,
    texts: () => [...comments.values()].map(({ text }) => text),
    keep: (text: string, again = false) => keepComment(place, memory, say(text, again)),
    break: (at: string | null) => (broken = at),
    forget: () => (kept = undefined),
    remove: () => comments.clear(),
  };
}

it('is made once, changed in place, and left alone while it says the same', async () => {
  const { keep, texts, calls } = stage();
  await keep('one');
  await keep('two');
  await keep('two');
  expect(texts()).toEqual(['two [m]']);
  expect(calls).toEqual(['find', 'add', 'change']);
});

it('is found by its marker where its number was lost, also with the answer that told it', async () => {
  const one = stage();
  await one.keep('one');
  one.forget();
  await one.keep('two');
  expect(one.texts()).toEqual(['two [m]']);
  const other = stage();
  other.break('after add');
  await expect(other.keep('one')).rejects.toMatchObject({ code: 'unreachable' });
  other.break(null);
  await other.keep('one');
  expect(other.texts()).toEqual(['one [m]']);
});

it('is made anew once where somebody deleted it, and again only for a person', async () => {
  const { keep, texts, remove, calls } = stage();
  await keep('one');
  remove();
  await keep('two');
  expect(texts()).toEqual(['two [m]']);
  remove();
  await keep('three');
  await keep('four');
  expect(texts()).toEqual([]);
  expect(calls.filter((name) => name === 'add')).toHaveLength(2);
  await keep('five', true);
  expect(texts()).toEqual(['five [m]']);
});

it('counts as made anew also where the answer of that was lost', async () => {
  const one = stage();
  await one.keep('one');
  one.remove();
  one.break('after add');
  await expect(one.keep('two')).rejects.toThrow();
  one.break(null);
  await one.keep('two');
  expect(one.texts()).toEqual(['two [m]']);
  one.remove();
  await one.keep('three');
  expect(one.texts()).toEqual([]);
});

it('is not taken for written where the server was not reached', async () => {
  const one = stage();
  await one.keep('one');
  one.break('before change');
  await expect(one.keep('two')).rejects.toThrow();
  one.break(null);
  await one.keep('one');
  await one.keep('two');
  expect(one.texts()).toEqual(['two [m]']);
  expect(one.calls.filter((name) => name === 'change')).toHaveLength(3);
});
