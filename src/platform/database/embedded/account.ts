import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The system user a child process runs as; undefined means our own. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

export const serviceUser = 'plumbline';

/**
 * PostgreSQL refuses to run as root and wants a user with a passwd entry. As root: user `plumbline`, made when
 * `create`, else `nobody`. As anybody else: undefined.
 */
export async function serverAccount(create: boolean): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await findAccount(serviceUser);
  if (existing !== undefined) return existing;
  if (create && (await createUser())) {
    const created = await findAccount(serviceUser);
    if (created !== undefined) return created;
  }
  const nobody = await findAccount('nobody');
  if (nobody === undefined) throw new Error(`there is neither a user ${serviceUser} nor nobody on this machine`);
  return nobody;
}

/** The user with this id; PostgreSQL does not start for one without a passwd entry. */
export async function accountOf(uid: number): Promise<Account> {
  const account = (await readAccounts()).find((entry) => entry.uid === uid);
  if (account === undefined) throw new Error(`no user of this machine has the id ${uid}`);
  return account;
}

async function findAccount(name: string): Promise<Account | undefined> {
  return (await readAccounts()).find((entry) => entry.name === name);
}

async function readAccounts(): Promise<Account[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const fields = lines.map((line) => line.split(':')).filter((entry) => entry.length > 3);
  return fields.map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** False where the tool is absent or refuses (a read-only /etc, a minimal container). */
async function createUser(): Promise<boolean> {
  const shell = '/usr/sbin/nologin';
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', shell]],
    ['adduser', ['-S', '-D', '-H', '-h', '/nonexistent', '-s', shell]],
  ];
  for (const [tool, options] of attempts) {
    try {
      const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
      await run(tool, [...options, serviceUser], { env: { PATH: path } });
      return true;
    } catch {
      // Tried in turn: which tool exists depends on the distribution.
    }
  }
  return false;
}
