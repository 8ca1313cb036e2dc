import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { PlumblineError } from '../../platform/errors/index.ts';
import { sections } from './apply/index.ts';
import type { SecretSources } from './apply/references.ts';
import type { ApplySection } from './apply/section.ts';

/** What a file says, by the name of its section. Of what it does not name there is nothing. */
export type PlumblineYaml = Readonly<Record<string, unknown>>;

/**
 * Reads `plumbline.yaml`, what an installation should have, and resolves its references: secrets only as `${env:NAME}` or
 * `${file:PATH}`, settings also so. Every problem is reported at once.
 */
export async function readPlumblineYaml(
  path: string,
  sources: SecretSources,
  known: readonly ApplySection<unknown>[] = sections,
): Promise<PlumblineYaml> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PlumblineError('config_invalid', { message: `${path} cannot be read: ${error.code ?? error.message}.` });
  });
  const written = parseYaml(path, text);
  if (written === undefined || written === null || isEmptyObject(written)) {
    throw new PlumblineError('config_invalid', {
      message: `${path} is empty: it says nothing of what there should be.`,
      remedy: 'List integrations in it; `integrations: []` says that none are wanted in it.',
    });
  }
  const shapes = known.map(({ name, shape }) => [name, shape.optional()] as const);
  const parsed = z.strictObject(Object.fromEntries(shapes)).safeParse(written);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new PlumblineError('config_invalid', { message: `${path} is not valid: ${problems.join('; ')}.` });
  }
  const { data } = parsed;
  const problems: string[] = [];
  for (const { name, resolve } of known)
    if (data[name] !== undefined) problems.push(...((await resolve?.(data[name], sources)) ?? []));
  if (problems.length > 0) throw new PlumblineError('config_invalid', { message: `${path}: ${problems.join('; ')}.` });
  return data;
}

const isEmptyObject = (value: unknown): boolean => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new PlumblineError('config_invalid', { message: `${path} is not YAML: ${(error as Error).message}` });
  }
}
