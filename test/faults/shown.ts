import type { Run } from '../../src/features/ingestion/contract.ts';
import { type FaultName, faults } from './table.ts';

const rows: string[] = [];

/** Notes how a row went, for the table at the end of the file's tests. */
export function noteShown(name: FaultName, { status, error, retries, httpRetries }: Run): void {
  const code = error?.code ?? 'no code';
  rows.push(
    `${faults[name].what.padEnd(100)} ${status.padEnd(8)} ${code.padEnd(24)} tasks tried again ${retries}, calls ${httpRetries}`,
  );
}

export function printShown(): void {
  process.stdout.write(`\n${rows.join('\n')}\n`);
}
