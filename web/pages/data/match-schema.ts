import type { TableDescription } from '../../../src/features/explorer/contract.ts';

/** Tables with every word of the text in their name, comment or a column; a table found by its columns keeps only those. */
export function matchSchema(tables: readonly TableDescription[], text: string): TableDescription[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [...tables];
  const has = (value: string): boolean => words.every((word) => value.toLowerCase().includes(word));
  return tables.flatMap((table) => {
    if (has(`${table.name} ${table.comment}`)) return [table];
    const columns = table.columns.filter((column) => has(`${table.name} ${column.name} ${column.comment}`));
    return columns.length === 0 ? [] : [{ ...table, columns }];
  });
}
