import { isPlumblineError } from './platform/errors/index.ts';

/** Reads the command and loads only its surface, so that `plumbline runs` does not load a web server. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
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

try {
  // An exit code, not exit(): what is still being written to a pipe gets out first.
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isPlumblineError(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  if (error.upstream !== undefined) process.stderr.write(`  the other side said: ${error.upstream}\n`);
  process.stderr.write(`  ${error.remedy}\n`);
  process.exitCode = error.code === 'config_invalid' ? 78 : 1;
}
