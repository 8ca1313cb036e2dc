import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page, readPages } from '../../docs/generator/pages.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { connectors as shipped } from '../../src/connectors/index.ts';
import type { Integration } from '../../src/surfaces/cli/apply/integrations.ts';
import { readPlumblineYaml } from '../../src/surfaces/cli/plumbline-yaml.ts';
import { root } from './project-root.ts';

const connectors: readonly Connector[] = shipped;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-files-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Files for `plumbline apply`, as pages show them. */
const filesOf = ({ text }: Page): string[] =>
  [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)]
    .map((match) => match[1] as string)
    .filter((block) => /^(?:integrations|imageMappings|bindings):/m.test(block))
    // The file of a satellite has integrations too, and is held by its own test.
    .filter((block) => !/^satellite:/m.test(block));

/** Everything `plumbline apply` and the hub would refuse. */
async function wrongIn(text: string): Promise<string[]> {
  const names = [...text.matchAll(/\$\{env:(\w+)\}/g)].map((match) => match[1] as string);
  const path = join(directory, 'plumbline.yaml');
  await writeFile(path, text);
  const sources = { environment: Object.fromEntries(names.map((name) => [name, 'given'])), stateDirectory: directory };
  const read = await readPlumblineYaml(path, sources).catch((error: Error) => error);
  if (read instanceof Error) return [read.message];
  return ((read['integrations'] ?? []) as Integration[]).flatMap(({ name, kind, settings, secrets }) => {
    const connector = connectors.find((one) => one.kind === kind);
    if (connector === undefined) return [`${name}: no kind ${kind}`];
    const known = connector.form.map((field) => field.name);
    const unknown = [...Object.keys(settings), ...Object.keys(secrets)].filter((one) => !known.includes(one));
    const refused = [connector.settings.safeParse(settings), connector.secrets.safeParse(secrets)].flatMap(
      (parsed) => parsed.error?.issues.map(({ path: at, message }) => `${name}: ${at.join('.')} ${message}`) ?? [],
    );
    return [...unknown.map((one) => `${name}: no field ${one}`), ...refused];
  });
}

const files = (await readPages(root)).flatMap((page) => filesOf(page).map((text) => [page.path, text] as const));

describe('files for plumbline apply that pages show', () => {
  it.each(files)('one of %s is taken as it stands', async (_, text) => {
    expect(await wrongIn(text)).toEqual([]);
  });

  it('are found, and one that is refused would be told', async () => {
    expect(new Set(files.map(([path]) => path))).toContain('docs/registries.md');
    expect(files.length).toBeGreaterThan(2);
    const integration = '- { name: a, kind: oci-registry, settings: { url: "https://r.example.com/x", repos: [] }';
    expect(await wrongIn(`integrations:\n  ${integration}, secrets: { username: "hub" } }\n`)).toHaveLength(1);
    expect(await wrongIn(`integrations:\n  ${integration} }\n`)).toHaveLength(2);
  });
});
