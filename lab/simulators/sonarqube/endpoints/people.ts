import { formatInstant } from '../dates.ts';
import type { Profile } from '../profiles.ts';
import { seedOf, uuidOf } from '../../numbers.ts';
import { browsedProject, type Call, type Endpoint, list, optional } from '../call.ts';
import { paging, pagingOf } from '../paging.ts';
import { ApiError, forbidden, json, type Reply } from '../reply.ts';
import { globalPermissions, isAdmin, isLoggedIn, type Subject } from '../subject.ts';

const kindNames = {
  squ: 'USER_TOKEN',
  sqa: 'GLOBAL_ANALYSIS_TOKEN',
  sqp: 'PROJECT_ANALYSIS_TOKEN',
  sqco: 'USER_TOKEN',
  legacy: 'USER_TOKEN',
} as const;

function currentUser(call: Call): Reply {
  const { subject, world } = call;
  if (subject.kind !== 'token') return json({ isLoggedIn: false, dismissedNotices: {} });
  const { user } = subject;
  // A scoped organization token has no user behind it.
  if (!user) throw new ApiError(403, 'Insufficient privileges');
  return json({
    isLoggedIn: isLoggedIn(subject),
    login: user.login,
    name: user.name,
    groups: ['sonar-users'],
    scmAccounts: [],
    permissions: { global: globalPermissions(subject) },
    externalIdentity: user.login,
    externalProvider: 'sonarqube',
    local: true,
    dismissedNotices: {},
    homepage: { type: 'PROJECTS' },
    usingSonarLintConnectedMode: false,
    ...(call.profile.uuidKeys ? { id: uuidOf(world.seed, seedOf(user.login), 75) } : {}),
  });
}

/** Only a user's own token may list tokens; an analysis token may not. */
function searchTokens(call: Call): Reply {
  const { subject, world } = call;
  const user = ownUser(subject);
  const own = [...world.tokens.values()].filter((token) => (token.login ?? 'admin') === user && token.kind !== 'sqco');
  return json({
    login: user,
    userTokens: own.map((token) => ({
      name: token.name,
      createdAt: formatInstant(token.created),
      type: kindNames[token.kind],
      ...(token.projectKey === undefined
        ? {}
        : { project: { key: token.projectKey, name: world.projects.get(token.projectKey)?.name ?? token.projectKey } }),
      ...(token.expiresAt ? { expirationDate: formatInstant(Math.floor(token.expiresAt.getTime() / 1000)) } : {}),
    })),
  });
}

function ownUser(subject: Subject): string {
  if (subject.kind !== 'token' || !subject.user) throw forbidden();
  return subject.user.login;
}

/** What a reader asks settings for; a key that is not set is absent. */
function settings(call: Call): Reply {
  const known: Record<string, string> = {
    'sonar.dbcleaner.daysBeforeDeletingClosedIssues': '30',
    'sonar.dbcleaner.daysBeforeDeletingInactiveBranchesAndPRs': '30',
    ...(call.profile.modes ? { 'sonar.multi-quality-mode.enabled': String(call.world.mode === 'MQR') } : {}),
  };
  const component = optional(call, 'component');
  const own = component === undefined ? {} : (browsedProject(call, component, 'Component key').settings ?? {});
  const keys = list(call, 'keys') ?? [...Object.keys(known), ...Object.keys(own)];
  return json({
    settings: keys.flatMap((key): object[] => {
      if (own[key] !== undefined) return [{ key, values: own[key], inherited: false }];
      return known[key] === undefined ? [] : [{ key, value: known[key], inherited: true }];
    }),
    setSecuredSettings: [],
  });
}

function navigation(call: Call): Reply {
  const { profile } = call;
  return json({
    canAdmin: isAdmin(call.subject),
    globalPages: [],
    settings: {},
    qualifiers: ['TRK'],
    version: versionText(profile),
    productionDatabase: false,
    instanceUsesDefaultAdminCredentials: false,
    edition: profile.edition,
    needIssueSync: false,
    ...(profile.modes ? { versionEOL: '2099-01-31' } : {}),
    standalone: true,
    ...(profile.membersOf10 ? { documentationUrl: 'https://docs.sonarsource.com' } : {}),
  });
}

/** `9.9 (build 65466)` until 9.9, later the plain text. */
function versionText(profile: Profile): string {
  if (profile.membersOf10) return profile.version;
  const [major, minor, , build] = profile.version.split('.');
  return `${major}.${minor} (build ${build})`;
}

/** Cloud: the organizations of the token's user. */
function searchOrganizations(call: Call): Reply {
  const page = paging(call);
  const { subject, world } = call;
  const member = optional(call, 'member') === 'true';
  const own = organizationsOf(subject);
  const wanted = list(call, 'organizations');
  const found = [...world.organizations.values()].filter(
    ({ key }) => (!member || own.includes(key)) && (wanted === undefined || wanted.includes(key)),
  );
  return json({
    organizations: found
      .slice(page.from, page.from + page.size)
      .map(({ key, name }) => ({ key, name, description: '' })),
    paging: pagingOf(page, found.length),
  });
}

function organizationsOf(subject: Subject): readonly string[] {
  if (subject.kind !== 'token') return [];
  if (subject.user) return subject.user.organizations;
  return subject.token.organization === undefined ? [] : [subject.token.organization];
}

const adminOnly =
  (answer: (call: Call) => object) =>
  (call: Call): Reply => {
    if (!isAdmin(call.subject)) throw forbidden();
    return json(answer(call));
  };

export const people: readonly Endpoint[] = [
  { method: 'GET', path: 'api/users/current', handle: currentUser },
  { method: 'GET', path: 'api/user_tokens/search', handle: searchTokens },
  { method: 'GET', path: 'api/settings/values', handle: settings },
  { method: 'GET', path: 'api/navigation/global', handle: navigation },
  { method: 'GET', path: 'api/organizations/search', on: (profile) => profile.cloud, handle: searchOrganizations },
  { method: 'GET', path: 'api/system/health', handle: adminOnly(() => ({ health: 'GREEN', causes: [] })) },
  {
    method: 'GET',
    path: 'api/v2/clean-code-policy/mode',
    on: (profile) => profile.v2 && profile.modes,
    handle: ({ world }) => json({ mode: world.mode, modified: false }),
  },
];
