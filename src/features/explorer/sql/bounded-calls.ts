import { isNode, list, type Node, stringOf } from './parse-sql.ts';

/*
 * PostgreSQL looks for a request to cancel between rows, not within a function. Those named here compare every character
 * of one text with every character of another, or make a text as long as a number says: with long arguments one call
 * goes on for hours, whatever timeout, cancellation or revocation says, or takes all memory. So what multiplies their
 * work must stand in the text of the statement, and be short.
 */

const longestText = 200;
const largestCount = 1_000;

type Argument = 'any' | 'text' | 'count';

/** By the place of each argument; a call with more has the last rule for the rest. */
const bounded: Record<string, readonly Argument[]> = {
  translate: ['any', 'text', 'text'],
  btrim: ['any', 'text'],
  ltrim: ['any', 'text'],
  rtrim: ['any', 'text'],
  strpos: ['any', 'text'],
  position: ['any', 'text'],
  replace: ['any', 'text', 'text'],
  split_part: ['any', 'text', 'any'],
  string_to_array: ['any', 'text', 'text'],
  string_to_table: ['any', 'text', 'text'],
  normalize: ['text'],
  is_normalized: ['text'],
  repeat: ['text', 'count'],
  lpad: ['any', 'count', 'text'],
  rpad: ['any', 'count', 'text'],
  like_escape: ['text'],
  similar_escape: ['text'],
  similar_to_escape: ['text'],
  regexp_replace: ['any', 'text', 'text'],
};

/** PostgreSQL also calls `value.name`, where no argument would be looked at. */
export function needsItsArguments(name: string): boolean {
  return name === 'pg_typeof' || Object.hasOwn(bounded, name);
}

/** What is wrong with a call of an allowed function; undefined when nothing is. */
export function callObjection(name: string, args: readonly Node[]): string | undefined {
  const rules = Object.hasOwn(bounded, name) ? bounded[name] : undefined;
  if (rules === undefined) return undefined;
  for (const [place, argument] of args.entries()) {
    const rule = rules[Math.min(place, rules.length - 1)];
    if (rule === 'text' && !isShortText(argument))
      return `Argument ${place + 1} of ${name} must be a text of at most ${longestText} characters written here: PostgreSQL could not be interrupted in it otherwise.`;
    if (rule === 'count' && !isSmallCount(argument))
      return `Argument ${place + 1} of ${name} must be a number up to ${largestCount} written here, or least(…, ${largestCount}).`;
  }
  return undefined;
}

const likeOperators = new Set(['~~', '~~*', '!~~', '!~~*']);
/** Each element of one side is compared with each of the other. */
const containment = new Set(['@>', '<@', '&&', '?|', '?&']);

/** What is wrong with an operator's sides; undefined when nothing is. */
export function operatorObjection(name: string, left: unknown, right: unknown): string | undefined {
  if (likeOperators.has(name) && !isShortText(right))
    return `The pattern of LIKE must be a text of at most ${longestText} characters written here; for others use starts_with or a regular expression.`;
  if (containment.has(name) && !isShortText(left) && !isShortText(right))
    return `One side of ${name} must be written here, with at most ${longestText} elements.`;
  return undefined;
}

/** A literal, a cast of one, NULL, a call of like_escape of literals, or a list of these. */
function isShortText(value: unknown): boolean {
  if (!isNode(value)) return false;
  if (isNode(value.A_Const)) return textOf(value.A_Const).length <= longestText;
  if (isNode(value.TypeCast)) return isShortText(value.TypeCast.arg);
  if (isNode(value.A_ArrayExpr)) return areShort(list(value.A_ArrayExpr.elements));
  if (isNode(value.List)) return areShort(list(value.List.items));
  if (!isNode(value.FuncCall)) return false;
  const name = list(value.FuncCall.funcname).map(stringOf).at(-1);
  return ['like_escape', 'similar_to_escape'].includes(name ?? '') && areShort(list(value.FuncCall.args));
}

const areShort = (values: readonly Node[]): boolean => values.length <= longestText && values.every(isShortText);

function textOf(constant: Node): string {
  const { sval } = constant as { sval?: { sval?: string } };
  const { fval } = constant as { fval?: { fval?: string } };
  const { bsval } = constant as { bsval?: { bsval?: string } };
  return sval?.sval ?? fval?.fval ?? bsval?.bsval ?? '';
}

function isSmallCount(value: Node): boolean {
  if (isNode(value.A_Const)) {
    const { ival } = value.A_Const as { ival?: { ival?: number } };
    return ival !== undefined && Math.abs(ival.ival ?? 0) <= largestCount;
  }
  const least = value.MinMaxExpr;
  return isNode(least) && least.op === 'IS_LEAST' && list(least.args).some(isSmallCount);
}
