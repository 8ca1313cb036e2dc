/** Content by path. */
export type Tree = Readonly<Record<string, string>>;

/** Every smell has a number of its own, so that git alone tells which are new. */
const smell = (number: number): string => `this is smell ${number}`;
const smellOfPython = (number: number): string => `    value = value  # smell ${number}`;

const plain = (name: string, from: number): string[] => [
  ...Array.from({ length: 6 }, (_, index) => `${name} line ${index + 1}`),
  smell(from),
  ...Array.from({ length: 6 }, (_, index) => `${name} more ${index + 1}`),
  smell(from + 1),
  `${name} end`,
];
const python = (name: string, from: number): string[] => [
  `def ${name}(value):`,
  `    """Says ${name}."""`,
  smellOfPython(from),
  '    return value',
];
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

const texts = Array.from(
  { length: 24 },
  (_, index) => [`src/f${index + 1}.txt`, plain(`f${index + 1}`, 100 + 2 * index)] as const,
);
const pythons = Array.from(
  { length: 4 },
  (_, index) => [`src/p${index + 1}.py`, python(`p${index + 1}`, 200 + index)] as const,
);
const first = new Map<string, readonly string[]>([...texts, ...pythons]);

/** The main branch. */
export const firstTree: Tree = Object.fromEntries([...first].map(([path, lines]) => [path, text(lines)]));

/** With lines put in behind a number of lines. */
const inserted = (lines: readonly string[], at: number, more: readonly string[]): string[] => [
  ...lines.slice(0, at),
  ...more,
  ...lines.slice(at),
];

function changed(): Tree {
  const tree = new Map(first);
  const linesOf = (path: string): readonly string[] => tree.get(path) ?? [];
  const file = (number: number): string => `src/f${number}.txt`;
  // Added in the middle, with edits above.
  for (let at = 1; at <= 5; at += 1) {
    const lines = inserted(linesOf(file(at)), 9, [smell(300 + at)]);
    tree.set(file(at), inserted(lines, 2, [`new line of ${at}`, 'another one']));
  }
  // Renamed, as they are and with something new.
  for (let at = 6; at <= 11; at += 1) {
    const lines = linesOf(file(at));
    tree.delete(file(at));
    tree.set(`src/moved/g${at}.txt`, at <= 8 ? lines : inserted(lines, 12, [smell(320 + at)]));
  }
  for (let at = 12; at <= 14; at += 1) tree.delete(file(at));
  // A block that moved within its file, its smells with it.
  for (let at = 15; at <= 17; at += 1) {
    const lines = linesOf(file(at));
    tree.set(file(at), [...lines.slice(8), ...lines.slice(0, 8)]);
  }
  // Edited above only: what smelled smells on.
  for (let at = 18; at <= 19; at += 1) tree.set(file(at), inserted(linesOf(file(at)), 0, ['a line', 'and one']));
  // A block that went to another file.
  const block = linesOf(file(20)).slice(5, 9);
  tree.set(file(20), [...linesOf(file(20)).slice(0, 5), ...linesOf(file(20)).slice(9)]);
  tree.set(file(21), [...linesOf(file(21)), ...block]);
  for (let at = 1; at <= 3; at += 1)
    tree.set(`src/new${at}.txt`, [`new ${at}`, smell(340 + at), 'end', smell(350 + at)]);
  tree.set('src/p1.py', inserted(linesOf('src/p1.py'), 3, [smellOfPython(360)]));
  tree.set('src/p2.py', inserted(linesOf('src/p2.py'), 0, ['"""Above."""', '']));
  tree.set('src/p5.py', python('p5', 361));
  return Object.fromEntries([...tree].map(([path, lines]) => [path, text(lines)]));
}

/** The branch of the pull request. */
export const changedTree: Tree = changed();

const numberOf = (line: string): number | null => {
  const found = /smell (\d+)/.exec(line)?.[1];
  return found === undefined ? null : Number(found);
};

/** The same without what smells anew. */
export const fixedTree: Tree = Object.fromEntries(
  Object.entries(changedTree).map(([path, content]) => [
    path,
    content
      .split('\n')
      .filter((line) => (numberOf(line) ?? 0) < 300)
      .join('\n'),
  ]),
);

/** Where a diff of git adds lines with smells that the tree before did not have, as `path:line`; and how many files it names. */
export function newSmells(diff: string, before: Tree): { lines: string[]; files: number } {
  const known = new Set(Object.values(before).flatMap((content) => content.split('\n').map(numberOf)));
  const lines: string[] = [];
  let path = '';
  let line = 0;
  let files = 0;
  for (const one of diff.split('\n')) {
    if (one.startsWith('diff --git ')) files += 1;
    else if (one.startsWith('+++ ')) path = one.slice('+++ b/'.length);
    else if (one.startsWith('@@ ')) line = Number(/\+(\d+)/.exec(one)?.[1]);
    else if (one.startsWith('+')) {
      const number = numberOf(one);
      if (number !== null && !known.has(number)) lines.push(`${path}:${line}`);
      line += 1;
    }
  }
  return { lines: lines.sort(), files };
}
