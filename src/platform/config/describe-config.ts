import { variables } from './variables.ts';

export interface VariableDescription {
  name: string;
  description: string;
  /** In words, where nothing is set. */
  standard: string;
  example: string;
  secret: boolean;
}

/** Every environment variable, for the documentation. */
export function describeConfig(): VariableDescription[] {
  return Object.values(variables).map(({ name, description, standard, example, secret }) => ({
    name,
    description,
    standard,
    example,
    secret,
  }));
}

/** Markdown table for docs/configuration.md. */
export function renderConfigTable(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = describeConfig().map(
    ({ name, description, standard, example }) =>
      `| \`${name}\` | ${cell(description)} | ${cell(standard)} | \`${cell(example)}\` |`,
  );
  return ['| variable | meaning | when not set | example |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
