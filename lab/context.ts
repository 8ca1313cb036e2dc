import { join } from 'node:path';
import { cacheDirectory, stateDirectory } from '../src/platform/config/state-directory.ts';

/** Where lab servers live and how they speak to the person who started them. */
export interface LabContext {
  stateDirectory: string;
  cacheDirectory: string;
  /** Read: JAVA_HOME, PATH, HOME, MAVEN_REPOSITORY_URL. */
  env: Readonly<Record<string, string | undefined>>;
  /** One line for the person. */
  note: (line: string) => void;
  /** A place for a progress bar; what it returns is called often with bytes or milliseconds done. */
  progress: (title: string) => (done: number, total: number | undefined) => void;
}

export function labDirectory(context: LabContext, name: string): string {
  return join(context.stateDirectory, 'lab', name);
}

/** A context from an environment, for tests and benchmarks; the commands add words and a progress bar. */
export function labContext(
  env: LabContext['env'],
  { note = () => undefined, progress = () => () => undefined }: Partial<Pick<LabContext, 'note' | 'progress'>> = {},
): LabContext {
  const source = { env, uid: process.getuid?.() };
  return { stateDirectory: stateDirectory(source), cacheDirectory: cacheDirectory(source), env, note, progress };
}
