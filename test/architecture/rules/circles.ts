import type { CodeBase } from '../code-base.ts';
import type { Rule } from './rule.ts';

/** Sets of files that reach themselves through their imports, types included (Tarjan's components). */
export function circlesOf(code: CodeBase): string[][] {
  const edges = new Map(code.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const circles: string[][] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.get(path) as number);
    open.push(path);
    isOpen.add(path);
    for (const next of edges.get(path) ?? []) {
      if (!edges.has(next)) continue;
      if (!order.has(next)) visit(next);
      else if (!isOpen.has(next)) continue;
      lowest.set(path, Math.min(lowest.get(path) as number, lowest.get(next) as number));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const circle = open.splice(open.lastIndexOf(path));
    for (const one of circle) isOpen.delete(one);
    if (circle.length > 1) circles.push(circle.toSorted());
  };
  for (const path of edges.keys()) if (!order.has(path)) visit(path);
  return circles;
}

export const circleRule: Rule = {
  name: 'no file reaches itself through what it imports',
  offenders: (code) => circlesOf(code).map((circle) => circle.join(' → ')),
};
