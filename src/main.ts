import { keepHeapLean } from './lean-heap.ts';
import { isPlumblineError } from './platform/errors/index.ts';
import { printable } from './domain/printable.ts';

/** It may take 200 MB in all, and holds no more than the pages and batches of two tasks. */
const satelliteYoungMb = 8;

/** Reads the command and loads only its surface, so that `plumbline runs` does not load a web server. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'up' && (rest.includes('--help') || rest.includes('-h'))) return main(['help', 'up']);
  switch (command) {
    case undefined:
    case 'up': {
      keepHeapLean();
      const { up } = await import('./up.ts');
      return up(rest, process.env);
    }
    case 'satellite': {
      keepHeapLean(satelliteYoungMb);
      const { satellite } = await import('./satellite.ts');
      return satellite(rest, process.env);
    }
    case 'restore': {
      if (rest.includes('--help') || rest.includes('-h')) return main(['help', 'restore']);
      const { restore } = await import('./restore.ts');
      return restore(rest, process.env);
    }
    case 'test': {
      const { runTests } = await import('../test/run.ts');
      return runTests(rest);
    }
    case 'mutants': {
      const { runMutants } = await import('../test/mutants/run.ts');
      return runMutants(rest);
    }
    case 'lab': {
      const io = { stdout: process.stdout, stderr: process.stderr, env: process.env };
      if (rest[0] === 'up' && rest[1] === 'sonarqube-simulator') {
        const { runSimulator } = await import('../lab/simulators/sonarqube/cli.ts');
        return runSimulator(rest.slice(2), io);
      }
      const { runLab } = await import('../lab/cli.ts');
      return runLab(rest, io);
    }
    default: {
      const { cli } = await import('./cli.ts');
      return cli(argv, process.env);
    }
  }
}

/** Nothing but another setting helps: a service manager need not start again. */
const faultsOfConfiguration: ReadonlySet<string> = new Set([
  'config_invalid',
  'satellite_file_invalid',
  'database_login_refused',
  'database_missing',
  'database_tls_failed',
]);

/** Tells a person what went wrong; returns the exit code. Throws what is a fault of ours. */
function explain(error: unknown): number {
  const usage = error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  if (usage) {
    process.stderr.write(`${error.message}\n  plumbline help lists the commands; docs/cli.md has every option.\n`);
    return 1;
  }
  if (!isPlumblineError(error)) throw error;
  process.stderr.write(printable(`${error.code}: ${error.message}\n`));
  if (error.upstream !== undefined) process.stderr.write(printable(`  the other side said: ${error.upstream}\n`));
  process.stderr.write(`  ${error.remedy}\n`);
  return faultsOfConfiguration.has(error.code) ? 78 : 1;
}

try {
  // An exit code, not exit(): what is still being written to a pipe gets out first.
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error);
}
