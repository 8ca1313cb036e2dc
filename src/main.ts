import { isPlumblineError } from './platform/errors/index.ts';

/** Reads the command and loads only its surface, so that `plumbline runs` does not load a web server. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'up' && (rest.includes('--help') || rest.includes('-h'))) return main(['help', 'up']);
  switch (command) {
    case undefined:
    case 'up': {
      const { up } = await import('./up.ts');
      return up(rest, process.env);
    }
    case 'test': {
      const { runTests } = await import('../test/run.ts');
      return runTests(rest);
    }
    case 'lab': {
      const { runLab } = await import('../lab/cli.ts');
      return runLab(rest, { stdout: process.stdout, stderr: process.stderr, env: process.env });
    }
    default: {
      const { cli } = await import('./cli.ts');
      return cli(argv, process.env);
    }
  }
}

/** What \`parseArgs\` says about options it does not know. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}

try {
  // An exit code, not exit(): what is still being written to a pipe gets out first.
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (isUsageError(error)) {
    process.stderr.write(`${error.message}\n  plumbline help lists the commands; docs/cli.md has every option.\n`);
    process.exit(1);
  }
  if (!isPlumblineError(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  if (error.upstream !== undefined) process.stderr.write(`  the other side said: ${error.upstream}\n`);
  process.stderr.write(`  ${error.remedy}\n`);
  process.exitCode = error.code === 'config_invalid' ? 78 : 1;
}
