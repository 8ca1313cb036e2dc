import { execFile } from 'node:child_process';
import { chmod, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { PlumblineError } from '../src/platform/errors/index.ts';

const run = promisify(execFile);

/** The system user a server runs as; undefined means our own. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

const labUser = 'plumbline-lab';

/** Servers such as Elasticsearch refuse root. As root: user `plumbline-lab`, made on first use, else `nobody`. */
export async function labAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await findAccount(labUser);
  if (existing !== undefined) return existing;
  await createUser();
  const account = (await findAccount(labUser)) ?? (await findAccount('nobody'));
  if (account !== undefined) return account;
  throw new PlumblineError('lab_start_failed', {
    message: `There is neither a user ${labUser} nor nobody on this machine, and the server refuses to run as root.`,
    remedy: `Create a system user named ${labUser}, or run the command as an ordinary user.`,
  });
}

async function findAccount(name: string): Promise<Account | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const fields = lines.map((line) => line.split(':')).find((entry) => entry[0] === name);
  return fields === undefined ? undefined : { name, uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function createUser(): Promise<void> {
  const shell = '/usr/sbin/nologin';
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', shell]],
    ['adduser', ['-S', '-D', '-H', '-h', '/nonexistent', '-s', shell]],
  ];
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  for (const [tool, options] of attempts) {
    const made = await run(tool, [...options, labUser], { env }).then(
      () => true,
      () => false,
    );
    // Tried in turn: which tool exists depends on the distribution; a read-only /etc refuses both.
    if (made) return;
  }
}

/**
 * Lets `account` pass through every directory down to `directory`. Directories at or below `ours` are opened; one
 * above it belongs to somebody else and is only reported (`lab_directory_closed`).
 */
export async function makeReachable(
  directory: string,
  { ours, account }: { ours: string; account: Account | undefined },
): Promise<void> {
  if (account === undefined) return;
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    const { mode, uid } = await stat(path);
    const open = (mode & 0o001) !== 0 || (uid === account.uid && (mode & 0o100) !== 0);
    if (open) continue;
    if (path !== ours && !path.startsWith(`${ours}/`)) {
      throw new PlumblineError('lab_directory_closed', {
        message: `${path} is closed to the user ${account.name}, as whom the lab server runs.`,
      });
    }
    await chmod(path, (mode & 0o777) | 0o011);
  }
}
