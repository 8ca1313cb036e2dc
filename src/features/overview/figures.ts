import type { Database } from '../../platform/database/index.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import type { HeldByNode, Permission } from '../access/index.ts';
import { countGates } from '../code-quality/index.ts';
import { countDeployments } from '../deployments/index.ts';
import { securityNow } from '../insights/index.ts';
import { countVerdicts } from '../policy/index.ts';
import { runningCounts } from '../running/index.ts';
import type { Figure, FigureName, FreshIntegration } from './contract.ts';
import { figureOf, stillDeriving, stillJudging, stillReading, unknownFigure } from './figure.ts';
import { behind } from './freshness.ts';

export interface FigureOptions {
  db: Database;
  /** Where pages read; may be a replica. */
  reads: Database;
  now: Date;
  weekFrom: string;
  node: number | undefined;
  heldBy: HeldByNode;
  freshness: readonly FreshIntegration[];
  may(permission: Permission): boolean;
}

interface Part {
  permission: Permission;
  names: readonly FigureName[];
  read(options: FigureOptions): Promise<Figure[]>;
}

/** Each part is read by itself: one that fails takes no other with it. Throws `org_node_not_found`. */
export async function readFigures(options: FigureOptions): Promise<Figure[]> {
  const parts = [securityPart, gatesPart, imagesPart, runningPart, deploymentsPart].filter(({ permission }) =>
    options.may(permission),
  );
  const read = await Promise.all(
    parts.map(async ({ names, read }) => {
      try {
        return await read(options);
      } catch (error) {
        if (isPlumblineError(error) && error.code === 'org_node_not_found') throw error;
        return names.map((name) => unknownFigure(name, rowsOf(name, options), error));
      }
    }),
  );
  return read.flat();
}

const securityPart: Part = {
  permission: 'insights:read',
  names: [
    'open_vulnerabilities',
    'open_critical',
    'open_high',
    'open_medium',
    'open_low',
    'targets_due',
    'targets_broken',
    'opened_this_week',
  ],
  async read(options) {
    const { reads, node, now } = options;
    const { summary, targets, ages } = await securityNow(reads, { node, now });
    const { state, total, severities } = summary;
    const own = behind(options.freshness, ['sonarqube']);
    const gap = state.incomplete || state.projectsUpdating > 0 ? stillReading : null;
    const figure = (
      name: FigureName,
      value: number,
      more: { change30Days?: number | null; of?: number } = {},
    ): Figure => figureOf(name, rowsOf(name, options), own, { value, ...more, asOf: state.asOf, gap });
    const young = ages.buckets.find(({ age }) => age === '0-7')?.open.total ?? 0;
    return [
      figure('open_vulnerabilities', total.open, total),
      ...severities
        .filter(({ severity, open }) => severity !== 'unrated' || open > 0)
        .map((tile) => figure(`open_${tile.severity}`, tile.open, tile)),
      // Without targets nothing can break one.
      ...(targets.isSet
        ? [
            figure('targets_due', targets.open.due_soon, { of: targets.open.total }),
            figure('targets_broken', targets.open.broken, { of: targets.open.total }),
          ]
        : []),
      figure('opened_this_week', young),
    ];
  },
};

const gatesPart: Part = {
  permission: 'findings:read',
  names: ['gates_failed'],
  async read(options) {
    const { reads, node, heldBy } = options;
    const ids = node === undefined ? undefined : await heldBy(reads, node, 'project');
    const { failed, projects, none, newestAt } = await countGates(reads, ids);
    const counted = { value: failed, of: projects, unsaid: none, asOf: newestAt?.toISOString() ?? null, gap: null };
    return [
      figureOf('gates_failed', rowsOf('gates_failed', options), behind(options.freshness, ['sonarqube']), counted),
    ];
  },
};

