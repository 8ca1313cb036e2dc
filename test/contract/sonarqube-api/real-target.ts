import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileName } from '../../../lab/simulators/sonarqube/index.ts';
import { profile } from '../../../lab/simulators/sonarqube/profiles.ts';
import type { Target } from './target.ts';

/** Where a real server of a version is: set by the test runner, or by hand. */
export interface RealServer {
  url: string;
  /** Folder with `user.token`, `scan.token` and `browse.token`, as `plumbline lab up sonarqube` leaves it. */
  tokens: string;
}

/** `SONARQUBE_URL_26_9` and `SONARQUBE_TOKENS_26_9`, or a sentence that says what is missing. */
export function realServer(version: ProfileName): RealServer | string {
  const suffix = version.replace('.', '_');
  const url = process.env[`SONARQUBE_URL_${suffix}`];
  const tokens = process.env[`SONARQUBE_TOKENS_${suffix}`];
  if (url && tokens) return { url: url.replace(/\/$/, ''), tokens };
  return `no real SonarQube ${version}: SONARQUBE_URL_${suffix} and SONARQUBE_TOKENS_${suffix} are not set`;
}

interface Own {
  url: string;
  authorization: string;
}

async function call(own: Own, path: string, form?: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(`${own.url}/${path}`, {
    headers: { authorization: own.authorization },
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** Picks the suite's projects from what the lab fed, makes an empty one and a project token, and removes both at the end. */
export async function realTarget(version: ProfileName, server: RealServer): Promise<Target> {
  const token = async (name: string): Promise<string> => (await readFile(join(server.tokens, name), 'utf8')).trim();
  const admin = await token('user.token');
  const own: Own = { url: server.url, authorization: `Basic ${Buffer.from(`${admin}:`).toString('base64')}` };
  const { large, small } = await pickProjects(own);
  const empty = `contract-empty-${process.pid}`;
  await call(own, 'api/projects/create', { project: empty, name: 'Contract tests, never analysed' });
  const name = `contract ${process.pid}`;
  const made = await call(own, 'api/user_tokens/generate', { name, type: 'PROJECT_ANALYSIS_TOKEN', projectKey: small });
  const login = `contract-${process.pid}`;
  const password = `Contract-${process.pid}-tests!`;
  await call(own, 'api/users/create', { login, name: 'Contract tests', password });
  for (const permission of ['admin', 'scan']) await call(own, 'api/permissions/add_user', { login, permission });
  const blind = await call(own, 'api/user_tokens/generate', { name, login });
  return {
    name: `SonarQube ${version}`,
    url: server.url,
    profile: profile(version),
    tokens: {
      admin,
      browse: await token('browse.token'),
      analysis: await token('scan.token'),
      project: String(made['token']),
      blind: String(blind['token']),
    },
    hidden: 'lab-vault',
    large,
    small,
    empty,
    stop: async () => {
      await call(own, 'api/user_tokens/revoke', { name });
      await call(own, 'api/users/deactivate', { login });
      await call(own, 'api/projects/delete', { project: empty });
    },
  };
}

/** The largest project that one window can hold and that has closed issues, and the largest that it cannot. */
async function pickProjects(own: Own): Promise<{ large: string; small: string }> {
  const page = await call(own, 'api/projects/search?ps=500');
  const all = (page['components'] as { key: string; visibility: string; lastAnalysisDate?: string }[]).filter(
    (project) =>
      project.visibility === 'public' && project.lastAnalysisDate !== undefined && project.key.startsWith('lab-'),
  );
  const counted = [];
  for (const { key } of all) {
    const total = Number((await call(own, `api/issues/search?componentKeys=${key}&ps=1`))['total']);
    const closed = Number((await call(own, `api/issues/search?componentKeys=${key}&ps=1&statuses=CLOSED`))['total']);
    counted.push({ key, total, closed });
  }
  const large = counted.filter((project) => project.total > 10_000).sort((a, b) => a.total - b.total)[0];
  const small = counted.filter((p) => p.total <= 10_000 && p.closed > 0).sort((a, b) => b.total - a.total)[0];
  if (!large || !small)
    throw new Error(
      'The server needs a project with more than 10,000 issues and one with closed issues: feed it with the lab',
    );
  return { large: large.key, small: small.key };
}
