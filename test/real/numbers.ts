import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProject, deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner } from '../../lab/sonarqube/scan.ts';
import { startSonarqube } from '../../lab/sonarqube/server.ts';
import type { ApiAccess } from '../../lab/sonarqube/web-api.ts';
import type { SecurityFindings, SecuritySummary, SecurityTrend } from '../../src/features/insights/contract.ts';
import { expectAgesAsTheServer, mark } from './ageing.ts';
import { testLab } from '../support/test-lab.ts';
import { type ConnectedProduct, connectProduct, syncWell } from './connected-product.ts';
import { analysisOf, type Places, project, type RuleName } from './numbers-analysis.ts';
import { describeReal, type RealServer } from './real-server.ts';
import { countsAt, modeOf, openOnServer, securityHistory } from './server-counts.ts';
import { type Mode, setMode } from './server-mode.ts';

const dayMs = 86_400_000;

/** Eight analyses over seven months; how many issues of each rule they find. */
const analyses: readonly { daysAgo: number; found: Record<RuleName, number> }[] = [
  { daysAgo: 213, found: { blocker: 2, medium: 2, bug: 0, typed: 1 } },
  { daysAgo: 180, found: { blocker: 7, medium: 5, bug: 2, typed: 1 } },
  { daysAgo: 150, found: { blocker: 13, medium: 10, bug: 4, typed: 4 } },
  { daysAgo: 119, found: { blocker: 27, medium: 20, bug: 7, typed: 4 } },
  { daysAgo: 88, found: { blocker: 20, medium: 15, bug: 5, typed: 9 } },
  { daysAgo: 57, found: { blocker: 11, medium: 15, bug: 4, typed: 9 } },
  { daysAgo: 26, found: { blocker: 5, medium: 12, bug: 3, typed: 2 } },
  { daysAgo: 3, found: { blocker: 6, medium: 12, bug: 4, typed: 3 } },
];

/** Every number of Security Insights is the one that the server itself gives, of the past and of now. */
/** `hasModes`: 10.8 and later count by impacts or by types, as an administrator chooses. */
export function describeNumbers({ hasModes }: { hasModes: boolean }): void {
  describeReal('Numbers', (server) => {
    let connected: ConnectedProduct;
    let id: number;

    beforeAll(async () => {
      await analyseAll(server());
      connected = await connectProduct({ target: server().url });
      const declared = { token: server().tokens.user, settings: { projectKeys: [project], backfillMonths: 9 } };
      expect(await connected.apply(declared)).toMatchObject({ status: 0, err: '' });
      await syncWell(connected.product);
      ({ id } = await connected.db.one<{ id: number }>('select id from code_quality.projects where source_key = $1', [
        project,
      ]));
    }, 900_000);
    afterAll(async () => {
      await connected?.close();
      if (await projectExists(server().admin, project)) await deleteProject(server().admin, project);
    });

    const ask = async <Answer>(what: string, query = ''): Promise<Answer> => {
      const { status, text } = await connected.product.api(`api/v1/insights/security/${what}?projects=${id}${query}`);
      expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
      return JSON.parse(text) as Answer;
    };

    it('every week of the chart is what the server counted at its last analysis before', async () => {
      const trend = await ask<SecurityTrend>('trend', '&preset=12m&granularity=week');
      const history = await securityHistory(server().admin, project);
      expect(history).toHaveLength(analyses.length);
      const weeks = trend.buckets.map(({ to, open: { critical, high, medium, low, unknown, total } }) => ({
        to,
        critical,
        high,
        medium,
        low,
        unknown,
        total,
      }));
      expect(weeks).toEqual(trend.buckets.map(({ to }) => ({ to, ...countsAt(history, to) })));
      expect(new Set(trend.buckets.map(({ basis }) => basis))).toEqual(
        new Set(history.some(({ levels }) => levels === null) ? ['counted', 'estimated', 'read'] : ['counted', 'read']),
      );
      expect(trend.markers).toMatchObject([{ kind: 'projects_joined', projectCount: 1, findings: history[0]?.total }]);
      for (const { from, joined } of trend.buckets)
        expect([from, joined.total > 0]).toEqual([from, joined.total === history[0]?.total]);
    });

    it('SQL and the CSV hold the same weeks', async () => {
      const history = await securityHistory(server().admin, project);
      const trend = await ask<SecurityTrend>('trend', '&preset=12m&granularity=week');
      const sql = `select day, sum(sum(open_change)) over (order by day) as open from data.sonarqube_vulnerability_days
        where counting = 'server' and branch_scope = 'main' group by day order by day`;
      const { status, out } = await connected.product.plumbline(['sql', sql, '--format', 'csv']);
      expect(status).toBe(0);
      const days = out
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(',') as [string, string]);
      const csv = await connected.product.api(
        `api/v1/insights/security/trend?projects=${id}&preset=12m&granularity=week&format=csv`,
      );
      const lines = csv.text.trim().split(/\r?\n/);
      const column = (lines[0] ?? '').split(',').indexOf('open total');
      for (const [index, { to }] of trend.buckets.entries()) {
        const { total } = countsAt(history, to);
        expect([to, Number(days.findLast(([day]) => day <= to)?.[1] ?? 0)]).toEqual([to, total]);
        expect([to, Number(lines[index + 1]?.split(',')[column])]).toEqual([to, total]);
      }
    });

    it('now equals the server’s own count in its own mode', async () => {
      await expectAsTheServer(ask, server().admin, await modeOf(server().admin));
    });

    if (!hasModes) return;
    it('ages, targets and times to resolve are a count of what the server tells of each issue', async () => {
      const put = async (path: string, body: object): Promise<void> => {
        const { status, text } = await connected.product.api(`api/v1/insights/${path}`, { method: 'PUT', body });
        expect([status, status === 200 ? '' : text]).toEqual([200, '']);
      };
      const { admin } = server();
      const targets = { critical: 7, high: 30, medium: 90, low: 100 };
      await put('targets', { targets, warnPercent: 25 });
      const marked = await mark(admin, project, {
        spares: ({ component }) => component.endsWith('medium.txt'),
        look: async () => void (await syncWell(connected.product)),
      });
      await syncWell(connected.product);
      const asked = { admin, project, marked, targets, counts: { accepted: false, falsePositive: false } };
      await expectAgesAsTheServer(ask, asked);
      // Some are fixed, those of one file move to another, and one of those that were marked goes.
      await analyseOnce(server(), { blocker: 3, medium: 9, bug: 2, typed: 3 }, { medium: 'src/moved/there.txt' });
      await syncWell(connected.product);
      const { broken, ended } = await expectAgesAsTheServer(ask, asked);
      expect([broken, ended].every((count) => count > 0)).toBe(true);
      const counts = { accepted: true, falsePositive: true };
      await put('resolved', counts);
      expect((await expectAgesAsTheServer(ask, { ...asked, counts })).ended).toBeGreaterThan(ended);
    });

    it('now equals it in the other mode, too, once the server is switched; what was before stays', async () => {
      const before = await ask<SecurityTrend>('trend', '&preset=12m&granularity=week');
      await setMode(server().admin, 'STANDARD_EXPERIENCE');
      try {
        await syncWell(connected.product);
        await expectAsTheServer(ask, server().admin, 'STANDARD_EXPERIENCE');
        // Read on the same day in both modes: the past is that of the mode it was first read in, or of the new one from its day on.
        const after = await ask<SecurityTrend>('trend', '&preset=12m&granularity=week&counting=other');
        expect(after.buckets.at(-1)?.open).toEqual(before.buckets.at(-1)?.open);
        expect(after.markers.map(({ kind }) => kind)).toContain('mode_changed');
      } finally {
        await setMode(server().admin, 'MQR');
      }
      await syncWell(connected.product);
      await expectAsTheServer(ask, server().admin, 'MQR');
    });
  });
}

