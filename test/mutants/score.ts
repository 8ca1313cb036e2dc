import { relative } from 'node:path';
import type { Stryker } from '@stryker-mutator/core';
import { root } from './scope.ts';

export type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

export interface Counts {
  /** A test failed, or never ended. */
  seen: number;
  unseen: number;
  /** Set apart with a reason in the code: they change nothing that can be seen. */
  equivalent: number;
}

const isSeen = ({ status }: MutantResult): boolean => status === 'Killed' || status === 'Timeout';
const isUnseen = ({ status }: MutantResult): boolean => status === 'Survived' || status === 'NoCoverage';

/** What could not be run at all (it does not compile) says nothing. */
export function countsOf(results: readonly MutantResult[]): Counts {
  return {
    seen: results.filter(isSeen).length,
    unseen: results.filter(isUnseen).length,
    equivalent: results.filter(({ status }) => status === 'Ignored').length,
  };
}

export function survivorsOf(results: readonly MutantResult[]): { file: string; text: string }[] {
  return results.filter(isUnseen).map(({ fileName, location, mutatorName, replacement, status }) => {
    const file = fileName.startsWith(root) ? relative(root, fileName) : fileName;
    const { start, end } = location;
    const untouched = status === 'NoCoverage' ? ' (no test comes here)' : '';
    const to = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
    return {
      file,
      text: `${file}:${start.line}:${start.column}-${end.line}:${end.column} ${mutatorName} → ${to}${untouched}`,
    };
  });
}

const scoreOf = ({ seen, unseen }: Counts): number => (seen + unseen === 0 ? 100 : (100 * seen) / (seen + unseen));

/** Returns the score of all. */
export function printTable(parts: ReadonlyMap<string, Counts>): number {
  const all: Counts = { seen: 0, unseen: 0, equivalent: 0 };
  for (const counts of parts.values())
    for (const key of ['seen', 'unseen', 'equivalent'] as const) all[key] += counts[key];
  process.stdout.write(`\n${'folder'.padEnd(34)}   score   seen unseen equivalent\n`);
  for (const [part, counts] of [...parts, ['all', all] as const]) {
    const score = `${scoreOf(counts).toFixed(1)} %`.padStart(7);
    const [seen, unseen, equivalent] = [counts.seen, counts.unseen, counts.equivalent].map(String) as [
      string,
      string,
      string,
    ];
    process.stdout.write(
      `${part.padEnd(34)} ${score} ${seen.padStart(6)} ${unseen.padStart(6)} ${equivalent.padStart(10)}\n`,
    );
  }
  return scoreOf(all);
}
