import type { EndpointDeclaration } from '../contract.ts';

type Row = [path: string, since: string, permission: string, why: string, without: string, method?: 'POST'];

const none = 'none';
const token = 'any valid token';
const browse = 'Browse on the project';
const administer = 'Administer System, or Administer on the project';

/**
 * Every call this connector makes; only those that set up webhooks, on request, are no GET. A test compares this list with a journal of requests: no call that is
 * not declared, no declaration that is never called.
 */
const rows: Row[] = [
  [
    'api/system/status',
    '6.3',
    none,
    'Version, state and identity of the server.',
    'The version is unknown; everything is found out by trying.',
  ],
  [
    'api/authentication/validate',
    '3.3',
    none,
    'Is the token valid?',
    'A wrong token is noticed at the first other call.',
  ],
  [
    'api/users/current',
    '6.5',
    token,
    'Whose token it is, and that it is not anonymous.',
    'The kind of the token is taken from its prefix.',
  ],
  ['api/user_tokens/search', '5.3', token, 'When the token expires.', 'No warning before the token expires.'],
  ['api/navigation/global', '5.2', token, 'Edition of the server.', 'The edition is not shown.'],
  [
    'api/v2/clean-code-policy/mode',
    '10.8',
    token,
    'Standard experience or MQR mode: what counts as a vulnerability.',
    'MQR mode is assumed, and said so.',
  ],
  [
    'api/organizations/search',
    'Cloud',
    token,
    'Organizations of the token’s user (Cloud).',
    'The organization must be entered (Cloud).',
  ],
  [
    'api/projects/search',
    '6.3',
    'Administer System',
    'All projects with their newest analysis.',
    'Projects come from api/components/search_projects: only those the token may browse.',
  ],
  [
    'api/components/search_projects',
    '6.2',
    browse,
    'Projects the token may browse.',
    'Without api/projects/search too, only the named projects are read.',
  ],
  [
    'api/components/show',
    '5.4',
    browse,
    'Does a named project exist, and may it be browsed?',
    'A project that is gone is not told from a hidden one.',
  ],
  ['api/metrics/search', '5.2', token, 'Catalogue of metrics.', 'Only metrics that every version has are read.'],
  ['api/qualitygates/list', '4.3', token, 'Quality gates.', 'Definitions of quality gates are missing.'],
  ['api/qualitygates/show', '4.3', token, 'Conditions of a quality gate.', 'Definitions of quality gates are missing.'],
  [
    'api/qualitygates/get_by_project',
    '6.1',
    browse,
    'Which gate a project uses.',
    'The name of a project’s gate is missing.',
  ],
  [
    'api/qualitygates/project_status',
    '5.3',
    browse,
    'Gate and conditions as they stand now.',
    'The gate is read from the measure history instead.',
  ],
  ['api/project_branches/list', '6.6', browse, 'Branches.', 'Only the main branch is read.'],
  [
    'api/project_pull_requests/list',
    '7.1',
    browse,
    'Pull requests (Developer Edition and above, Cloud).',
    'Pull requests are missing.',
  ],
  [
    'api/project_analyses/search',
    '6.3',
    browse,
    'Analyses with commit and version; proves Browse.',
    'Commits and versions of analyses are missing.',
  ],
  [
    'api/ce/analysis_status',
    '7.4',
    browse,
    'Warnings that make a pull request’s gate doubtful.',
    'A gate that evaluated nothing is not recognised by its warning.',
  ],
  ['api/measures/component', '5.4', browse, 'Current measures.', 'Current measures are missing.'],
  [
    'api/measures/search_history',
    '6.3',
    browse,
    'Measures and gates of past analyses.',
    'Charts begin at the day of connection.',
  ],
  [
    'api/measures/component_tree',
    '5.4',
    browse,
    'Files, to split a listing of more than 10,000 issues of one second.',
    'Such a listing may stay unproven.',
  ],
  [
    'api/issues/search',
    '3.6',
    browse,
    'Totals that prove a listing; issues by key or in slices; newest changes of the server.',
    'Issues are listed but not proven complete, and changes by hand are found at the next analysis.',
  ],
  [
    'api/issues/list',
    '10.2',
    browse,
    'All issues of a branch or pull request, without the 10,000 window.',
    'Issues are read in slices of api/issues/search, which takes longer.',
  ],
  [
    'api/issues/pull',
    '9.5',
    browse,
    'Keys of all issues that are not closed, without the 10,000 window.',
    'Issues are read in slices of api/issues/search, which takes longer.',
  ],
  [
    'api/issues/pull_taint',
    '9.6',
    browse,
    'Keys of taint vulnerabilities, which api/issues/pull leaves out.',
    'Issues are read in slices of api/issues/search, which takes longer.',
  ],
  ['api/hotspots/search', '8.1', browse, 'Security hotspots.', 'Security hotspots are missing.'],
  [
    'api/hotspots/list',
    '10.2',
    browse,
    'Security hotspots of a project with more than 10,000, and the audit’s second opinion.',
    'More than 10,000 hotspots may stay unproven.',
  ],
  ['api/hotspots/show', '8.1', browse, 'One hotspot that a person looks for.', 'Find does not know hotspots.'],
  [
    'api/rules/search',
    '4.4',
    token,
    'Names, languages, texts, CWE and OWASP categories of the rules in use.',
    'Findings show the key of their rule instead of its name, and no text of it.',
  ],
  [
    'api/rules/show',
    '4.2',
    token,
    'The same for a single rule.',
    'Findings show the key of their rule instead of its name, and no text of it.',
  ],
  [
    'api/webhooks/list',
    '7.1',
    administer,
    'May webhooks be set up, and is ours there?',
    'Whether webhooks can be set up is not known.',
  ],
  [
    'api/webhooks/create',
    '7.1',
    administer,
    'Sets up the hub’s own webhook, when a person asks for it.',
    'Changes arrive at the next poll, or through a webhook that a person set up.',
    'POST',
  ],
  [
    'api/webhooks/update',
    '7.1',
    administer,
    'Tells the server a new secret, name or address of the hub’s own webhook.',
    'After a rotation or a move of the hub the webhook must be changed by hand.',
    'POST',
  ],
  [
    'api/webhooks/delete',
    '7.1',
    administer,
    'Removes the hub’s own webhook.',
    'The webhook must be removed by hand.',
    'POST',
  ],
  [
    'api/webhooks/deliveries',
    '7.1',
    administer,
    'What the server sent to the hub’s own webhook, to find what never arrived.',
    'What a lost delivery alone knew (a pull request’s commit) stays unknown.',
  ],
  [
    'api/webhooks/delivery',
    '7.1',
    administer,
    'The body of a delivery that never arrived.',
    'What a lost delivery alone knew (a pull request’s commit) stays unknown.',
  ],
];

export const endpoints: readonly EndpointDeclaration[] = rows.map(
  ([path, since, permission, why, without, method]) => ({
    method: method ?? 'GET',
    path,
    since,
    permission,
    why,
    without,
  }),
);