/** Now. */
async function analyseOnce({ version }: RealServer, found: Record<RuleName, number>, places: Places): Promise<void> {
  const { context } = testLab(() => undefined);
  const scanner = await prepareScanner(context);
  const server = await startSonarqube(context, { version: version as LabVersion });
  await analyse(scanner, server, analysisOf(String(analyses.length), found, places));
}

async function analyseAll({ admin, version }: RealServer): Promise<void> {
  const { context } = testLab(() => undefined);
  const scanner = await prepareScanner(context);
  const server = await startSonarqube(context, { version: version as LabVersion });
  if (await projectExists(admin, project)) await deleteProject(admin, project);
  await createProject(admin, { key: project });
  for (const [index, { daysAgo, found }] of analyses.entries()) {
    const analysis = analysisOf(String(index), found);
    const date = new Date(Date.now() - daysAgo * dayMs);
    // A server that purges issues while it indexes them fails the task (NoSuchElementException); an hour later it passes.
    await analyse(scanner, server, { ...analysis, date }).catch(() =>
      analyse(scanner, server, { ...analysis, date: new Date(date.getTime() + 3_600_000) }),
    );
  }
}

type Ask = <Answer>(what: string, query?: string) => Promise<Answer>;

/** Tiles and list are what the server answers to the question its own page asks. */
async function expectAsTheServer(ask: Ask, admin: ApiAccess, mode: Mode): Promise<void> {
  const open = await openOnServer(admin, [project], mode);
  const summary = await ask<SecuritySummary>('summary');
  const tiles = Object.fromEntries(summary.severities.map(({ severity, open }) => [severity, open]));
  expect({ ...tiles, total: summary.total.open }).toEqual({ ...open, unrated: 0 });
  expect(summary.counting.servers).toMatchObject([{ mode: mode === 'MQR' ? 'mqr' : 'standard', told: true }]);
  const list = await ask<SecurityFindings>('findings');
  expect(list.total).toBe(open.total);
}
