import { FindingState, type FindingSeverity, type FindingType } from '../contract.ts';

/**
 * Column `listed` holds what a finding is filtered and counted by as one number, so that the list reads an index alone:
 * by its impacts 4 bits of the level, 4 of the qualities, 3 of the class; the same by its type; 2 bits of the asset
 * type, and the state. The migration that made the column says the same in SQL.
 */

/** Levels by their numbers; 0 is any other, which is unrated. */
export const listedLevels: readonly (readonly [axis: string, rawLevel: string])[] = [
  ...['BLOCKER', 'HIGH', 'MEDIUM', 'LOW', 'INFO'].map((level) => ['impact', level] as const),
  ...['BLOCKER', 'CRITICAL', 'MAJOR', 'MINOR', 'INFO'].map((level) => ['standard', level] as const),
  ...['HIGH', 'MEDIUM', 'LOW'].map((level) => ['probability', level] as const),
];
const classes: readonly FindingType[] = ['unknown', 'vulnerability', 'bug', 'code_smell', 'hotspot'];
const assets = ['repository', 'iac_file'];
const states = FindingState.options;

/** Severity of each level by its number. */
export function severitiesByLevel(
  mapping: readonly { axis: string; rawLevel: string; severity: FindingSeverity }[],
): FindingSeverity[] {
  const of = (axis: string, rawLevel: string): FindingSeverity =>
    mapping.find((row) => row.axis === axis && row.rawLevel === rawLevel)?.severity ?? 'unrated';
  return ['unrated', ...listedLevels.map(([axis, rawLevel]) => of(axis, rawLevel))];
}

/** The reading of a finding in the lowest bits; `byImpacts` is an SQL condition. */
export function readingIn(byImpacts: string): string {
  if (byImpacts === 'true') return 'f.listed';
  if (byImpacts === 'false') return '(f.listed >> 11)';
  return `(case when ${byImpacts} then f.listed else f.listed >> 11 end)`;
}

const oneOf = (number: string, all: readonly string[], chosen: readonly (string | number)[]): string => {
  const mask = all.reduce((sum, value, index) => (chosen.includes(value) ? sum + 2 ** index : sum), 0);
  return `(1 << ${number}) & ${mask} <> 0`;
};

/** Conditions over a reading, each one comparison of numbers. */
export const hasLevel = (
  reading: string,
  severities: readonly FindingSeverity[],
  chosen: readonly (string | number)[],
) => oneOf(`(${reading} & 15)`, severities, chosen);
export const hasClass = (reading: string, chosen: readonly (string | number)[]) =>
  oneOf(`((${reading} >> 8) & 7)`, classes, chosen);
export const hasAsset = (chosen: readonly (string | number)[]) => oneOf('((f.listed >> 22) & 3)', assets, chosen);
export const hasState = (chosen: readonly (string | number)[]) => oneOf('(f.listed >> 24)', states, chosen);
/** In the words of the index that holds what is open and nothing else. */
export const isOpen = "(f.state = 'open' and f.deleted_at is null)";
export const qualitiesInReading = (reading: string): string => `((${reading} >> 4) & 15)`;

const wordOf = (words: readonly string[], number: string): string =>
  `(array[${words.map((word) => `'${word}'`).join(', ')}])[${number} + 1]`;

/** Words of a reading, as SQL. */
export const severityIn = (reading: string, severities: readonly FindingSeverity[]): string =>
  wordOf(severities, `(${reading} & 15)`);
export const typeIn = (reading: string): string => wordOf(classes, `((${reading} >> 8) & 7)`);
export const stateInListed = wordOf(states, '(f.listed >> 24)');

/** From the least to the worst; what the mapping does not know comes before. */
const ranks: readonly FindingSeverity[] = ['unrated', 'low', 'medium', 'high', 'critical'];
export function rankIn(reading: string, severities: readonly FindingSeverity[]): string {
  return `(array[${severities.map((name) => ranks.indexOf(name)).join(', ')}])[(${reading} & 15) + 1]`;
}

/** Everything of one reading as one number to group by. */
export const wordsIn = (reading: string): string => `((${reading} & 2047) | ((f.listed >> 22) << 11))`;

export interface Words {
  severity: FindingSeverity;
  qualities: number;
  type: FindingType;
  assetType: string;
  status: FindingState;
}

export function decodeWords(words: number, severities: readonly FindingSeverity[]): Words {
  return {
    severity: severities[words & 15] ?? 'unrated',
    qualities: (words >> 4) & 15,
    type: classes[(words >> 8) & 7] ?? 'unknown',
    assetType: assets[(words >> 11) & 3] ?? 'repository',
    status: states[words >> 13] ?? 'other',
  };
}
