import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inclusionOf, type ScannedProject, scannerCommands } from './scanner.ts';

const project: ScannedProject = {
  url: 'https://sonar.example.com',
  key: 'PAY_ledger',
  name: 'Ledger',
  mainBranch: null,
  mono: false,
  prefix: '',
  limited: false,
  pullRequests: true,
};

/** What a shell makes of a command, word by word, with the variables that a pipeline has. */
function wordsOf(command: string): string[] {
  const script = `run() { for word in "$@"; do printf '%s\\n' "$word"; done; }\nrun ${command}`;
  const env = { PULL_REQUEST_ID: '17', SOURCE_BRANCH: 'feature/a b', SONAR_TOKEN: 's3cret', TARGET_BRANCH: 'main' };
  return execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).trim().split('\n');
}

describe('the command of a scanner', () => {
  it('names the project and the pull request, and no token', () => {
    const { maven, gradle, dotnet, cli } = scannerCommands(project);
    for (const command of [maven, gradle, cli]) {
      expect(wordsOf(command)).toEqual(
        expect.arrayContaining([
          '-Dsonar.projectKey=PAY_ledger',
          '-Dsonar.projectName=Ledger',
          '-Dsonar.host.url=https://sonar.example.com',
          '-Dsonar.pullrequest.key=17',
          '-Dsonar.pullrequest.branch=feature/a b',
          '-Dsonar.pullrequest.base=main',
        ]),
      );
      expect(command).toContain('-Dsonar.token="$SONAR_TOKEN"');
    }
    expect(dotnet.split('\n').slice(-2)).toEqual([
      'dotnet build',
      'dotnet sonarscanner end /d:sonar.token="$SONAR_TOKEN"',
    ]);
    const [begin = ''] = dotnet.split('\ndotnet build');
    expect(wordsOf(begin)).toEqual(
      expect.arrayContaining(['/k:PAY_ledger', '/n:Ledger', '/d:sonar.pullrequest.key=17', '/d:sonar.token=s3cret']),
    );
  });

  it('takes every name for itself, whatever a shell could read into it', () => {
    const name = `it's $HOME "x" \`id\` \\ !`;
    for (const command of Object.values(scannerCommands({ ...project, name }))) {
      const [first = ''] = command.split('\ndotnet build');
      expect(wordsOf(first).some((word) => word.endsWith(name))).toBe(true);
    }
    const odd = wordsOf(scannerCommands({ ...project, mainBranch: '$(id)"`' }).cli);
    expect(odd).toContain('-Dsonar.pullrequest.base=main');
  });

  it('has parameters of pull requests only where the server knows pull requests', () => {
    expect(scannerCommands({ ...project, pullRequests: false }).cli).not.toContain('pullrequest');
    expect(scannerCommands({ ...project, pullRequests: null }).cli).toContain('pullrequest');
  });

  it('limits a project of a mono repository to its folder, where the server does not', () => {
    const mono = { ...project, mono: true, prefix: 'services/a' };
    expect(wordsOf(scannerCommands(mono).cli)).toContain('-Dsonar.inclusions=services/a/**/*');
    expect(scannerCommands({ ...mono, limited: true }).cli).not.toContain('inclusions');
    expect(inclusionOf({ mono: true, prefix: '' })).toBeNull();
    expect(inclusionOf({ mono: false, prefix: 'a' })).toBeNull();
  });
});
