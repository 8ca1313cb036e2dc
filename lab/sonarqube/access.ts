import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { createToken, createUser, grantUser, revokeGroup } from './admin.ts';
import { type ApiAccess, isValid, post } from './web-api.ts';

/** The three kinds of token whose rights differ; see "What each token can read" of the connector's reference. */
export interface LabTokens {
  /** `squ_` of the administrator. */
  user: string;
  /** `sqa_`: global analysis token of the administrator. */
  scan: string;
  /** `squ_` of a user who only has Browse on public projects. */
  browse: string;
}

const browseLogin = 'plumbline-browse';

/**
 * Changes the vendor's first password into a random one kept in `admin.password` (0600). The new one is on disk
 * before the server gets it, so that a kill in between locks nobody out.
 */
export async function ensureAdminPassword(url: string, directory: string): Promise<ApiAccess> {
  const file = join(directory, 'admin.password');
  const upcoming = `${file}.new`;
  for (const candidate of [file, upcoming]) {
    const password = await readSecret(candidate);
    if (password === undefined) continue;
    const access = { url, credentials: `admin:${password}` };
    if (!(await isValid(access))) continue;
    if (candidate === upcoming) await rename(upcoming, file);
    return access;
  }
  const first = { url, credentials: 'admin:admin' };
  if (!(await isValid(first)))
    throw new PlumblineError('lab_access_lost', { message: `${file} does not open ${url}.` });
  // Newer servers want 12 characters with upper and lower case, a digit and another sign.
  const password = `Aa1-${randomBytes(18).toString('hex')}`;
  await writeSecret(upcoming, password);
  await post(first, 'api/users/change_password', { login: 'admin', previousPassword: 'admin', password });
  await rename(upcoming, file);
  return { url, credentials: `admin:${password}` };
}

/** The tokens of the files `{user,scan,browse}.token`; one that is missing or no longer accepted is made anew. */
export async function ensureTokens(admin: ApiAccess, directory: string): Promise<LabTokens> {
  await ensureBrowseUser(admin);
  const token = async (name: keyof LabTokens, make: () => Promise<string>): Promise<string> => {
    const file = join(directory, `${name}.token`);
    const kept = await readSecret(file);
    if (kept !== undefined && (await isValid({ url: admin.url, credentials: `${kept}:` }))) return kept;
    const made = await make();
    await writeSecret(file, made);
    return made;
  };
  return {
    user: await token('user', () => createToken(admin, { name: 'plumbline-lab-user' })),
    scan: await token('scan', () => createToken(admin, { name: 'plumbline-lab-scan', type: 'GLOBAL_ANALYSIS_TOKEN' })),
    browse: await token('browse', () => createToken(admin, { name: 'plumbline-lab-browse', login: browseLogin })),
  };
}

/** Every user is in `sonar-users`, which a new server lets analyse and create projects: Browse alone must remain. */
async function ensureBrowseUser(admin: ApiAccess): Promise<void> {
  await createUser(admin, { login: browseLogin, name: 'Browse only' });
  for (const permission of ['scan', 'provisioning'] as const) {
    await grantUser(admin, { login: 'admin', permission });
    await revokeGroup(admin, { groupName: 'sonar-users', permission });
  }
}

async function readSecret(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

async function writeSecret(file: string, secret: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, `${secret}\n`, { mode: 0o600 });
  await rename(unfinished, file);
}
