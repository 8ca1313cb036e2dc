/** A sentence of the reference on SonarQube's Web API that the simulator enforces; one contract test each. */
export interface Rule {
  id: string;
  /** Section of the reference. */
  section: string;
  sentence: string;
  /** Set where no real server in reach can show it; says why. Otherwise the test runs against real servers too. */
  simulatorOnly?: string;
}

const rule = (id: string, section: string, sentence: string, simulatorOnly?: string): Rule =>
  simulatorOnly === undefined ? { id, section, sentence } : { id, section, sentence, simulatorOnly };

const setting = 'needs a server with other settings than the shared one';
const editing = 'changes issues or projects that others read';
const paid = 'Community Build has one branch and no pull requests';
const cloud = 'SonarQube Cloud is not run here';

export const rules = [
  rule('unknown-parameter-ignored', '0.1', 'Unknown query parameters are silently ignored'),
  rule('component-keys-everywhere', '0.2', '`componentKeys` works on every version; `components` only since 10.2'),
  rule('newer-filters-ignored', '0.1', '9.9 ignores impactSeverities and issueStatuses and answers everything'),
  rule('missing-component-empty-200', '0.6', 'issues/search answers an unknown component with 200 and total 0'),
  rule('status-is-open', '1.2', 'system/status and server/version answer without credentials; system/ping does not'),
  rule('non-api-path-is-html', '1.1', 'An unknown path outside /api answers 200 with HTML'),
  rule('v2-since-10', '1.2', 'api/v2/analysis/version answers from 10.x on; before that it is an unknown URL'),
  rule('bearer-since-10', '1.3', 'Bearer is accepted from 10.0 on; 9.9 answers 401, and validate says false'),
  rule('basic-everywhere', '1.3', 'Basic with the token as login works on every version'),
  rule('bad-token-401-empty', '1.5', 'A bad token is answered 401 with an empty body and no WWW-Authenticate'),
  rule('anonymous-401', '1.5', 'With forced authentication an anonymous call is answered 401'),
  rule('validate-says-false', '1.7', 'authentication/validate answers 200 {"valid":false} to a bad token'),
  rule('validate-anonymous-true', '0.5', 'Without forced authentication validate says true to nobody', setting),
  rule('forbidden-text', '1.5', '403 carries `Insufficient privileges`'),
  rule('unknown-url', '1.5', '404 `Unknown url : /api/…` for an endpoint that the version does not have'),
  rule('method-405', '1.5', 'POST to a GET endpoint: 405 `HTTP method GET is required`'),
  rule('created-in-last-500', '1.5', 'createdInLast=x is answered 500 with `An error has occurred…`'),
  rule('quote-escaped', '1.5', 'Error texts write quotes as \\u0027'),
  rule('starting-unknown-url', '0.12', 'While it starts everything but system/status answers 404 Unknown url', setting),
  rule('wrong-context-html', '1.1', 'A wrong web context answers 404 with HTML', setting),
  rule('admin-token-reads-all', '1.6', "An administrator's user token reads every endpoint"),
  rule('browse-token-reads', '1.6', "A Browse user's token reads all but the administrators' endpoints"),
  rule('analysis-token-almost-blind', '0.4', 'A global analysis token reads little, even of public projects'),
  rule(
    'project-token-own-project',
    '1.6',
    'A project analysis token reads what a global one reads, of its own project only',
  ),
  rule(
    'analysis-token-permissions',
    '1.6',
    'users/current of an analysis token lacks the permission admin of its owner',
  ),
  rule(
    'no-browse-still-measures',
    '1.6',
    'Without Browse but with Execute Analysis measures answer and issues are a silent 0',
    editing,
  ),
  rule('expired-token-401', '1.4', 'An expired token is answered like a wrong one', setting),
  rule('mode-since-10-8', '1.8', 'clean-code-policy/mode exists since 10.8'),
  rule('date-forms', '1.9', 'Dates are YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+hhmm; Z, +00:00 and milliseconds are refused'),
  rule('date-plus-encoded', '1.9', 'An unencoded + in a date is refused'),
  rule('date-other-offset', '1.9', 'Any numeric offset is accepted'),
  rule('output-dates', '1.9', 'Dates are answered with an offset without colon, to the second'),
  rule('page-size-501', '1.9', "ps=501: 400 `'ps' value (501) must be less than 500`"),
  rule('page-size-0', '1.9', 'ps=0: 400 `Page size must be between 1 and 500 (got 0)`'),
  rule('page-0', '1.9', 'p=0: 400 `Page must be greater or equal to 1 (got 0)`'),
  rule('gzip', '1.9', 'Answers are compressed when asked'),
  rule('projects-search-admin', '2.1', 'projects/search needs global Administer'),
  rule('projects-search-no-window', '2.1', 'projects/search past the end is an empty 200, also beyond 10,000'),
  rule(
    'projects-search-members',
    '2.1',
    'lastAnalysisDate is absent when never analysed; managed since 10.2, projectUuid since 2025.6',
  ),
  rule('search-projects-window', '2.2', 'components/search_projects stops at 10,000 results'),
  rule('components-show-404', '2.3', "components/show of an unknown key: 404 `Component key 'x' not found`"),
  rule('issue-members', '3.1', 'Issues have the members of their version'),
  rule('issue-keys-500', '3.1', 'At most 500 keys in `issues`'),
  rule('issue-keys-batch', '3.7', 'A batch of keys answers exactly the issues that exist'),
  rule('rule-key-invalid', '3.1', 'rules=nope: 400 `Invalid rule key: nope`; an unknown repo:key gives 0'),
  rule('resolved-filter', '3.1', 'resolved=false and resolved=true part the issues'),
  rule('closed-has-no-line', '3.1', 'A CLOSED issue has a closeDate, a text range and no line'),
  rule('accepted-has-no-close-date', '3.1', 'An accepted issue is RESOLVED WONTFIX without closeDate', editing),
  rule('update-date-order', '3.1', 's=UPDATE_DATE&asc=false puts the newest change first'),
  rule('stable-order', '3.1', 'Ties are broken by key: pages neither overlap nor miss'),
  rule('created-after-inclusive', '3.2', 'createdAfter is inclusive, createdBefore exclusive, to the second'),
  rule('created-before-date-only', '3.2', 'A date-only createdBefore includes that whole day'),
  rule('created-bounds', '3.2', 'Bounds in the future or in the wrong order are refused'),
  rule('created-at', '3.2', 'createdAt answers the issues of that instant'),
  rule('result-window', '3.3', 'p*ps above 10,000: 400 `Can return only the first 10000 results. …`'),
  rule('total-above-window', '3.3', 'On Server paging.total stays exact above 10,000'),
  rule('facet-cap-100', '3.4', 'Facets answer at most 100 values of files'),
  rule('facet-sum', '3.4', 'The counts of a single-valued facet add up to the total'),
  rule('facet-sticky', '3.4', 'A facet ignores the filter of its own dimension'),
  rule('facet-projects-sticky', '3.4', 'The facet projects ignores the component filter'),
  rule('facet-needs-project', '3.4', 'files and directories need a project filter'),
  rule(
    'facet-impact-severities',
    '3.4',
    'With impactSoftwareQualities=SECURITY the facet impactSeverities counts only security impacts',
  ),
  rule('list-since-10-2', '3.5', 'issues/list is unknown before 10.2'),
  rule('list-no-total', '3.5', 'issues/list answers no total, and pageSize is the number of rows'),
  rule('list-complete', '3.5', 'The union of all pages is what issues/search counts, closed ones included'),
  rule('list-past-end', '3.5', 'A page of issues/list past the end is an empty 200'),
  rule('list-errors', '3.5', 'issues/list tells missing parameters and unknown projects'),
  rule('list-unordered', '3.5', 'Pages of issues/list may overlap and miss rows', 'seen on other databases only'),
  rule(
    'pull-framing',
    '3.6',
    'issues/pull is length-delimited protobuf without Content-Type, first the clock of the server',
  ),
  rule('pull-complete', '3.6', 'issues/pull has every issue that is not closed, and no other'),
  rule('pull-needs-branch', '3.6', 'branchName is required, an unknown branch is 404'),
  rule('pull-changed-since', '3.6', 'changedSince is inclusive; then come the keys of issues closed since'),
  rule('pull-taint-apart', '3.6', 'Taint vulnerabilities are only in pull_taint', 'needs a paid analyser'),
  rule('pull-severity-by-hand', '3.6', 'userSeverity is sent only for severities set by hand', editing),
  rule('manual-change-moves-update-date', '3.8', 'A change by hand moves updateDate to the wall clock', editing),
  rule('moved-line-keeps-update-date', '3.8', 'A moved line does not move updateDate', editing),
  rule('closed-are-dropped', '3.8', 'Housekeeping drops closed issues from every answer', editing),
  rule('hotspots-parameter', '4.1', 'hotspots/search needs a project; projectKey works everywhere'),
  rule('hotspots-page-size', '4.1', 'ps=501: `Page size must be between 1 and 500 (got 501)`'),
  rule('hotspots-resolution', '4.1', 'resolution needs status=REVIEWED'),
  rule('hotspots-unknown-project', '4.1', 'An unknown project is 404'),
  rule('hotspots-window', '4.1', 'hotspots/search has the window of 10,000'),
  rule('metric-unknown-component', '5.1', 'measures/component with an unknown metric: 404 naming it'),
  rule('metric-unknown-history', '5.1', 'search_history with an unknown metric: 400 naming it'),
  rule('measure-omitted', '5.2', 'A metric without a measure is left out; a project never analysed has none'),
  rule('tree-metric-limit', '5.3', 'component_tree takes 15, 25 or 75 metrics'),
  rule('tree-data-refused', '5.3', 'component_tree refuses DATA metrics'),
  rule('history-page-size', '5.4', 'search_history takes ps up to 1000'),
  rule('history-order', '5.4', 'search_history counts analyses, oldest first, the same for each metric'),
  rule('history-inclusive', '5.4', 'from and to of search_history are inclusive'),
  rule('history-no-new-values', '14.1', 'search_history never has a value for new_ metrics'),
  rule('measures-search-100', '5.5', 'measures/search takes 100 projects and leaves out unknown ones'),
  rule('analyses-order', '6.1', 'project_analyses/search answers newest first; from and to are inclusive'),
  rule('status-parameters', '6.2', 'project_status wants exactly one of its three identities'),
  rule('status-errors', '6.2', 'project_status names an unknown analysis, project or branch'),
  rule('status-none', '6.2', 'A project never analysed has the status NONE and no conditions'),
  rule('status-by-analysis', '6.2', 'project_status works for analyses by id'),
  rule('gate-catalogue', '6.3', 'qualitygates/list and show name the default gate and its conditions'),
  rule('community-one-branch', '6.4', 'Community lists exactly one branch; branchId since 10.6'),
  rule('community-no-pull-requests', '6.4', 'On Community project_pull_requests/list is an unknown URL'),
  rule('branch-unknown', '6.4', 'An unknown branch: empty 200 in issues/search, 404 elsewhere'),
  rule('ce-component', '6.5', 'ce/component answers the queue and the current task'),
  rule('webhooks-list-rights', '7.1', 'webhooks/list needs Administer'),
  rule('newest-change-first', '13', 'issues/search without a component lists the newest change of all projects first'),
  rule('answer-members', '2-7', 'Answers have the members and types of the real ones, no more and no fewer'),
  rule('cloud-organization', '8', 'organization restricts what Cloud answers', cloud),
  rule('cloud-member', '8', 'organizations/search?member=true lists the organizations of the user', cloud),
  rule('cloud-no-list-no-pull', '8', 'Cloud has neither issues/list nor issues/pull', cloud),
  rule('cloud-total-capped', '8', 'Totals on Cloud stop at 10,000', cloud),
  rule('cloud-429', '8', 'Above 1,000 requests a minute Cloud answers 429', cloud),
  rule('cloud-scoped-token', '8', 'A scoped organization token has no user and reads little', cloud),
  rule('branch-server-wide', '14.1', 'issues/search without a component sees main branches only', paid),
  rule('branch-without-component', '14.1', '`branch` without a component filter is ignored', paid),
  rule('branch-and-pull-request', '14.5', 'Both parameters: 500 in issues/search, 400 elsewhere', paid),
  rule('branch-members', '14.2', 'Issues tell branch or pullRequest, those of main neither', paid),
  rule('branch-keys-mixed', '14.5', 'issues= may mix keys of branches and pull requests', paid),
  rule('branch-pull', '14.5', 'issues/pull knows branches, no pull requests', paid),
  rule('branch-new-copies-old-dates', '14.1', 'changedSince misses issues that a new branch copied', paid),
  rule('branch-rename-keeps-id', '14.2', 'branchId survives rename and set_main', paid),
  rule('branch-deleted', '14.7', 'A deleted branch is gone at once; its pull requests are orphans', paid),
  rule('pull-request-list', '14.7', 'target and base differ when the target was never analysed', paid),
  rule('pull-request-analyses-ignored', '14.5', 'project_analyses/search ignores pullRequest', paid),
  rule('pull-request-includes-closed', '14.1', 'A pull request answers its closed issues too', paid),
  rule('pull-request-no-period', '14.6', 'Measures of a pull request have no period member', paid),
  rule('pull-request-unknown', '14.5', 'An unknown pull request: empty 200 in issues/search, 404 elsewhere', paid),
  rule('pull-request-fixed-issues', '14.5', 'fixedInPullRequest of an unknown pull request: 400', paid),
  rule('pull-request-warnings', '14.4', 'ce/analysis_status tells the warnings of an analysis', paid),
  rule(
    'pull-request-moves-project',
    '14.6',
    'lastAnalysisDate moves with pull requests, revision stays that of main',
    paid,
  ),
  rule('recorded-branches', '14', 'The recorded answers have the members that the simulator answers', paid),
] as const satisfies readonly Rule[];

export type RuleId = (typeof rules)[number]['id'];

/** One line per rule, for people. */
export function printRules(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): void {
  for (const one of rules as readonly Rule[]) {
    const where = one.simulatorOnly === undefined ? '' : ` (simulator only: ${one.simulatorOnly})`;
    write(`${one.section.padEnd(5)} ${one.id.padEnd(34)} ${one.sentence}${where}`);
  }
}
