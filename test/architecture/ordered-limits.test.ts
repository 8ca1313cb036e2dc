import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/**
 * Which rows a `limit` leaves over, the order says: without one it is the plan's choice, another one tomorrow. Where it
 * does not matter which, the statement says why: `limit 1 /` + `* any: there is one at most *` + `/`.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

interface Statement {
  where: string;
  text: string;
}

/** What stands in a text of SQL where the program puts something in. */
const hole = (code: string): string => (/order/i.test(code) ? ' order by 1 ' : ' $0 ');

function statementsIn(file: string): Statement[] {
  const code = readFileSync(join(root, file), 'utf8');
  if (file.endsWith('.sql')) return [{ where: file, text: code.replaceAll(/--[^\n]*/g, '') }];
  const found: Statement[] = [];
  const add = (start: number, text: string): void => {
    found.push({ where: `${file}:${code.slice(0, start).split('\n').length}`, text });
  };
  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') add(node.start, node.value);
    },
    TemplateLiteral({ start, quasis, expressions }) {
      const parts = quasis.map(({ value }, index) => {
        const put = expressions[index];
        return value.raw + (put === undefined ? '' : hole(code.slice(put.start, put.end)));
      });
      add(start, parts.join(''));
    },
  }).visit(parseSync(file, code).program);
  return found;
}

const token = /\(|\)|\border\s+by\b|\blimit\s+(?:\d+|\$\w+|all\b)(\s*\/\*\s*any: [^*]+\*\/)?/gi;

/** Limits of a text that leave over whatever the plan comes to first. */
export function unorderedLimits(text: string): string[] {
  if (!/\b(select|delete|update|with|table)\b/i.test(text) && !/^\s*limit\b/i.test(text)) return [];
  const found: string[] = [];
  // One entry for each parenthesis that is open: whether rows are in order there.
  const ordered = [false];
  for (const [word, any] of text.matchAll(token)) {
    if (word === '(') ordered.push(false);
    else if (word === ')' && ordered.length > 1) ordered.pop();
    else if (/^order/i.test(word)) ordered[ordered.length - 1] = true;
    else if (/^limit/i.test(word) && any === undefined && ordered.at(-1) !== true) found.push(word);
  }
  return found;
}

describe('a limit of rows', () => {
  it.each([
    ['select 1 from t limit 1', 1],
    ['select id from t order by id limit 1', 0],
    ['select id from (select id from t order by id) s limit $2', 1],
    ['delete from t where id in (select id from t limit 5)', 1],
    ['select row_number() over (order by id) from t limit 3', 1],
    ['select id from t where a = $1 limit 1 /* any: the key is unique */', 0],
    [`select id from t ${hole('orderOf(query)')} limit ${hole('size')}`, 0],
    ['A limit of words is none of rows: limit 5', 0],
  ])('%s: %i that no order decides', (text, count) => {
    expect(unorderedLimits(text)).toHaveLength(count);
  });

  it('says everywhere which rows, or why any', () => {
    const files = globSync('src/**/*.{ts,sql}', { cwd: root }).filter((file) => !file.includes('.test.'));
    expect(files.length).toBeGreaterThan(300);
    const statements = files.flatMap(statementsIn);
    expect(statements.filter(({ text }) => /\blimit\s+[\d$]/i.test(text)).length).toBeGreaterThan(60);
    expect(statements.flatMap(({ where, text }) => unorderedLimits(text).map((word) => `${where}: ${word}`))).toEqual(
      [],
    );
  });
});
