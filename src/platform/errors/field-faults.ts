import { z } from 'zod';

/** A field of a request that is at fault. Names and values that somebody sent are not repeated: one could be a secret. */
export interface FieldFault {
  /** Names that the shape declares, and places in lists; a name of the sender's own is an ellipsis. */
  path: string;
  message: string;
  /** The shape has it and the request has not. */
  missing?: true;
  /** Of a field that is not known: what could have been meant. */
  known?: string[];
}

const mostFaults = 20;
const mostNames = 30;

export function fieldFaults(shape: z.ZodType, error: z.ZodError, value: unknown): FieldFault[] {
  return error.issues.slice(0, mostFaults).map((issue) => {
    const { path, shapes } = walk(shape, issue.path);
    if (issue.code === 'unrecognized_keys') {
      const known = [...new Set(shapes.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))];
      return { path, message: 'has a field that is not known', known: known.slice(0, mostNames) };
    }
    const missing = valueAt(value, issue.path) === undefined ? { missing: true as const } : {};
    return { path, message: issue.message.slice(0, 300), ...missing };
  });
}

/** A path as far as the shape declares it. */
export function knownPath(shape: z.ZodType, path: readonly PropertyKey[]): string {
  return walk(shape, path).path;
}

/** `url: is missing; body: has a field that is not known (known: url, name)`. */
export function faultSentence(faults: readonly FieldFault[], root: string): string {
  const sentences = faults.slice(0, 10).map(({ path, message, known }) => {
    const names = known === undefined || known.length === 0 ? '' : ` (known: ${known.join(', ')})`;
    return `${path === '' ? root : path}: ${message}${names}`;
  });
  return sentences.join('; ');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** Follows a path through the shape. A shape of several forms is followed through all that fit. */
function walk(shape: z.ZodType, path: readonly PropertyKey[]): { path: string; shapes: readonly z.core.$ZodType[] } {
  let shapes = plain(shape);
  const names: string[] = [];
  for (const key of path) {
    const next = shapes.flatMap((one) => below(one, key));
    const declared = next.some(({ named }) => named) || isPlace(key, shapes);
    names.push(declared ? String(key) : '…');
    shapes = next.flatMap(({ shape: inner }) => plain(inner));
  }
  return { path: names.join('.'), shapes };
}

const isPlace = (key: PropertyKey, shapes: readonly z.core.$ZodType[]): boolean =>
  /^\d{1,6}$/.test(String(key)) && shapes.some((shape) => shape instanceof z.ZodArray);

interface Below {
  shape: z.core.$ZodType;
  /** The shape itself says this name. */
  named: boolean;
}

function below(shape: z.core.$ZodType, key: PropertyKey): Below[] {
  if (shape instanceof z.ZodObject) {
    const field = Object.hasOwn(shape.shape, key) ? (shape.shape as Record<PropertyKey, z.ZodType>)[key] : undefined;
    return field === undefined ? [] : [{ shape: field, named: true }];
  }
  if (shape instanceof z.ZodArray) return [{ shape: shape.element, named: false }];
  if (shape instanceof z.ZodRecord) return [{ shape: shape.valueType, named: false }];
  return [];
}

/** What is inside optional, defaulted and transformed shapes, and all forms of a union. */
function plain(shape: z.core.$ZodType): z.core.$ZodType[] {
  if (shape instanceof z.ZodUnion) return shape.options.flatMap(plain);
  if (shape instanceof z.ZodIntersection) return [...plain(shape.def.left), ...plain(shape.def.right)];
  if (shape instanceof z.ZodPipe) return plain(shape.def.in);
  if (shape instanceof z.ZodLazy) return plain(shape.def.getter());
  const wraps =
    shape instanceof z.ZodOptional ||
    shape instanceof z.ZodNullable ||
    shape instanceof z.ZodDefault ||
    shape instanceof z.ZodPrefault ||
    shape instanceof z.ZodReadonly ||
    shape instanceof z.ZodCatch;
  return wraps ? plain(shape.def.innerType) : [shape];
}
