interface Owned {
  teams: readonly unknown[];
}

/** Of no team of a tree, of several, or of one. */
export const stateOf = ({ teams }: Owned): 'unowned' | 'shared' | 'owned' =>
  teams.length === 0 ? 'unowned' : teams.length === 1 ? 'owned' : 'shared';

/** Each counts in exactly one of the three. */
export function countStates(all: readonly Owned[]): { unowned: number; shared: number; owned: number } {
  const counts = { unowned: 0, shared: 0, owned: 0 };
  for (const one of all) counts[stateOf(one)]++;
  return counts;
}
