import { PlumblineError } from '../../../platform/errors/index.ts';
import { allowedFunctions, allowedTypes } from './allowed-functions.ts';
import { callObjection, needsItsArguments, operatorObjection } from './bounded-calls.ts';
import { isNode, list, nestedTooDeeply, type Node, parseOne, stringOf } from './parse-sql.ts';
import { positionOfByte } from './position.ts';

/** What there is in the database that a text may, or must not, name. */
export interface Vocabulary {
  /** Tables of schema `data`. */
  relations: ReadonlySet<string>;
  /** Tables of schema `custom`, which are named with it. */
  custom: ReadonlySet<string>;
  /** Columns of schema `data`. */
  columns: ReadonlySet<string>;
  /** Functions that can be called with one argument: PostgreSQL calls them for `value.name`, too. */
  oneArgumentFunctions: ReadonlySet<string>;
}

interface Check {
  sql: string;
  vocabulary: Vocabulary;
}

/** Names of the common table expressions that are visible at this place. */
type Scope = ReadonlySet<string>;

/**
 * Accepts exactly one SELECT (or VALUES, TABLE) or EXPLAIN of one, over schema `data`, with allowed functions and types.
 * Throws `sql_syntax` or `sql_refused` with the position in `data.position`.
 */
export async function checkSql(sql: string, vocabulary: Vocabulary): Promise<void> {
  const statement = await parseOne(sql);
  try {
    checkStatement({ sql, vocabulary }, statement);
  } catch (error) {
    // The tree is walked by recursion; thousands of operators in a row are as deep as they are many.
    if (error instanceof RangeError) throw nestedTooDeeply(error);
    throw error;
  }
}

function checkStatement(check: Check, statement: Node): void {
  if (isNode(statement.SelectStmt)) return checkSelect(check, statement.SelectStmt, new Set());
  if (isNode(statement.ExplainStmt)) return checkExplain(check, statement.ExplainStmt);
  throw refused(check, statement, 'Only SELECT, or EXPLAIN of a SELECT, can be run here.');
}

const explainOptions = new Set(['analyze', 'verbose', 'costs', 'buffers', 'timing', 'summary', 'format']);

function checkExplain(check: Check, explain: Node): void {
  const query = explain.query as Node | undefined;
  if (query === undefined || !isNode(query.SelectStmt)) {
    throw refused(check, explain, 'EXPLAIN can be run of a SELECT only.');
  }
  for (const option of list(explain.options)) {
    const { defname } = option.DefElem as { defname?: string };
    if (defname === undefined || !explainOptions.has(defname)) {
      throw refused(check, option.DefElem as Node, `EXPLAIN option ${defname ?? ''} is not available here.`);
    }
  }
  checkSelect(check, query.SelectStmt, new Set());
}

function checkSelect(check: Check, select: Node, outer: Scope): void {
  if (select.intoClause !== undefined) throw refused(check, select, 'SELECT INTO would make a table: leave INTO out.');
  if (select.lockingClause !== undefined)
    throw refused(check, select, 'FOR UPDATE and FOR SHARE lock rows: leave it out.');
  const scope = isNode(select.withClause) ? checkWith(check, select.withClause, outer) : outer;
  for (const [field, value] of Object.entries(select)) {
    if (field === 'withClause') continue;
    // The two sides of UNION, INTERSECT and EXCEPT stand in the tree without the name of their kind.
    if ((field === 'larg' || field === 'rarg') && isNode(value)) checkSelect(check, value, scope);
    else checkValue(check, value, scope);
  }
}

/** In a plain WITH a name is visible to what follows it, in WITH RECURSIVE to all. */
function checkWith(check: Check, clause: Node, outer: Scope): Scope {
  const expressions = list(clause.ctes).map((entry) => entry.CommonTableExpr as Node);
  const scope = new Set(outer);
  if (clause.recursive === true) for (const expression of expressions) scope.add(cteName(check, expression));
  for (const expression of expressions) {
    const name = cteName(check, expression);
    const query = expression.ctequery as Node;
    if (!isNode(query.SelectStmt))
      throw refused(check, expression, `WITH ${name} changes data: only SELECT can be run here.`);
    for (const [field, value] of Object.entries(expression)) {
      if (field !== 'ctequery') checkValue(check, value, scope);
    }
    checkSelect(check, query.SelectStmt, scope);
    scope.add(name);
  }
  return scope;
}

function cteName(check: Check, expression: Node): string {
  const name = String(expression.ctename);
  // A name of the catalog could be visible at one place of the text and mean the catalog at another.
  if (name.startsWith('pg_')) throw refused(check, expression, `Choose another name than ${name}.`);
  return name;
}

function checkValue(check: Check, value: unknown, scope: Scope): void {
  if (Array.isArray(value)) {
    for (const element of value) checkValue(check, element, scope);
    return;
  }
  if (!isNode(value)) return;
  if (value.relname !== undefined && !('RangeVar' in value)) checkRelation(check, value, scope);
  if (value.names !== undefined && value.typemod !== undefined) checkType(check, value);
  for (const [key, inner] of Object.entries(value)) {
    // Kinds of nodes begin with a capital, members of a node do not.
    if (/^[A-Z]/.test(key)) checkNode(check, key, inner as Node, scope);
    else checkValue(check, inner, scope);
  }
}

