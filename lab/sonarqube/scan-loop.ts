import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findJava, type JavaRequirement } from './java.ts';

const run = promisify(execFile);

/** Compiles the loop; the class runs under every Java that runs the scanner. */
const compiler: JavaRequirement = {
  majors: 'from 21',
  module: 'jdk.compiler',
  wanted: 'a JDK',
  package: 'default-jdk',
};
const source = join(import.meta.dirname, 'ScanLoop.java');

/** The folder of the compiled loop, beside the scanner; undefined where no Java of this machine can compile it. */
export async function prepareLoop(
  jar: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const digest = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const classes = join(dirname(jar), `loop-${digest.slice(0, 12)}`);
  if (await stat(classes).catch(() => undefined)) return classes;
  const java = await findJava(compiler, { env, account: undefined }).catch(() => undefined);
  if (java === undefined) return undefined;
  const made = `${classes}.${process.pid}`;
  await mkdir(made, { recursive: true, mode: 0o755 });
  try {
    await run(join(dirname(java.executable), 'javac'), ['--release', '11', '-cp', jar, '-d', made, source]);
    await rename(made, classes);
    return classes;
  } catch {
    return undefined;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** What a loop is started with; analyses of another server or by another Java are for another loop. */
export interface LoopStart {
  java: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  server: string;
}

interface Loop {
  busy: boolean;
  scan(file: string): Promise<void>;
  end(): void;
}

const loops = new Map<string, Loop[]>();

/** One analysis in a loop that has nothing to do, or in a new one. Throws what the scanner says went wrong. */
export async function scanInLoop(
  start: LoopStart,
  properties: Readonly<Record<string, string>>,
  file: string,
): Promise<void> {
  // The properties hold a token, which must not stand in the process list.
  await writeFile(file, propertiesText(properties), { mode: 0o600 });
  const key = `${start.java} ${start.server}`;
  const own = loops.get(key) ?? [];
  loops.set(key, own);
  let loop = own.find(({ busy }) => !busy);
  if (loop === undefined) {
    const started = startLoop(start, () =>
      loops.set(
        key,
        (loops.get(key) ?? []).filter((one) => one !== started),
      ),
    );
    own.push(started);
    loop = started;
  }
  loop.busy = true;
  try {
    await loop.scan(file);
  } finally {
    loop.busy = false;
    await rm(file, { force: true });
  }
}

/** Ends the loops of this process; the end of the process ends them, too. */
export function endLoops(): void {
  for (const loop of [...loops.values()].flat()) loop.end();
  loops.clear();
}

function startLoop({ java, args, env }: LoopStart, ended: () => void): Loop {
  const child = spawn(java, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (words = (words + chunk).slice(-20_000)));
  let answer: (line: string | undefined) => void = () => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => answer(line));
  const gone = (): void => {
    ended();
    answer(undefined);
  };
  child.once('error', gone).once('exit', gone);
  // Whoever writes to one that has just ended hears of its end.
  child.stdin.on('error', () => undefined);
  hold(child, false);
  return {
    busy: false,
    async scan(file) {
      hold(child, true);
      try {
        const line = await new Promise<string | undefined>((resolve) => {
          answer = resolve;
          if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
          else child.stdin.write(`${file}\n`);
        });
        if (line !== 'done') throw new Error(line ?? `The scanner ended: ${words.slice(-2_000)}`);
      } finally {
        hold(child, false);
      }
    },
    end: () => void child.stdin.end(),
  };
}

/** An idle one keeps no process from ending. */
function hold(child: ChildProcessWithoutNullStreams, isHeld: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as { ref(): void; unref(): void }[];
  for (const handle of handles) {
    if (isHeld) handle.ref();
    else handle.unref();
  }
}

/** As `java.util.Properties` reads it. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  const escaped = (text: string): string =>
    text.replaceAll(/[\\:=#!\s]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Object.entries(properties)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}\n`)
    .join('');
}
