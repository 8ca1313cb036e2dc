import { execFile } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Account } from '../account.ts';

const run = promisify(execFile);

export interface JavaRequirement {
  majors: readonly number[] | 'from 21';
  /** A module that a JRE may lack. */
  module: string | undefined;
  /** For people: what is needed, and the Debian package that has it. */
  wanted: string;
  package: string;
}

export interface JavaInstallation {
  executable: string;
  major: number;
  modules: readonly string[];
}

/** The best of those that fit: a long-term release before a newer short-lived one. */
export function chooseJava(
  found: readonly JavaInstallation[],
  requirement: JavaRequirement,
): JavaInstallation | undefined {
  const fitting = found.filter(
    ({ major, modules }) =>
      (requirement.majors === 'from 21' ? major >= 21 : requirement.majors.includes(major)) &&
      (requirement.module === undefined || modules.includes(requirement.module)),
  );
  const longTerm = [25, 21];
  const rank = ({ major }: JavaInstallation): number =>
    longTerm.includes(major) ? longTerm.indexOf(major) : longTerm.length;
  return fitting.toSorted((a, b) => rank(a) - rank(b) || b.major - a.major)[0];
}

/** Parses `java --list-modules`, whose every line is `name@version`; undefined when it says nothing of java.base. */
export function parseModules(executable: string, output: string): JavaInstallation | undefined {
  const lines = output.split('\n').map((line) => line.trim().split('@'));
  const base = lines.find(([name]) => name === 'java.base')?.[1];
  const major = Number.parseInt(base ?? '', 10);
  if (Number.isNaN(major)) return undefined;
  return { executable, major, modules: lines.flatMap(([name]) => (name ? [name] : [])) };
}

/**
 * A Java that meets `requirement` and that `account` may run, from JAVA_HOME, PATH and the places where packages put
 * it; throws `lab_java_missing`, which says what was found instead.
 */
export async function findJava(
  requirement: JavaRequirement,
  { env, account }: { env: Readonly<Record<string, string | undefined>>; account: Account | undefined },
): Promise<JavaInstallation> {
  const executables = await candidateExecutables(env);
  const inspected = await Promise.all(executables.map((executable) => inspect(executable, account)));
  const found = inspected.filter((java) => java !== undefined);
  const chosen = chooseJava(found, requirement);
  if (chosen !== undefined) return chosen;
  const seen = found.map(({ executable, major }) => `Java ${major} at ${executable}`).join(', ');
  throw new PlumblineError('lab_java_missing', {
    message: `This server needs ${requirement.wanted}; found: ${seen || 'no Java at all'}.`,
    remedy: `Install the Debian package ${requirement.package}, or point JAVA_HOME at such a Java.`,
  });
}

async function candidateExecutables(env: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const homes = [
    ...(env['JAVA_HOME'] ? [env['JAVA_HOME']] : []),
    ...(await homesBelow('/usr/lib/jvm', '')),
    ...(await homesBelow('/opt/java', '')),
    ...(await homesBelow('/Library/Java/JavaVirtualMachines', 'Contents/Home')),
  ];
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const paths = [...homes.map((home) => join(home, 'bin/java')), ...onPath.map((directory) => join(directory, 'java'))];
  // Packages add links beside the real directories; each installation is to be asked once.
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  return [...new Set(real.filter((path) => path !== undefined))];
}

async function homesBelow(directory: string, inside: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.map((name) => join(directory, name, inside));
}

async function inspect(executable: string, account: Account | undefined): Promise<JavaInstallation | undefined> {
  const as = account === undefined ? {} : { uid: account.uid, gid: account.gid };
  try {
    const { stdout } = await run(executable, ['--list-modules'], { cwd: '/', timeout: 30_000, ...as });
    return parseModules(executable, stdout);
  } catch {
    // Java 8 does not know the option, and a Java below a closed home cannot be run: neither is of use.
    return undefined;
  }
}
