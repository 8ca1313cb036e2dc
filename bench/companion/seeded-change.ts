import { randomOf } from '../../test/support/random.ts';

/** A line with an identity of its own, whatever its text and place. */
interface Line {
  id: number;
  text: string;
  smells: boolean;
  /** It was there before the change. */
  old: boolean;
}

type Files = Map<string, Line[]>;

/** What happens to a folder in a change. */
export const kinds = [
  'edits above',
  'additions',
  'edited lines',
  'rename',
  'move within a file',
  'move to another file',
  'reformatting',
  'removals',
  'copies',
  'fixed on main',
] as const;
export type Kind = (typeof kinds)[number];

export interface SeededChange {
  kind: Kind;
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
  /** The main branch later on. */
  main: Readonly<Record<string, string>>;
  /** Of the lines that smell afterwards, by `path:line`: true where the smell was there before. */
  truth: ReadonlyMap<string, boolean>;
}

/** So few that lines of one folder look alike now and then. */
const words = Array.from({ length: 40 }, (_, index) => `word${index}`);

export const folderOf = (seed: number): string => `c${String(seed).padStart(3, '0')}`;

/** One change of one folder, the same for the same seed. */
export function seededChange(seed: number): SeededChange {
  const kind = kinds[seed % kinds.length] as Kind;
  const random = randomOf(seed);
  const upTo = (count: number): number => Math.floor(random() * count);
  let ids = 0;
  const folder = `src/${folderOf(seed)}`;
  const isPython = (path: string): boolean => path.endsWith('.py');
  const line = (path: string, smells: boolean, old: boolean): Line => {
    const word = words[upTo(words.length)] as string;
    const other = words[(words.indexOf(word) + 1) % words.length] as string;
    const python = smells ? `    ${word} = ${word}` : `    ${word} = ${upTo(9)} + ${other}`;
    const plain = `${smells ? 'smell ' : ''}${word} ${upTo(smells ? 6 : 60)}`;
    return { id: (ids += 1), text: isPython(path) ? python : plain, smells, old };
  };
  const fresh = (path: string, count: number): Line[] => {
    const head = isPython(path)
      ? [{ id: (ids += 1), text: `def f${seed}(${words.join(', ')}):`, smells: false, old: true }]
      : [];
    return [...head, ...Array.from({ length: count }, () => line(path, random() < 0.3, true))];
  };
  const before: Files = new Map([
    [`${folder}/a.txt`, fresh('a.txt', 30)],
    [`${folder}/b.txt`, fresh('b.txt', 24)],
    [`${folder}/c.py`, fresh('c.py', 16)],
  ]);
  const after: Files = new Map([...before].map(([path, lines]) => [path, [...lines]]));
  const main: Files = new Map([...before].map(([path, lines]) => [path, [...lines]]));
  const paths = [...before.keys()];
  const insert = (path: string, count: number, smells: () => boolean): void => {
    const lines = after.get(path) ?? [];
    for (let done = 0; done < count; done += 1) lines.splice(1 + upTo(lines.length), 0, line(path, smells(), false));
  };
  const block = (path: string): Line[] => {
    const lines = after.get(path) ?? [];
    return lines.splice(1 + upTo(Math.max(1, lines.length - 8)), 6);
  };
  const mostly = (): boolean => random() < 0.6;
  const changes: Record<Kind, () => void> = {
    'edits above': () => {
      for (const path of paths) after.get(path)?.splice(1, 0, line(path, false, false), line(path, false, false));
    },
    additions: () => {
      for (const path of paths) insert(path, 4, mostly);
    },
    'edited lines': () => {
      for (const lines of after.values()) {
        for (const [at, one] of lines.entries()) {
          if (one.smells && random() < 0.3) lines[at] = { ...one, text: `${one.text} # edited` };
        }
      }
    },
    rename: () => {
      for (const path of paths) {
        insert(path, 2, mostly);
        after.set(path.replace('/c', '/moved/c'), after.get(path) ?? []);
        after.delete(path);
      }
    },
    'move within a file': () => {
      for (const path of paths) {
        const moved = block(path);
        const lines = after.get(path) ?? [];
        lines.splice(1 + upTo(lines.length), 0, ...moved);
      }
    },
    'move to another file': () => {
      const moved = block(`${folder}/a.txt`);
      after.get(`${folder}/b.txt`)?.push(...moved);
    },
    reformatting: () => {
      for (const [path, lines] of after) {
        if (isPython(path)) continue;
        for (const [at, one] of lines.entries()) lines[at] = { ...one, text: `  ${one.text.replace(' ', '   ')}` };
      }
    },
    // What stands where a line was removed is an edit of it, for git as for everybody: beside new lines nothing goes.
    removals: () => {
      for (const path of paths) {
        insert(path, 2, mostly);
        const lines = after.get(path) ?? [];
        const isNew = (at: number): boolean => lines[at]?.old === false;
        const stays = (one: Line, at: number): boolean =>
          at === 0 || !one.smells || !one.old || isNew(at - 1) || isNew(at + 1);
        after.set(
          path,
          lines.filter((one, at) => stays(one, at) || random() < 0.5),
        );
      }
    },
    copies: () => {
      const lines = after.get(`${folder}/a.txt`) ?? [];
      const from = 1 + upTo(lines.length - 8);
      lines.push(...lines.slice(from, from + 6).map((one) => ({ ...one, id: (ids += 1), old: false })));
    },
    'fixed on main': () => {
      for (const path of paths) {
        insert(path, 2, mostly);
        main.set(
          path,
          (main.get(path) ?? []).filter((one, at) => at === 0 || !one.smells || random() < 0.5),
        );
      }
    },
  };
  changes[kind]();
  return { kind, truth: truthOf(before, after), before: written(before), after: written(after), main: written(main) };
}

/** A line that goes while the same text comes elsewhere has moved: nobody could tell it from another one. */
function truthOf(before: Files, after: Files): Map<string, boolean> {
  const there = new Set([...after.values()].flatMap((lines) => lines.map(({ id }) => id)));
  const gone = [...before.values()].flat().filter(({ id, smells }) => smells && !there.has(id));
  const moved = (one: Line): boolean => {
    const at = gone.findIndex(({ text }) => text === one.text);
    return at !== -1 && gone.splice(at, 1).length > 0;
  };
  return new Map(
    [...after].flatMap(([path, lines]) =>
      lines.flatMap((one, at): [string, boolean][] =>
        one.smells ? [[`${path}:${at + 1}`, one.old || moved(one)]] : [],
      ),
    ),
  );
}

const written = (files: Files): Record<string, string> =>
  Object.fromEntries([...files].map(([path, lines]) => [path, lines.map(({ text }) => `${text}\n`).join('')]));
