import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from 'node:fs/promises';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Rooms each room may import through their `index.ts`, as in section 4 of the design; every room may import `access`. */
const roomsBelow: Record<string, readonly string[]> = {
  access: [],
  integrations: ['access'],
  inbox: ['access', 'integrations'],
  ingestion: ['access', 'integrations', 'inbox'],
  'code-quality': ['access', 'ingestion'],
  images: ['access', 'integrations', 'ingestion', 'inbox'],
  policy: ['access', 'code-quality', 'images'],
  insights: ['access', 'code-quality'],
  explorer: ['access'],
  operations: ['access', 'integrations', 'ingestion', 'code-quality', 'insights', 'explorer'],
};

/** The socket interfaces of a room below are types; the room that fills them may import their file directly. */
const sockets = [
  'src/features/inbox/handler.ts',
  'src/features/ingestion/sink.ts',
  'src/features/integrations/owner.ts',
];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

async function readImports(): Promise<{ files: string[]; imports: Import[] }> {
  const files: string[] = [];
  const imports: Import[] = [];
  for await (const file of glob('{src,lab,web}/**/*.{ts,tsx}', { cwd: root })) {
    files.push(file);
    const code = await readFile(resolve(root, file), 'utf8');
    const { module } = parseSync(file, code);
    for (const entry of module.staticImports) {
      const typeOnly = entry.entries.length > 0 && entry.entries.every((name) => name.isType);
      imports.push(importOf(file, entry.moduleRequest.value, typeOnly));
    }
    for (const entry of module.staticExports) {
      for (const name of entry.entries) {
        if (name.moduleRequest !== null) imports.push(importOf(file, name.moduleRequest.value, name.isType));
      }
    }
    for (const entry of module.dynamicImports) {
      const text = code.slice(entry.moduleRequest.start, entry.moduleRequest.end);
      const literal = /^['"](.+)['"]$/.exec(text);
      if (literal !== null) imports.push(importOf(file, literal[1] as string, false));
    }
  }
  return { files, imports };
}

function importOf(from: string, specifier: string, typeOnly: boolean): Import {
  const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(from), specifier)) : specifier;
  return { from, to, typeOnly };
}

const { files, imports } = await readImports();
const isTest = (file: string): boolean => file.includes('.test.') || file.startsWith('test/');
const own = imports.filter((entry) => !isTest(entry.from));
const offenders = (rule: (entry: Import) => boolean): string[] =>
  own.filter(rule).map((entry) => `${entry.from} → ${entry.to}`);
const internal = (entry: Import): boolean => /^(src|lab|web|test|bench)\//.test(entry.to);
const roomOf = (file: string): string | undefined => /^src\/features\/([^/]+)\//.exec(file)?.[1];

describe('imports', () => {
  it('sees the whole code base', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(own.length).toBeGreaterThan(500);
  });

  it('domain imports domain only', () => {
    expect(
      offenders(
        (entry) => entry.from.startsWith('src/domain/') && internal(entry) && !entry.to.startsWith('src/domain/'),
      ),
    ).toEqual([]);
  });

  it('platform imports platform and domain only', () => {
    expect(
      offenders(
        (entry) =>
          entry.from.startsWith('src/platform/') && internal(entry) && !/^src\/(platform|domain)\//.test(entry.to),
      ),
    ).toEqual([]);
  });

  it('connectors import the contract, domain, outbound and errors, never another connector or the database', () => {
    const allowed =
      /^src\/(domain\/|platform\/outbound\/|platform\/errors\/|platform\/telemetry\/log\.ts|connectors\/contract\.ts)/;
    expect(
      offenders((entry) => {
        // The explicit list of connectors is the one place that names each of them.
        if (!entry.from.startsWith('src/connectors/') || entry.from === 'src/connectors/index.ts' || !internal(entry))
          return false;
        const kind = /^src\/connectors\/([^/]+)\//.exec(entry.from)?.[1];
        return !allowed.test(entry.to) && !(kind !== undefined && entry.to.startsWith(`src/connectors/${kind}/`));
      }),
    ).toEqual([]);
  });

  it('rooms import the rooms below them, through their door', () => {
    expect(
      offenders((entry) => {
        const room = roomOf(entry.from);
        const target = roomOf(entry.to);
        if (room === undefined || target === undefined || room === target) return false;
        if (sockets.includes(entry.to) && entry.typeOnly) return false;
        const throughDoor = /^src\/features\/[^/]+\/(index|contract)\.ts$/.test(entry.to);
        return !throughDoor || !(roomsBelow[room] ?? []).includes(target);
      }),
    ).toEqual([]);
  });

  it('rooms know connectors by contract and records only', () => {
    expect(
      offenders(
        (entry) =>
          entry.from.startsWith('src/features/') &&
          entry.to.startsWith('src/connectors/') &&
          entry.to !== 'src/connectors/contract.ts' &&
          !/^src\/connectors\/[^/]+\/records\.ts$/.test(entry.to),
      ),
    ).toEqual([]);
  });

  it('rooms and everything below never import a surface', () => {
    expect(
      offenders(
        (entry) =>
          /^src\/(features|platform|domain|connectors)\//.test(entry.from) && entry.to.startsWith('src/surfaces/'),
      ),
    ).toEqual([]);
  });

  it('the command line knows the hub by its contracts only', () => {
    const allowed = /^src\/(domain\/|surfaces\/cli\/|platform\/errors\/|features\/[^/]+\/contract\.ts$)/;
    expect(
      offenders((entry) => entry.from.startsWith('src/surfaces/cli/') && internal(entry) && !allowed.test(entry.to)),
    ).toEqual([]);
    expect(
      offenders(
        (entry) =>
          entry.from.startsWith('src/surfaces/cli/') && entry.to.startsWith('src/features/') && !entry.typeOnly,
      ),
    ).toEqual([]);
  });

  it('the web application knows domain at run time and contracts as types', () => {
    expect(
      offenders((entry) => {
        if (!entry.from.startsWith('web/') || !internal(entry) || entry.to.startsWith('web/')) return false;
        if (entry.to.startsWith('src/domain/')) return false;
        return !(entry.typeOnly && /^src\/features\/[^/]+\/contract\.ts$/.test(entry.to));
      }),
    ).toEqual([]);
  });

  it('the lab and the connectors know nothing of each other', () => {
    expect(offenders((entry) => entry.from.startsWith('lab/') && entry.to.startsWith('src/connectors/'))).toEqual([]);
    expect(
      offenders(
        (entry) => entry.from.startsWith('src/') && entry.from !== 'src/main.ts' && entry.to.startsWith('lab/'),
      ),
    ).toEqual([]);
  });
});
