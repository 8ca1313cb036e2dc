import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandDescription, readCommands } from '../../docs/generator/command-help.ts';
import { type Page, partsOf, readPages } from '../../docs/generator/pages.ts';
import { root } from './project-root.ts';

const commands = await readCommands();
const ofLab = { path: 'lab/README.md', text: await readFile(join(root, 'lab/README.md'), 'utf8') };
const pages: Page[] = [...(await readPages(root)), ofLab];

/** `plumbline …` as pages write it: in blocks one command a line (a trailing `\` goes on), else between backticks. */
function usesOf({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map((match) => match[1] as string);
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  const spans = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] as string);
  return [...lines, ...spans].flatMap((code) => {
    const use = /(?:^|[\s("$=])(?:\.\/)?plumbline ([a-z-].*)$/.exec(code.replace(/ +#.*$/, ''));
    return use === null ? [] : [use[1] as string];
  });
}

/** The command that is meant: `sync` of `sync sonar --wait`. */
function commandOf(use: string): CommandDescription | undefined {
  const words = use.split(' ');
  return commands.find(({ path }) => words.slice(0, path.split(' ').length).join(' ') === path);
}

function unknownOptions(use: string, command: CommandDescription): string[] {
  const known = command.options.flatMap((option) => option.flags.match(/--?[a-z][a-z-]*/g) ?? []);
  const bare = use.replace(/"[^"]*"?|'[^']*'/g, '');
  const given = [...bare.matchAll(/(?:^| )(--?[a-z][a-z-]*)/g)].map((match) => match[1] as string);
  return given.filter((option) => !known.includes(option) && option !== '--help');
}

function wrongIn(use: string): string[] {
  if (use === 'help' || use === 'lab') return [];
  const command = commandOf(use);
  return command === undefined ? [use] : unknownOptions(use, command).map((option) => `${use}: ${option}`);
}

describe('commands that pages name', () => {
  it.each(pages.map((page) => [page.path, page] as const))(
    '%s names only commands and options that exist',
    (_, page) => {
      expect(usesOf(page).flatMap(wrongIn)).toEqual([]);
    },
  );

  it('are found', () => {
    expect(pages.flatMap(usesOf).length).toBeGreaterThan(40);
    expect(['restart FILE', 'sync sonar --waits'].flatMap(wrongIn)).toEqual([
      'restart FILE',
      'sync sonar --waits: --waits',
    ]);
  });

  it('npm scripts that pages name exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
    for (const { path, text } of pages) {
      const named = [...text.matchAll(/npm run ([a-z]+)/g)].map((match) => match[1] as string);
      expect(
        named.filter((name) => !(name in scripts)),
        path,
      ).toEqual([]);
    }
  });
});

describe('docs/cli.md', () => {
  it('has a part for every command of the help', () => {
    const page = pages.find(({ path }) => path === 'docs/cli.md') as Page;
    const described = partsOf(page).filter((name) => name.startsWith('command '));
    expect(described.toSorted()).toEqual(commands.map(({ path }) => `command ${path}`).toSorted());
    expect(commands.length).toBeGreaterThan(15);
  });

  it.each([
    ['up', 'src/up.ts'],
    ['test', 'test/run.ts'],
  ])('knows the options of %s, which has no help text', async (path, file) => {
    const text = await readFile(join(root, file), 'utf8');
    const parsed = /parseArgs\(\{[\s\S]*?options: \{([\s\S]*?)\},\s*strict/.exec(text)?.[1] ?? '';
    const names = [...parsed.matchAll(/(\w+): \{ type:/g)].map((match) => `--${match[1]}`);
    const described = commands.find((command) => command.path === path)?.options ?? [];
    expect(described.map((option) => option.flags.split(' ')[0]).toSorted()).toEqual(names.toSorted());
  });
});
