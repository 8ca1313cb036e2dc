import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root, type SourceFile } from '../code-base.ts';
import { roomOf, type Rule } from './rule.ts';
import { roomsBelow } from './rooms.ts';

/** Tables and views of the rooms, `schema.name`, as their migrations make them. */
const tables = new Set(
  globSync('src/features/*/migrations/*.sql', { cwd: root }).flatMap((file) =>
    [
      ...readFileSync(resolve(root, file), 'utf8').matchAll(/create (?:unlogged )?(?:table|view) ([a-z_]+\.[a-z_]+)/g),
    ].map((match) => match[1] as string),
  ),
);

/** The room that publishes each view of schema `shared`. */
const published = new Map(
  globSync('src/features/*/shared-views.sql', { cwd: root }).flatMap((file) =>
    [...readFileSync(resolve(root, file), 'utf8').matchAll(/create view shared\.([a-z_]+)/g)].map(
      (match) => [match[1] as string, roomOf(file) as string] as const,
    ),
  ),
);

const named = /\b([a-z_]+)\.([a-z_]+)\b/g;
const writing = /\b(?:insert into|update|delete from|truncate|lock table|merge into)\s+(?:only\s+)?shared\.[a-z_]+/g;

/** Rooms below a room, and below those. */
function allBelow(room: string): Set<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const next of roomsBelow[one] ?? []) if (!found.has(next)) visit(found.add(next) && next);
  };
  visit(room);
  return found;
}

function namesIn({ literals }: SourceFile): { schema: string; name: string }[] {
  return literals.flatMap((text) =>
    [...text.matchAll(named)].map((match) => ({ schema: match[1] as string, name: match[2] as string })),
  );
}

export const tableRules: readonly Rule[] = [
  {
    name: 'SQL names the tables of its own room only; what others may read is in schema shared',
    offenders: (code) =>
      code.flatMap((file) => {
        const own = roomOf(file.path)?.replaceAll('-', '_');
        return namesIn(file)
          .filter(({ schema, name }) => schema !== own && tables.has(`${schema}.${name}`))
          .map(({ schema, name }) => `${file.path} → ${schema}.${name}`);
      }),
  },
  {
    name: 'a room reads what it and rooms below it publish',
    offenders: (code) =>
      code.flatMap((file) => {
        const room = roomOf(file.path);
        if (room === undefined || file.path.endsWith('/shared-views.sql')) return [];
        const below = allBelow(room).add(room);
        return namesIn(file)
          .filter(({ schema, name }) => schema === 'shared' && !below.has(published.get(name) ?? ''))
          .map(({ name }) => `${file.path} → shared.${name}`);
      }),
  },
  {
    name: 'nobody writes through a view of another room',
    offenders: (code) =>
      code.flatMap(({ path, literals }) =>
        literals.flatMap((text) => [...text.matchAll(writing)].map(([statement]) => `${path} → ${statement}`)),
      ),
  },
];
