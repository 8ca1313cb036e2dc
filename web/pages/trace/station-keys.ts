import type { KeyboardEvent } from 'react';

interface Point {
  x: number;
  y: number;
}

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Arrows go to the next station in their direction, as it is drawn; Home and End to the first and the last. */
export function moveOnLine(event: KeyboardEvent<HTMLElement>): void {
  const { currentTarget, target, key } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const from = (target as HTMLElement).closest<HTMLElement>('[data-station]');
  const stations = [...currentTarget.querySelectorAll<HTMLElement>('[data-station]')];
  if (from === null || stations.length === 0) return;
  const to = key === 'Home' ? stations[0] : key === 'End' ? stations.at(-1) : nearest(from, stations, directions[key]);
  if (to === undefined) return;
  event.preventDefault();
  (to.querySelector<HTMLElement>('[data-station-link]') ?? to).focus();
}

function nearest(
  from: HTMLElement,
  stations: readonly HTMLElement[],
  direction: Point | undefined,
): HTMLElement | undefined {
  if (direction === undefined) return undefined;
  const at = cornerOf(from);
  return stations
    .filter((one) => one !== from)
    .map((one) => ({ one, cost: costOf(at, cornerOf(one), direction) }))
    .filter(({ cost }) => cost !== undefined)
    .toSorted((a, b) => (a.cost ?? 0) - (b.cost ?? 0))[0]?.one;
}

/** Stations of a column begin at the same left edge, those of a branch at the same top: corners are compared. */
function cornerOf(element: HTMLElement): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: left, y: top };
}

/** How far it is that way; undefined where it lies elsewhere. What lies aside is farther. */
export function costOf(from: Point, to: Point, direction: Point): number | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = dx * direction.x + dy * direction.y;
  const aside = Math.abs(dx * direction.y) + Math.abs(dy * direction.x);
  if (along < 8) return undefined;
  // Up and down stay in their column.
  if (direction.y !== 0 && aside > 60) return undefined;
  return along + 2 * aside;
}
