import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenRules } from './broken-rules.ts';
import { locate, type LocatedRule } from './locate-rules.ts';
import { outcomeOf, type Outcome, type TestReport } from './rule-outcome.ts';
import { root } from './scope.ts';

const tree = join(root, 'dist/mutants/tree');

/** A copy that may be broken. Dependencies are the same. */
function copyTree(): void {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  for (const name of ['src', 'test', 'lab', 'bench', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, name), join(tree, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
}

/** Runs the tests of one file with one of the titles in the copy. Undefined: they did not even begin. */
async function runTests(test: string, titles: readonly string[]): Promise<TestReport | undefined> {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const kind = test.endsWith('.contract.test.ts') ? 'contract' : 'room';
  const pattern = titles.map((title) => title.split('%s').map(RegExp.escape).join('.*')).join('|');
  const args = ['run', '--project', kind, test, '-t', `(?:${pattern})$`, '--reporter=json', `--outputFile=${report}`];
  const child = spawn(process.execPath, [join(tree, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: tree,
    stdio: 'ignore',
  });
  await new Promise((resolve) => child.on('close', resolve));
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}

async function breakRule(rule: LocatedRule): Promise<Outcome> {
  const file = join(tree, rule.file);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    whole.replace(rule.text, () => rule.becomes),
  );
  try {
    return outcomeOf(await runTests(rule.test, [rule.noticedBy]));
  } finally {
    writeFileSync(file, whole);
  }
}

/** Files whose tests fail anyway, and so notice nothing. */
async function failingUnbroken(rules: readonly LocatedRule[]): Promise<Set<string>> {
  const failing = new Set<string>();
  for (const [test, own] of Map.groupBy(rules, (rule) => rule.test)) {
    const titles = new Set(own.map(({ noticedBy }) => noticedBy));
    if (outcomeOf(await runTests(test, [...titles])) !== 'unseen') failing.add(test);
  }
  return failing;
}

/**
 * Breaks each rule of the list whose name holds one of the words, in a copy of the tree, and expects its test to fail.
 * Returns the exit code.
 */
export async function breakRules(words: readonly string[]): Promise<number> {
  const rules = brokenRules
    .filter(({ rule }) => words.length === 0 || words.some((word) => rule.includes(word)))
    .map(locate);
  copyTree();
  const failing = await failingUnbroken(rules);
  for (const test of failing) process.stdout.write(`fails although nothing is broken: ${test}\n`);
  const outcomes: Outcome[] = [];
  for (const rule of rules) {
    const outcome = failing.has(rule.test) ? 'no_test' : await breakRule(rule);
    outcomes.push(outcome);
    process.stdout.write(`${outcome.padEnd(8)} ${rule.rule} (${rule.file}, ${rule.test})\n`);
  }
  rmSync(tree, { recursive: true, force: true });
  const seen = outcomes.filter((outcome) => outcome === 'seen').length;
  process.stdout.write(`${seen} of ${rules.length} broken rules seen\n`);
  return rules.length > 0 && seen === rules.length ? 0 : 1;
}
