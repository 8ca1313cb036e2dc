import { hasSqlDetails, loadModule, parse } from 'libpg-query';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { positionAt, positionOfByte } from './position.ts';
import { hasMoreWordsThan } from './words.ts';

/** A node of the parser's tree: a member per field, or one member with the name of its kind. */
export type Node = Record<string, unknown>;

/**
 * Parsing and walking takes time by the word, all in one piece in which nobody else is answered: a list of 5,000 keys has
 * 10,000 words, a text of 100,000 characters without any limit stands for a quarter of a second.
 */
const mostWords = 12_000;

/** Parses exactly one statement. Throws `sql_syntax`, and `sql_refused` for more than one. */
export async function parseOne(sql: string): Promise<Node> {
  if (sql.includes('\0')) throw new PlumblineError('sql_syntax', { message: 'The text contains a NUL character.' });
  if (hasMoreWordsThan(mostWords, sql)) {
    throw new PlumblineError('sql_refused', {
      message: `The statement has more than ${mostWords.toLocaleString('en')} words and signs.`,
    });
  }
  await loadModule();
  const { stmts = [] } = await parse(sql).catch((error: unknown) => {
    throw syntaxError(sql, error);
  });
  const [first, second] = stmts;
  if (first?.stmt === undefined) throw new PlumblineError('sql_syntax', { message: 'There is no statement.' });
  if (second !== undefined) {
    throw new PlumblineError('sql_refused', {
      message: 'Only one statement can be run at a time.',
      data: { position: positionOfByte(sql, second.stmt_location ?? 0) },
    });
  }
  return first.stmt as Node;
}

export function nestedTooDeeply(cause: unknown): PlumblineError {
  return new PlumblineError('sql_syntax', { message: 'The statement is nested too deeply.', cause });
}

function syntaxError(sql: string, error: unknown): PlumblineError {
  if (!hasSqlDetails(error) || error.sqlDetails === undefined) {
    return nestedTooDeeply(error);
  }
  const { message, cursorPosition } = error.sqlDetails;
  if (message.startsWith('memory exhausted')) return nestedTooDeeply(error);
  return new PlumblineError('sql_syntax', {
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    data: { position: positionAt(sql, Math.max(cursorPosition, 0)) },
  });
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): Node[] {
  return Array.isArray(value) ? (value as Node[]) : [];
}

export function stringOf(node: Node): string {
  return String((node.String as { sval?: string } | undefined)?.sval ?? '');
}
