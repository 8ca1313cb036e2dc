import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, inject, it } from 'vitest';
import { type ApiAccess, get } from '../../lab/sonarqube/web-api.ts';

/** The real server of this vitest project, as its administrator. */
export interface RealServer {
  version: string;
  url: string;
  /** False when others may be using it now: then nothing they would notice is changed. */
  ours: boolean;
  /** For an integration: empty means all, which only a server of our own leaves as it is while we look. */
  projectKeys: readonly string[];
  admin: ApiAccess;
  tokens: { user: string; scan: string; browse: string };
}

/** A suite against the real server of this project; where there is none, one skipped test that says why. */
export function describeReal(title: string, suite: (server: () => RealServer) => void): void {
  const found = inject('sonarqube');
  if (found.missing !== undefined) {
    describe.skip(`${title}: ${found.missing}`, () => it('is not run', () => undefined));
    return;
  }
  describe(`${title}, SonarQube ${found.version}`, () => {
    let server: RealServer | undefined;
    beforeAll(async () => {
      const token = async (name: string): Promise<string> =>
        (await readFile(join(found.directory, `${name}.token`), 'utf8')).trim();
      const tokens = { user: await token('user'), scan: await token('scan'), browse: await token('browse') };
      const admin = { url: found.url, credentials: `${tokens.user}:` };
      const { version, url, ours } = found;
      server = { version, url, ours, projectKeys: ours ? [] : found.fed, admin, tokens };
    });
    suite(() => server as RealServer);
  });
}

interface ProjectPage {
  components: { key: string }[];
}

/** Issues of every project in every status, as the server itself counts them: one question per project. */
export async function issueTotals({ admin, projectKeys }: RealServer): Promise<Map<string, number>> {
  const { components } = await get<ProjectPage>(admin, 'api/projects/search', { ps: 500 });
  const totals = new Map<string, number>();
  for (const { key } of components)
    if (projectKeys.length === 0 || projectKeys.includes(key)) totals.set(key, await issueTotal(admin, key));
  return totals;
}

export async function issueTotal(admin: ApiAccess, project: string): Promise<number> {
  const page = await get<{ paging: { total: number } }>(admin, 'api/issues/search', { componentKeys: project, ps: 1 });
  return page.paging.total;
}
