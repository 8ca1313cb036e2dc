import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

export interface SecretSources {
  environment: Readonly<Record<string, string | undefined>>;
  /** Relative `${file:…}` paths start here. */
  stateDirectory: string;
}

const reference = /^\$\{(env|file):([^}]+)\}$/;

/** A secret in the file itself would end up in version control; its value is not repeated in the message. */
export const onlyReferences = 'a secret must be a reference, ${env:NAME} or ${file:PATH}';

/** The value a reference stands for, what is wrong with it, or undefined for text that is no reference. */
export async function resolveReference(
  value: string,
  sources: SecretSources,
): Promise<string | { problem: string } | undefined> {
  const match = reference.exec(value.trim());
  if (match === null) return undefined;
  const [, kind, name] = match as unknown as [string, 'env' | 'file', string];
  if (kind === 'env') return sources.environment[name] ?? { problem: `the environment variable ${name} is not set` };
  const path = isAbsolute(name) ? name : join(sources.stateDirectory, name);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => ({
    problem: `${path} cannot be read (${error.code ?? 'unknown'})`,
  }));
  return typeof text === 'string' ? text.trim() : text;
}
