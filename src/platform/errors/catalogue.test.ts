import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { catalogue, type ErrorCode, PlumblineError } from './index.ts';
import { renderErrorTable } from './render-error-table.ts';

const root = join(import.meta.dirname, '../../..');
const entries = Object.entries(catalogue);
const codes = entries.map(([code]) => code as ErrorCode);

describe('the catalogue', () => {
  it.each(entries)('%s says what happened and what to do, in sentences', (code, entry) => {
    expect(code).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    for (const sentence of [entry.title, entry.remedy]) {
      // A remedy may begin with the command itself.
      expect(sentence).toMatch(/^[A-Z`][^]*[.!]$/);
      expect(sentence).not.toMatch(/\s\s|TODO/);
      expect(sentence.length).toBeLessThan(240);
    }
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
  });

  it('has no code that nothing answers with', () => {
    const used = literalsOf(['src', 'lab']);
    expect(codes.filter((code) => !used.has(code))).toEqual([]);
  });

  it('has every family', () => {
    const families = readdirSync(join(import.meta.dirname, 'catalogue')).filter((name) => name !== 'entry.ts');
    const declared = families.flatMap((name) => propertiesOf(join(import.meta.dirname, 'catalogue', name)));
    expect(declared.toSorted()).toEqual(codes.toSorted());
    expect(new Set(declared).size).toBe(declared.length);
  });
});

describe('PlumblineError', () => {
  it('takes its words from the catalogue unless told better ones', () => {
    const plain = new PlumblineError('unreachable');
    expect(plain).toMatchObject({ message: catalogue.unreachable.title, remedy: catalogue.unreachable.remedy });
    expect([plain.status, plain.retryable]).toEqual([502, true]);
    const told = new PlumblineError('unreachable', {
      message: 'm',
      remedy: 'r',
      upstream: 'x'.repeat(400),
      data: { a: 1 },
    });
    expect(told).toMatchObject({ message: 'm', remedy: 'r', upstream: 'x'.repeat(300), data: { a: 1 } });
  });
});

it('renders a table that Markdown can show', () => {
  const table = renderErrorTable(['unreachable', 'tls_error']).split('\n');
  expect(table).toHaveLength(4);
  expect(table[2]).toContain('| `unreachable` | The address does not answer. |');
  expect(table.every((line) => line.startsWith('| ') && line.endsWith(' |'))).toBe(true);
});

/** Every string written in the program text of these folders, the catalogue and tests apart. */
function literalsOf(folders: readonly string[]): Set<string> {
  const found = new Set<string>();
  const files = folders.flatMap((folder) => programFiles(join(root, folder)));
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) {
    visit(parse(file), (node) => {
      const text = textOf(node);
      if (text === undefined) return;
      found.add(text);
      // SQL writes codes too.
      for (const [, word = ''] of text.matchAll(/'(\w+)'/g)) found.add(word);
    });
  }
  return found;
}

function textOf(node: Record<string, unknown>): string | undefined {
  if (node['type'] === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node['type'] === 'TemplateElement') return (node['value'] as { raw: string }).raw;
  return undefined;
}

function programFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.includes('catalogue/'))
    .map((name) => join(folder, name));
}

function propertiesOf(file: string): string[] {
  const names: string[] = [];
  visit(parse(file), (node) => {
    const init = node['type'] === 'VariableDeclarator' ? objectBehind(node['init']) : undefined;
    for (const property of init ?? []) names.push((property['key'] as { name: string }).name);
  });
  return names;
}

/** Properties of `{…} as const satisfies …`. */
function objectBehind(expression: unknown): Record<string, unknown>[] | undefined {
  if (!isNode(expression)) return undefined;
  if (expression['type'] === 'ObjectExpression') return expression['properties'] as Record<string, unknown>[];
  return objectBehind(expression['expression']);
}

function parse(file: string): unknown {
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'));
  expect(errors, file).toEqual([]);
  return program;
}

function visit(value: unknown, each: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const entry of value) visit(entry, each);
  if (!isNode(value)) return;
  each(value);
  for (const child of Object.values(value)) if (typeof child === 'object') visit(child, each);
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'type' in value;
}
