import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { WantWebhookRequest } from '../../features/inbox/contract.ts';
import { PlumblineError } from '../../platform/errors/index.ts';

const MappedProject = z.union([
  z.string().min(1),
  z.strictObject({
    key: z.string().min(1),
    /** Name of a SonarQube integration; left out: whichever has the key. */
    integration: z.string().optional(),
    /** Directory in a mono repository; only with `repository`. */
    directory: z.string().optional(),
  }),
]);

/** Which projects images must have passed (`images`), or which repository projects are of (`repository`). */
const ImageMapping = z.strictObject({
  images: z.string().min(1).optional(),
  registry: z.string().optional(),
  repository: z.string().min(1).optional(),
  projects: z.array(MappedProject).min(1),
});

/** Where the hub's own webhooks should be; the hub parses it again. */
const Webhook: z.ZodType<WantWebhookRequest> = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('global') }),
  z.strictObject({
    scope: z.literal('projects'),
    projects: z.array(z.string().min(1)).min(1),
    organization: z.string().optional(),
  }),
  z.strictObject({ scope: z.literal('organization'), organization: z.string().min(1) }),
  z.strictObject({ scope: z.literal('available') }),
]);

/** `plumbline.yaml`: what an installation should have. Secrets only as `${env:NAME}` or `${file:PATH}`, settings also so. */
export const PlumblineYaml = z.strictObject({
  integrations: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        kind: z.string().min(1),
        tags: z.array(z.string()).default([]),
        settings: z.record(z.string(), z.json()).default({}),
        secrets: z.record(z.string(), z.string()).default({}),
        syncIntervalSeconds: z.int().min(30).optional(),
        /** The hub’s own webhook on the server; left out: as it is. */
        webhook: Webhook.optional(),
      }),
    )
    .superRefine((integrations, context) => {
      const names = integrations.map(({ name }) => name);
      for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
        context.addIssue({
          code: 'custom',
          message: `the name “${name}” is there twice; each integration has one of its own`,
        });
      }
    })
    .default([]),
  /** Left out: mappings stay as they are. An empty list takes back what an earlier file said. */
  imageMappings: z.array(ImageMapping).optional(),
});
export type PlumblineYaml = z.infer<typeof PlumblineYaml>;

export interface SecretSources {
  environment: Readonly<Record<string, string | undefined>>;
  /** Relative `${file:…}` paths start here. */
  stateDirectory: string;
}

/** Reads the file and resolves its references; every problem is reported at once. */
export async function readPlumblineYaml(path: string, sources: SecretSources): Promise<PlumblineYaml> {
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
  const parsed = PlumblineYaml.safeParse(written);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new PlumblineError('config_invalid', { message: `${path} is not valid: ${problems.join('; ')}.` });
  }
  const problems: string[] = [];
  for (const integration of parsed.data.integrations) {
    const note = (place: string, problem: string): void => {
      problems.push(`integrations.${integration.name}.${place}: ${problem}`);
    };
    for (const [name, value] of Object.entries(integration.secrets)) {
      const resolved = await resolveReference(value, sources);
      if (resolved === undefined) note(`secrets.${name}`, onlyReferences);
      else if (typeof resolved === 'string') integration.secrets[name] = resolved;
      else note(`secrets.${name}`, resolved.problem);
    }
    for (const [name, value] of Object.entries(integration.settings)) {
      const resolved = typeof value === 'string' ? await resolveReference(value, sources) : undefined;
      if (typeof resolved === 'string') integration.settings[name] = resolved;
      else if (resolved !== undefined) note(`settings.${name}`, resolved.problem);
    }
  }
  if (problems.length > 0) throw new PlumblineError('config_invalid', { message: `${path}: ${problems.join('; ')}.` });
  return parsed.data;
}

const isEmptyObject = (value: unknown): boolean => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new PlumblineError('config_invalid', { message: `${path} is not YAML: ${(error as Error).message}` });
  }
}

const reference = /^\$\{(env|file):([^}]+)\}$/;

/** A secret in the file itself would end up in version control; its value is not repeated in the message. */
const onlyReferences = 'a secret must be a reference, ${env:NAME} or ${file:PATH}';

/** The value a reference stands for, what is wrong with it, or undefined for text that is no reference. */
async function resolveReference(
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
