import { join } from 'node:path';

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