/** Kinds of nodes that do nothing by themselves; whatever a newer parser knows more is refused. */
const plainNodes = new Set(
  `A_ArrayExpr A_Const A_Expr A_Indices A_Star Alias BitString BoolExpr Boolean BooleanTest CaseExpr CaseWhen CoalesceExpr
  CollateClause ColumnDef CTECycleClause CTESearchClause Float GroupingFunc GroupingSet Integer JoinExpr
  JsonAggConstructor JsonArgument JsonArrayAgg JsonArrayConstructor JsonArrayQueryConstructor JsonBehavior JsonFormat
  JsonFuncExpr JsonIsPredicate JsonKeyValue JsonObjectAgg JsonObjectConstructor JsonOutput JsonParseExpr JsonReturning
  JsonScalarExpr JsonSerializeExpr JsonTable JsonTableColumn JsonTablePathSpec JsonValueExpr List MinMaxExpr NamedArgExpr
  NullTest RangeFunction RangeSubselect RangeVar ResTarget RowExpr SortBy String SubLink TypeCast TypeName WindowDef`.split(
    /\s+/,
  ),
);

function checkNode(check: Check, kind: string, node: Node, scope: Scope): void {
  switch (kind) {
    case 'SelectStmt':
      return checkSelect(check, node, scope);
    case 'FuncCall':
      checkFunction(check, node);
      break;
    case 'ColumnRef':
      return checkFields(check, node, list(node.fields).slice(1));
    case 'A_Indirection':
      checkFields(check, node, list(node.indirection));
      break;
    case 'SQLValueFunction':
      if (!/^SVFOP_(CURRENT_DATE|(CURRENT|LOCAL)_?TIME(STAMP)?(_N)?)$/.test(String(node.op))) {
        throw refused(check, node, 'Names of users, databases and schemas are not available here.');
      }
      return;
    case 'ParamRef':
      throw refused(check, node, 'Parameters such as $1 cannot be used here: write the value.');
    default:
      if (!plainNodes.has(kind)) throw refused(check, node, `${kind} is not available here.`);
  }
  if (kind === 'A_Expr' || kind === 'SortBy' || kind === 'SubLink') checkOperator(check, node);
  if (kind === 'TypeCast' && isTypeName(node)) return checkValue(check, typeofArguments(node), scope);
  checkValue(check, node, scope);
}

function checkRelation(check: Check, relation: Node, scope: Scope): void {
  const { relname, schemaname, catalogname } = relation as {
    relname: string;
    schemaname?: string;
    catalogname?: string;
  };
  if (catalogname === undefined && schemaname === undefined && scope.has(relname)) return;
  if (catalogname === undefined && (schemaname ?? 'data') === 'data' && check.vocabulary.relations.has(relname)) return;
  if (catalogname === undefined && schemaname === 'custom' && check.vocabulary.custom.has(relname)) return;
  const name = [catalogname, schemaname, relname].filter((part) => part !== undefined).join('.');
  throw refused(
    check,
    relation,
    `There is no table ${name} in schema data${schemaname === 'custom' ? ' or custom' : ''}.`,
  );
}

function checkFunction(check: Check, call: Node): void {
  const names = list(call.funcname).map(stringOf);
  const name = names.at(-1) ?? '';
  const known = names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog');
  if (!known || !allowedFunctions.has(name)) {
    throw refused(check, call, `Function ${names.join('.')} is not available here.`);
  }
  // What it returns can be compared with any text, which PostgreSQL then looks up among the names of all types.
  if (name === 'pg_typeof') throw refused(check, call, 'Write pg_typeof(…)::text.');
  const objection = callObjection(name, list(call.args));
  if (objection !== undefined) throw refused(check, call, objection);
}

/** `pg_typeof(…)::text`. */
function isTypeName(cast: Node): boolean {
  const call = isNode(cast.arg) ? cast.arg.FuncCall : undefined;
  if (!isNode(call) || !isNode(cast.typeName)) return false;
  const called = list(call.funcname).map(stringOf);
  const type = list(cast.typeName.names).map(stringOf).at(-1);
  return (
    called.at(-1) === 'pg_typeof' && ['text', 'varchar'].includes(type ?? '') && cast.typeName.arrayBounds === undefined
  );
}

const typeofArguments = (cast: Node): unknown => ((cast.arg as Node).FuncCall as Node).args;

/** `value.name` is the function call `name(value)` to PostgreSQL when there is no such column. */
function checkFields(check: Check, node: Node, fields: Node[]): void {
  for (const field of fields) {
    if (!('String' in field)) continue;
    const name = stringOf(field);
    const { columns, oneArgumentFunctions } = check.vocabulary;
    const isOpen = allowedFunctions.has(name) && !needsItsArguments(name);
    const couldCall = oneArgumentFunctions.has(name) && !columns.has(name) && !isOpen;
    if (couldCall) throw refused(check, node, `Function ${name} is not available here.`);
  }
}

function checkOperator(check: Check, node: Node): void {
  const names = [...list(node.name), ...list(node.useOp), ...list(node.operName)].map(stringOf);
  if (names.length > 1 && names[0] !== 'pg_catalog') {
    throw refused(check, node, `Operator ${names.join('.')} is not available here.`);
  }
  // A comparison with a subquery's rows has its left side in testexpr and no right side that is written here.
  const [left, right] = 'subLinkType' in node ? [node.testexpr, undefined] : [node.lexpr, node.rexpr];
  const objection = operatorObjection(names.at(-1) ?? '', left, right);
  if (objection !== undefined) throw refused(check, node, objection);
}

function checkType(check: Check, type: Node): void {
  const names = list(type.names).map(stringOf);
  const known = names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog');
  if (!known || type.pct_type === true || type.setof === true || !allowedTypes.has(names.at(-1) ?? '')) {
    throw refused(check, type, `Type ${names.join('.')} is not available here.`);
  }
}

function refused(check: Check, node: Node, message: string): PlumblineError {
  const location = typeof node.location === 'number' && node.location >= 0 ? node.location : undefined;
  return new PlumblineError('sql_refused', {
    message,
    ...(location === undefined ? {} : { data: { position: positionOfByte(check.sql, location) } }),
  });
}
