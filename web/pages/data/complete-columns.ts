import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';

export type Tables = Readonly<Record<string, readonly string[]>>;

const shownTables = 2;

/** Every column once, with where it is; those of tables that the statement names first. */
export function columnOptions(statement: string, tables: Tables): Completion[] {
  const words = new Set(statement.toLowerCase().match(/\w+/g));
  const homes = new Map<string, string[]>();
  for (const [table, columns] of Object.entries(tables))
    for (const column of columns) homes.set(column, [...(homes.get(column) ?? []), table]);
  return [...homes].map(([label, all]) => {
    const named = all.filter((table) => words.has(table.toLowerCase()));
    const shown = named.length > 0 ? named : all;
    const more = shown.length - shownTables;
    const detail = shown.slice(0, shownTables).join(', ') + (more > 0 ? ` and ${more} more` : '');
    return { label, type: 'property', detail, boost: named.length > 0 ? 50 : -10 };
  });
}

const noPlace = /String|Comment|QuotedIdentifier/;

/** Columns wherever a name may stand. After `alias.` the language itself knows which columns there are. */
export const completeColumns =
  (tables: Tables) =>
  (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/\w+/);
    if (word === null && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (from > 0 && context.state.sliceDoc(from - 1, from) === '.') return null;
    if (noPlace.test(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
    return { from, options: columnOptions(context.state.doc.toString(), tables), validFor: /^\w*$/ };
  };
