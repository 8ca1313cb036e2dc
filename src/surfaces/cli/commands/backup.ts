import { createHash } from 'node:crypto';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatDuration, type Terminal } from '../output.ts';
import { ApiFailure } from '../api-client.ts';
import { openPartFile } from '../part-file.ts';

/** The last frame: seven bytes of header and `{"sha256":"…"}`, the digest of everything before it. */
const endBytes = 7 + 77;

/** `plumbline backup FILE`: exit 0 when the file is complete and on disk under its name. */
export const backupCommand: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('backup <file>')
    .description('write a backup of everything to a file; the hub goes on meanwhile')
    .option('--json', 'print size and time as JSON', false)
    .action((file: string, options: { json: boolean }) =>
      run(async () => {
        const started = Date.now();
        const response = await api.open('POST', 'api/v1/backup');
        const bytes = await store(file, response, terminal);
        const milliseconds = Date.now() - started;
        terminal.out(
          options.json
            ? `${JSON.stringify({ file, bytes, milliseconds })}\n`
            : `${file}: ${megabytes(bytes)} in ${formatDuration(milliseconds)}\nKeep the key that opens its secrets (vault.keys) somewhere else.\n`,
        );
        return exitCodes.good;
      }),
    );
};

/** Written beside, with mode 600, and renamed when it is complete: a file of this name is never half a backup. */
async function store(file: string, response: Response, terminal: Terminal): Promise<number> {
  const part = await openPartFile(file).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(file, error);
  });
  try {
    const bytes = await receive(response, (chunk) => part.handle.writeFile(chunk), terminal);
    await part.finish();
    return bytes;
  } catch (error) {
    await part.drop();
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOSPC' || code === 'EIO' || code === 'EDQUOT' ? unwritable(file, error as Error) : error;
  }
}

async function receive(
  response: Response,
  write: (chunk: Uint8Array) => Promise<void>,
  terminal: Terminal,
): Promise<number> {
  const hash = createHash('sha256');
  let held = Buffer.alloc(0);
  let bytes = 0;
  let told = Date.now();
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      await write(chunk);
      bytes += chunk.length;
      const all = Buffer.concat([held, chunk]);
      const sure = Math.max(0, all.length - endBytes);
      hash.update(all.subarray(0, sure));
      held = all.subarray(sure);
      if (Date.now() - told < 1000) continue;
      told = Date.now();
      terminal.err(terminal.interactive ? `\r\u001b[K${megabytes(bytes)}` : `${megabytes(bytes)}\n`);
    }
  } catch (cause) {
    // Whatever our own disk says is not the hub's fault.
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw interrupted(cause);
  } finally {
    if (terminal.interactive) terminal.err('\r\u001b[K');
  }
  if (held.subarray(7).toString() !== JSON.stringify({ sha256: hash.digest('hex') })) throw interrupted(undefined);
  return bytes;
}

function interrupted(cause: unknown): ApiFailure {
  return new ApiFailure(0, {
    code: 'backup_interrupted',
    message: 'The hub stopped sending before the backup was complete.',
    remedy: 'Make it again; no file was written. The hub’s log says what stopped it.',
    upstream: cause instanceof Error ? cause.message : null,
  });
}

function unwritable(file: string, cause: Error): ApiFailure {
  return new ApiFailure(0, {
    code: 'backup_interrupted',
    message: `The file ${file} cannot be written.`,
    remedy: 'Name a file in a directory with enough space that this user may write to.',
    upstream: cause.message,
  });
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
