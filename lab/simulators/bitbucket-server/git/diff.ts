import type { Git } from './store.ts';

export interface DiffLine {
  source: number;
  destination: number;
  line: string;
  truncated: boolean;
}

export interface Segment {
  type: 'ADDED' | 'REMOVED' | 'CONTEXT';
  lines: DiffLine[];
  truncated: boolean;
}

export interface Hunk {
  sourceLine: number;
  sourceSpan: number;
  destinationLine: number;
  destinationSpan: number;
  segments: Segment[];
  truncated: boolean;
}

export interface FileDiff {
  source: string | null;
  destination: string | null;
  binary: boolean;
  hunks: Hunk[];
  truncated: boolean;
}

export interface DiffQuery {
  from: string | null;
  to: string;
  path?: string | undefined;
  srcPath?: string | undefined;
  contextLines?: number | undefined;
  ignoreWhitespace?: boolean | undefined;
}

/** The hash of the empty tree: what a first commit is compared with. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** A unified diff as git writes it. */
export function rawDiff(
  git: Git,
  { from, to, path, srcPath, contextLines = 10, ignoreWhitespace = false }: DiffQuery,
): Promise<string> {
  const paths = [path, srcPath].filter((one) => one !== undefined && one !== '') as string[];
  return git.text([
    'diff',
    '--no-color',
    '--no-ext-diff',
    '-M',
    `-U${contextLines}`,
    ...(ignoreWhitespace ? ['-w'] : []),
    from ?? emptyTree,
    to,
    '--',
    ...paths,
  ]);
}

export async function readDiff(git: Git, query: DiffQuery): Promise<FileDiff[]> {
  return parseDiff(await rawDiff(git, query));
}

/** Reads a unified diff; most lines are taken as they are, so a line of a file may look like a header. */
export function parseDiff(text: string): FileDiff[] {
  const files: FileDiff[] = [];
  const lines = text.split('\n');
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const file = files.at(-1);
    if (line.startsWith('diff --git ')) files.push(started(line));
    else if (file !== undefined && line.startsWith('@@ ')) {
      at = readHunk(lines, at, file);
      continue;
    } else if (file !== undefined) header(file, line);
    at += 1;
  }
  return files;
}

/** Both names from `diff --git a/x b/x`; other headers say it better where they differ. */
function started(line: string): FileDiff {
  const names = line.slice('diff --git '.length);
  const quotedName = /^"a\/(.*)" "b\/(.*)"$/.exec(names);
  const half = (names.length - 1) / 2;
  const plain = names.slice(2, half);
  const name = quotedName === null ? plain : unquoted(`"${quotedName[2]}"`);
  return { source: name, destination: name, binary: false, hunks: [], truncated: false };
}

function header(file: FileDiff, line: string): void {
  if (line.startsWith('new file mode')) file.source = null;
  else if (line.startsWith('deleted file mode')) file.destination = null;
  else if (line.startsWith('rename from ') || line.startsWith('copy from '))
    file.source = unquoted(line.replace(/^\w+ from /, ''));
  else if (line.startsWith('rename to ') || line.startsWith('copy to '))
    file.destination = unquoted(line.replace(/^\w+ to /, ''));
  else if (line.startsWith('Binary files ') || line === 'GIT binary patch') file.binary = true;
}

function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  const inner = Buffer.from(name.slice(1, -1), 'utf8').toString('latin1');
  for (const [whole, octal, sign] of inner.matchAll(/\\(?:([0-7]{3})|(.))|[^\\]/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (sign === undefined) bytes.push(whole.charCodeAt(0));
    else bytes.push(({ n: '\n', t: '\t', r: '\r' }[sign] ?? sign).charCodeAt(0));
  }
  return Buffer.from(bytes).toString('utf8');
}

function readHunk(lines: readonly string[], start: number, file: FileDiff): number {
  const [, a = '0', b, c = '0', d] = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[start] ?? '') ?? [];
  const hunk: Hunk = {
    sourceLine: Number(a),
    sourceSpan: Number(b ?? 1),
    destinationLine: Number(c),
    destinationSpan: Number(d ?? 1),
    segments: [],
    truncated: false,
  };
  file.hunks.push(hunk);
  let [source, destination] = [hunk.sourceLine, hunk.destinationLine];
  let [sourceLeft, destinationLeft] = [hunk.sourceSpan, hunk.destinationSpan];
  // A side without lines is named by the line before it.
  if (sourceLeft === 0) source += 1;
  if (destinationLeft === 0) destination += 1;
  let at = start + 1;
  for (; at < lines.length && (sourceLeft > 0 || destinationLeft > 0); at += 1) {
    const line = lines[at] ?? '';
    const sign = line.slice(0, 1);
    if (sign === '\\') continue;
    const type = sign === '+' ? 'ADDED' : sign === '-' ? 'REMOVED' : 'CONTEXT';
    segmentOf(hunk, type).lines.push({ source, destination, line: line.slice(1), truncated: false });
    if (type !== 'ADDED') [source, sourceLeft] = [source + 1, sourceLeft - 1];
    if (type !== 'REMOVED') [destination, destinationLeft] = [destination + 1, destinationLeft - 1];
  }
  return at;
}

function segmentOf(hunk: Hunk, type: Segment['type']): Segment {
  const last = hunk.segments.at(-1);
  if (last?.type === type) return last;
  const segment: Segment = { type, lines: [], truncated: false };
  hunk.segments.push(segment);
  return segment;
}

/** Cuts a diff after so many lines, wherever that is: what is cut says so, and so does all around it. */
export function truncated(diffs: readonly FileDiff[], most: number): { diffs: FileDiff[]; truncated: boolean } {
  let left = most;
  let cut = false;
  const segment = (one: Segment): Segment => {
    const lines = one.lines.slice(0, left);
    left -= lines.length;
    const short = lines.length < one.lines.length;
    cut ||= short;
    return { ...one, lines, truncated: short };
  };
  const hunk = (one: Hunk): Hunk => {
    const segments = one.segments.map(segment).filter(({ lines }) => lines.length > 0);
    const short = segments.length < one.segments.length || segments.some((part) => part.truncated);
    return { ...one, segments, truncated: short };
  };
  const file = (one: FileDiff): FileDiff => {
    const hunks = one.hunks.map(hunk).filter(({ segments }) => segments.length > 0);
    const short = hunks.length < one.hunks.length || hunks.some((part) => part.truncated);
    return { ...one, hunks, truncated: short };
  };
  return { diffs: diffs.map(file), truncated: cut };
}

/** Lines that the new side adds, by path. */
export function addedLines(diffs: readonly FileDiff[]): Map<string, Set<number>> {
  const added = new Map<string, Set<number>>();
  for (const { destination, hunks } of diffs) {
    if (destination === null) continue;
    const lines = hunks
      .flatMap(({ segments }) => segments)
      .filter(({ type }) => type === 'ADDED')
      .flatMap((segment) => segment.lines.map((line) => line.destination));
    added.set(destination, new Set(lines));
  }
  return added;
}