const imagesPart: Part = {
  permission: 'images:read',
  names: ['images_failed', 'images_failed_this_week'],
  async read(options) {
    const { db, node, heldBy, weekFrom } = options;
    const of = node === undefined ? undefined : await heldBy(db, node, 'image');
    const since = new Date(`${weekFrom}T00:00:00Z`);
    const { failed, failedSince, judged, unsaid, waiting, newestAt } = await countVerdicts(db, { since, of });
    const shared = {
      of: judged + waiting,
      unsaid: unsaid + waiting,
      asOf: newestAt?.toISOString() ?? null,
      gap: waiting === 0 ? null : stillJudging,
    };
    const own = behind(options.freshness, ['sonarqube', 'oci-registry']);
    const figure = (name: FigureName, value: number): Figure =>
      figureOf(name, rowsOf(name, options), own, { ...shared, value });
    return [figure('images_failed', failed), figure('images_failed_this_week', failedSince)];
  },
};

const runningPart: Part = {
  permission: 'deployments:read',
  names: ['running_failed'],
  async read(options) {
    const { failed, total, noVerdict, stale } = await runningCounts(options.db, options.node);
    const judged = behind(options.freshness, ['sonarqube', 'oci-registry']);
    const all = behind(options.freshness, ['sonarqube', 'oci-registry', 'harness']);
    // What runs may be told by pipelines and people, too.
    const told = { ...all, connected: all.connected || (judged.connected && total > 0) };
    const counted = { value: failed, of: total, unsaid: noVerdict + stale, asOf: all.readAt, gap: null };
    return [figureOf('running_failed', rowsOf('running_failed', options), told, counted)];
  },
};

const deploymentsPart: Part = {
  permission: 'deployments:read',
  names: ['deployments_this_week', 'deployments_failed_this_week'],
  async read(options) {
    const { db, node, heldBy, weekFrom } = options;
    const from = `${weekFrom}T00:00:00.000Z`;
    const all = await countDeployments(db, { node, from }, heldBy);
    const failed = await countDeployments(db, { node, from, outcome: 'failed' }, heldBy);
    const own = behind(options.freshness, ['harness']);
    // Pipelines may report deployments themselves.
    const { reported } = await db.one<{ reported: boolean }>(
      'select exists (select from shared.deployments) as reported',
    );
    const told = { ...own, connected: own.connected || reported };
    const figure = (name: FigureName, value: number, more: { of?: number } = {}): Figure =>
      figureOf(name, rowsOf(name, options), told, {
        value,
        ...more,
        asOf: all.newestAt?.toISOString() ?? null,
        gap: all.whole ? null : stillDeriving,
      });
    return [
      figure('deployments_this_week', all.total),
      figure('deployments_failed_this_week', failed.total, { of: all.total }),
    ];
  },
};

const security = '/api/v1/insights/security/findings';
const lists: Record<FigureName, (weekFrom: string) => string> = {
  open_vulnerabilities: () => security,
  open_critical: () => `${security}?severity=critical`,
  open_high: () => `${security}?severity=high`,
  open_medium: () => `${security}?severity=medium`,
  open_low: () => `${security}?severity=low`,
  open_unrated: () => `${security}?severity=unrated`,
  gates_failed: () => '/api/v1/projects?gate=failed',
  images_failed: () => '/api/v1/policy/results?status=failed',
  running_failed: () => '/api/v1/running?state=failed',
  targets_due: () => `${security}?target=due_soon`,
  targets_broken: () => `${security}?target=broken`,
  opened_this_week: () => `${security}?age=0-7`,
  images_failed_this_week: (from) => `/api/v1/policy/results?status=failed&since=${from}T00:00:00Z`,
  deployments_this_week: (from) => `/api/v1/deployments?from=${from}T00:00:00Z`,
  deployments_failed_this_week: (from) => `/api/v1/deployments?outcome=failed&from=${from}T00:00:00Z`,
};

export function rowsOf(name: FigureName, { node, weekFrom }: Pick<FigureOptions, 'node' | 'weekFrom'>): string {
  const list = lists[name](weekFrom);
  if (node === undefined) return list;
  return `${list}${list.includes('?') ? '&' : '?'}node=${node}`;
}
