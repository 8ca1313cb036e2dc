import type { SchemaDescription, TableDescription } from '../contract.ts';

/** The schema as a Markdown document, for people and for programs that write SQL. */
export function schemaMarkdown(schema: SchemaDescription): string {
  const list = schema.tables.map((table) => `- [${table.name}](#${table.name}): ${line(table.comment)}`);
  return [
    '# Schema `data`',
    '',
    `As of ${schema.generatedAt}. Every table is read-only; names need no schema in front.`,
    '',
    ...list,
    '',
    ...schema.tables.flatMap(tableMarkdown),
  ].join('\n');
}

function tableMarkdown(table: TableDescription): string[] {
  const about = table.rows.estimated ? 'About ' : '';
  const count = `${about}${table.rows.count.toLocaleString('en')} ${table.rows.count === 1 ? 'row' : 'rows'}`;
  const facts = [
    count,
    ...(table.freshAt === null ? [] : [`newest ${table.freshAt}`]),
    ...(table.source === null ? [] : [`from \`${table.source}\``]),
  ];
  return [
    `## ${table.name}`,
    '',
    line(table.comment),
    '',
    `${facts.join(' · ')}.`,
    '',
    '| column | type | meaning | example | refers to | source |',
    '| --- | --- | --- | --- | --- | --- |',
    ...table.columns.map((column) =>
      row([
        `\`${column.name}\``,
        column.type,
        column.comment,
        column.example === null ? '' : `\`${column.example.replaceAll('`', '')}\``,
        column.foreignKey === null ? '' : `${column.foreignKey.table}.${column.foreignKey.column}`,
        column.source ?? '',
      ]),
    ),
    '',
    ...(table.referencedBy.length === 0
      ? []
      : [`Referred to by ${table.referencedBy.map(({ table: from, column }) => `${from}.${column}`).join(', ')}.`, '']),
  ];
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => line(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}

function line(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
