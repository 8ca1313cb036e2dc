import { type Capability, reachesEverything, type WebhookReach } from '../../contract.ts';
import type { Probes } from './probes.ts';

const browse = 'Browse on the project';
const userToken = `${browse}, with a user token`;

interface Ability {
  name: string;
  title: string;
  /** Streams that do not arrive without it. */
  streams: readonly string[];
  lost: string;
  leastPermission: string;
  works(probes: Probes): boolean;
}

const abilities: readonly Ability[] = [
  {
    name: 'issues',
    title: 'Issues',
    streams: ['issues'],
    lost: 'Issues, and all of Security Insights.',
    leastPermission: browse,
    works: ({ issues, browse: readable }) => issues === null && readable,
  },
  {
    name: 'measures',
    title: 'Current measures',
    streams: ['measures'],
    lost: 'Coverage, duplication, ratings and sizes.',
    leastPermission: browse,
    works: ({ measures }) => measures === null,
  },
  {
    name: 'gates',
    title: 'Quality gates',
    streams: [],
    lost: 'Gate results and their conditions.',
    leastPermission: browse,
    works: ({ gates, history }) => gates === null || history === null,
  },
  {
    name: 'history',
    title: 'History',
    streams: ['measure_history'],
    lost: 'Charts before the day of connection.',
    leastPermission: userToken,
    works: ({ history }) => history === null,
  },
  {
    name: 'analyses',
    title: 'Analyses',
    streams: ['analyses', 'analysis_history'],
    lost: 'Commits and versions of analyses.',
    leastPermission: userToken,
    works: ({ analyses }) => analyses === null,
  },
  {
    name: 'hotspots',
    title: 'Security hotspots',
    streams: ['hotspots'],
    lost: 'Security hotspots (until 2026.3).',
    leastPermission: userToken,
    works: ({ hotspots }) => hotspots === null,
  },
  {
    name: 'gate_definitions',
    title: 'Definitions of quality gates',
    streams: ['quality_gates'],
    lost: 'The list of quality gates and their thresholds.',
    leastPermission: 'any valid token',
    works: ({ gateDefinitions }) => gateDefinitions === null,
  },
  {
    name: 'rules',
    title: 'Rules',
    streams: ['rules'],
    lost: 'Names, languages and CWE numbers of rules.',
    leastPermission: 'any valid token',
    works: ({ rules }) => rules === null,
  },
  {
    name: 'tags',
    title: 'Tags of projects',
    streams: ['project_tags'],
    lost: 'Tags of projects, and what belongs to teams by them.',
    leastPermission: browse,
    works: ({ tags }) => tags === null,
  },
];

const webhooks = { name: 'webhooks', title: 'Webhooks', streams: [], changes: true } as const;

function webhookCapability(reach: WebhookReach | undefined): Capability {
  if (reach !== undefined && reachesEverything(reach)) return { ...webhooks, available: true };
  const { allowed, total } = reach?.single ?? { allowed: 0, total: 0 };
  const where = allowed === 0 ? '' : `In ${total - allowed} of ${total} projects: `;
  return {
    ...webhooks,
    available: false,
    ...(reach === undefined ? { untried: true } : {}),
    lost: `${where}changes arrive at the next poll, not at once.`.replace(/^c/, 'C'),
    leastPermission: 'Administer on the project',
  };
}

export interface Tried {
  /** Whether projects are listed. */
  listable?: boolean;
  probes?: Probes | null;
  webhooks?: WebhookReach;
}

/** What this token can do on this server. What was not tried is not “known to be out of reach”. */
export function capabilitiesOf({ listable, probes = null, webhooks: reach }: Tried): Capability[] {
  const lost = 'Nothing can be read.';
  const projects = { name: 'projects', title: 'Projects', available: listable === true, streams: [] };
  const unlisted = { ...projects, lost, leastPermission: browse };
  return [
    listable === true ? projects : { ...unlisted, ...(listable === undefined ? { untried: true } : {}) },
    ...abilities.map(({ works, ...ability }): Capability => {
      if (probes === null) return { ...ability, available: false, untried: true };
      if (!works(probes)) return { ...ability, available: false };
      const { lost: _, leastPermission: __, ...known } = ability;
      return { ...known, available: true };
    }),
    webhookCapability(reach),
  ];
}
