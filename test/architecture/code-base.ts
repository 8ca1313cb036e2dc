import { glob, readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Expression, parseSync, Visitor } from 'oxc-parser';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface Import {
  from: string;
  /** Path from the root for a file of ours, else the name of the package. */
  to: string;
  /** Gone at run time. */
  typeOnly: boolean;
}

/** What the rules look at: one file of ours that is not a test. */
export interface SourceFile {
  path: string;
  imports: readonly Import[];
  /** Texts in quotes: where SQL is. A file of SQL is one text. */
  literals: readonly string[];
  /** Names that are called or made and that the file takes from nowhere, e.g. `fetch`. */
  globalCalls: readonly string[];
  /** Every name that its code uses. */
  names: ReadonlySet<string>;
  /** Shapes made with zod that others may import. */
  schemas: readonly string[];
}

export type CodeBase = readonly SourceFile[];

const isTest = (path: string): boolean => path.includes('.test.');

/** Everything that ships or serves tests as a program: `src`, `lab`, `web`. */
export async function readCodeBase(): Promise<CodeBase> {
  const files: SourceFile[] = [];
  for await (const path of glob(['{src,lab,web}/**/*.{ts,tsx}', 'src/**/*.sql'], { cwd: root }))
    if (!isTest(path) && !path.includes('/migrations/'))
      files.push(parseFile(path, await readFile(resolve(root, path), 'utf8')));
  return files.toSorted((a, b) => a.path.localeCompare(b.path));
}

export function parseFile(path: string, code: string): SourceFile {
  if (path.endsWith('.sql'))
    return { path, imports: [], literals: [code], globalCalls: [], names: new Set(), schemas: [] };
  const { module, program } = parseSync(path, code);
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)) : specifier;
    imports.push({ from: path, to, typeOnly });
  };
  for (const { entries, moduleRequest } of module.staticImports)
    add(moduleRequest.value, entries.length > 0 && entries.every((name) => name.isType));
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, isType } of entries) if (moduleRequest !== null) add(moduleRequest.value, isType);
  const literals: string[] = [];
  const called = new Set<string>();
  const names = new Set<string>();
  const schemas: string[] = [];
  const declared = new Set(module.staticImports.flatMap(({ entries }) => entries.map((name) => name.localName.value)));
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, false);
    },
    TSImportType: ({ source }) => add(source.value, true),
    Identifier: ({ name }) => void names.add(name),
    TemplateElement: ({ value }) => void literals.push(value.raw),
    Literal: ({ value }) => {
      if (typeof value === 'string') literals.push(value);
    },
    CallExpression: ({ callee }) => {
      const name = calledName(callee);
      if (name !== undefined) called.add(name);
    },
    NewExpression: ({ callee }) => {
      const name = calledName(callee);
      if (name !== undefined) called.add(name);
    },
    FunctionDeclaration: ({ id }) => {
      if (id) declared.add(id.name);
    },
    VariableDeclarator: ({ id }) => {
      if (id.type === 'Identifier') declared.add(id.name);
    },
    ExportNamedDeclaration: ({ declaration }) => {
      if (declaration?.type !== 'VariableDeclaration') return;
      for (const { id, init } of declaration.declarations)
        if (id.type === 'Identifier' && isShape(init)) schemas.push(id.name);
    },
  }).visit(program);
  const globalCalls = [...called].filter((name) => !declared.has(name));
  return { path, imports, literals, globalCalls, names, schemas };
}

/** `z.object(…)` and what is made of it link by link. */
function isShape(init: Expression | null): boolean {
  let first = init;
  while (first?.type === 'CallExpression' || first?.type === 'MemberExpression')
    first = first.type === 'CallExpression' ? first.callee : first.object;
  return init?.type === 'CallExpression' && first?.type === 'Identifier' && first.name === 'z';
}

/** `fetch(…)` and `globalThis.fetch(…)` are the same call. */
function calledName(callee: Expression): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined;
  return callee.object.name === 'globalThis' && callee.property.type === 'Identifier'
    ? callee.property.name
    : undefined;
}

/** The code base with some files put in their place, as if somebody had written them. */
export function withFiles(code: CodeBase, files: readonly { path: string; content: string }[]): CodeBase {
  const written = files.map(({ path, content }) => parseFile(path, content));
  const paths = new Set(written.map(({ path }) => path));
  return [...code.filter(({ path }) => !paths.has(path)), ...written];
}
