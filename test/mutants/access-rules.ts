import type { BrokenRule } from './broken-rules.ts';

const access = 'src/features/access';
const signOn = `${access}/single-sign-on`;

/** Who may what, and for how long. */
const permissions: BrokenRule[] = [
  {
    rule: 'a token expires',
    within: access,
    text: 'const live = `(t.expires_at is null or t.expires_at > now()) and u.ended_at is null',
    becomes: 'const live = `u.ended_at is null',
    noticedBy: 'is shown once, stored as a hash, expires and is revoked',
  },
  {
    rule: 'what was made with a token ends with it',
    within: access,
    text: '     delete from access.api_tokens t using chain c where t.id = c.id returning',
    becomes: '     delete from access.api_tokens t using chain c where t.id = c.id and t.id = $1 returning',
    noticedBy: 'is revoked with the token it was made with, however far down',
  },
  {
    rule: 'a session ends when it was idle for twelve hours',
    within: access,
    text: "where s.token_hash = $1 and s.expires_at > now() and s.last_seen_at > now() - interval '12 hours'",
    becomes: 'where s.token_hash = $1 and s.expires_at > now()',
    noticedBy: 'ends when signed out, when idle for 12 hours, and after 7 days',
  },
  {
    rule: 'a token has no greater role than its maker now',
    within: access,
    text: 'role: roles.reduce(lesserRole, token.role),',
    becomes: 'role: token.role,',
    noticedBy: 'has the rights of its role, never more than its maker has now',
  },
  {
    rule: 'a token reaches no further than its maker now',
    within: access,
    text: 'const within = withinOf(nodes, accountNodes, makerNodes);',
    becomes: 'const within = withinOf(nodes, accountNodes);',
    noticedBy: 'of the whole organization shrinks to the nodes of its maker',
  },
  {
    rule: 'a token of somebody without access does nothing',
    within: access,
    text: 't.expires_at > now()) and u.ended_at is null',
    becomes: 't.expires_at > now())',
    noticedBy: 'takes over the role that the groups give at the next refresh, for tokens, too',
  },
  {
    rule: 'a service account has no more than who answers for it',
    within: access,
    text: 'on u.id = coalesce(t.user_id, s.user_id)`;',
    becomes: 'on u.id = t.user_id`;',
    noticedBy: 'never has more than the person who answers for it has now',
  },
  {
    rule: 'a token of a service account has no more than that account',
    within: access,
    text: 's.role as "accountRole", u.role as "makerRole"',
    becomes: 'null as "accountRole", u.role as "makerRole"',
    noticedBy: 'acts by its own name, with what it was given',
  },
  {
    rule: 'a service account for which nobody answers does nothing',
    within: access,
    text: 'and (s.of_machine or s.user_id is not null)))`;',
    becomes: '))`;',
    noticedBy: 'does nothing while nobody with access answers for it, until somebody takes it over',
  },
  {
    rule: 'a service account that is switched off does nothing',
    within: access,
    text: '(s.enabled and (',
    becomes: '(true and (',
    noticedBy: 'does nothing while it is switched off',
  },
  {
    rule: 'nobody makes a token with the rights of somebody else',
    within: access,
    text: "if (!allowed) throw new PlumblineError('token_of_another');",
    becomes: '',
    noticedBy: 'hands its tokens to nobody but who answers for it',
  },
  {
    rule: 'what a service account makes is bound like it',
    within: access,
    text: 'serviceAccountId: parent?.serviceAccountId ?? null,',
    becomes: 'serviceAccountId: null,',
    noticedBy: 'hands its tokens to nobody but who answers for it',
  },
  {
    rule: 'a token that was rotated ends with the overlap, and what was made with it',
    within: access,
    text: 'update access.api_tokens t set expires_at = least(t.expires_at, $2) from chain c where t.id = c.id',
    becomes:
      'update access.api_tokens t set expires_at = least(t.expires_at, $2) from chain c where t.id = c.id and t.id = $1',
    noticedBy: 'gives another text for the same rights; the old one ends with the overlap, and what was made with it',
  },
  {
    rule: 'the last administrator stays',
    within: access,
    text: "if (administrators.length === 1 && administrators[0] === id) throw new PlumblineError('last_administrator');",
    becomes: '',
    noticedBy: 'always include an administrator, also when two remove each other at once',
  },
  {
    rule: 'the break-glass administrator stays',
    within: access,
    text: "  if (breakGlass)\n    throw new PlumblineError('break_glass_needed', {",
    becomes: "  if (id === 0)\n    throw new PlumblineError('break_glass_needed', {",
    noticedBy:
      'lets only the break-glass administrator in with a password where single sign-on is required, and notes it',
  },
  {
    rule: 'single sign-on is never without a break-glass administrator',
    within: access,
    text: "if (enabled || passwords === 'break_glass') throw new PlumblineError('break_glass_needed');",
    becomes: '',
    noticedBy:
      'lets only the break-glass administrator in with a password where single sign-on is required, and notes it',
  },
];

/** What a provider answers counts once, for the browser that asked, and only as long as the provider says so. */
const providers: BrokenRule[] = [
  {
    rule: 'the state of a sign-in is its own',
    within: signOn,
    text: 'where state_hash = $1 and binding_hash = $2 and expires_at > now()',
    becomes: 'where $1::bytea is not null and binding_hash = $2 and expires_at > now()',
    noticedBy: 'takes no answer with another state, of a start too long ago, or begun with other settings',
  },
  {
    rule: 'an answer belongs to the browser that began',
    within: signOn,
    text: 'where state_hash = $1 and binding_hash = $2 and expires_at',
    becomes: 'where state_hash = $1 and $2::bytea is not null and expires_at',
    noticedBy: 'takes no answer that another browser began',
  },
  {
    rule: 'an answer comes in time',
    within: signOn,
    text: 'and binding_hash = $2 and expires_at > now()',
    becomes: 'and binding_hash = $2',
    noticedBy: 'takes no answer with another state, of a start too long ago, or begun with other settings',
  },
  {
    rule: 'an answer is taken once',
    within: signOn,
    text: 'delete from access.single_sign_on_starts\n      where state_hash = $1',
    becomes: 'update access.single_sign_on_starts set version = version\n      where state_hash = $1',
    noticedBy: 'takes the answer of a provider only once',
  },
  {
    rule: 'a token is for the sign-in that asked (nonce)',
    within: signOn,
    text: "expectedNonce: opened('nonce'),",
    becomes: 'expectedNonce: undefined as unknown as string,',
    noticedBy: 'refuses a token with a wrong %s',
  },
  {
    rule: 'a code is for the sign-in that asked (PKCE)',
    within: signOn,
    text: 'verifier: randomPKCECodeVerifier() };',
    becomes: "verifier: 'one-for-all'.repeat(5) };",
    noticedBy: 'refuses a code that the provider gave to another sign-in, or gave out before',
  },
  {
    rule: 'the issuer is written as it calls itself',
    within: signOn,
    text: 'if (said !== issuer) throw new WrongIssuer(said);',
    becomes: '',
    noticedBy: 'refuses a provider that calls itself otherwise',
  },
  {
    rule: 'clocks differ by five minutes at most',
    within: signOn,
    text: 'export const toleratedSeconds = 300;',
    becomes: 'export const toleratedSeconds = 3000;',
    noticedBy: 'with a provider whose clock is %s s off answers %s',
  },
  {
    rule: 'no token was made in the future',
    within: signOn,
    text: "  if (issuedAt * 1000 > Date.now() + toleratedSeconds * 1000) throw new PlumblineError('sso_clock_skew');",
    becomes: "  if (issuedAt < 0) throw new PlumblineError('sso_clock_skew');",
    noticedBy: 'with a provider whose clock is %s s off answers %s',
  },
  {
    rule: 'a token is signed by the provider',
    within: signOn,
    text: 'execute: [...insecure, enableNonRepudiationChecks] };',
    becomes: 'execute: insecure };',
    noticedBy: 'refuses a token that none of the provider’s keys signed',
  },
  {
    rule: 'the keys of a provider are those it publishes now',
    within: signOn,
    text: 'return use(await discover(client, call), call);',
    becomes:
      'const kept = globalThis as { kept?: Configuration };\n      return use((kept.kept ??= await discover(client, call)), call);',
    noticedBy: 'takes tokens of a new key at once, and none of the key before',
  },
  {
    rule: 'groups that are missing give nothing',
    within: signOn,
    text: "return groups === undefined ? 'groups_missing' : 'no_access';",
    becomes: "return groups === undefined ? { role: 'viewer', nodes: null } : 'no_access';",
    noticedBy: 'gives no access without a group that does, and takes it from who had it',
  },
  {
    rule: 'who loses the last group loses access everywhere',
    within: signOn,
    text: 'if (linked !== undefined) await endAccess(tx, linked, given);',
    becomes: '',
    noticedBy: 'gives no access without a group that does, and takes it from who had it',
  },
  {
    rule: 'a group of a node gives nothing of the whole organization',
    within: 'src/features/access/store',
    text: "  await putNodes(db, id, nodes, 'single sign-on');",
    becomes: '',
    noticedBy:
      'gives the nodes that groups say, with the least of their roles, and takes them back at the next refresh',
  },
  {
    rule: 'of several groups the least role counts in the nodes of all',
    within: signOn,
    text: 'role: matching.map(({ role }) => role).reduce(lesserRole),',
    becomes: 'role: matching.map(({ role }) => role).reduce(greaterRole),',
    noticedBy:
      'gives the nodes that groups say, with the least of their roles, and takes them back at the next refresh',
  },
  {
    rule: 'no group makes an administrator of some teams',
    within: signOn,
    text: "role !== 'admin' || node === null",
    becomes: "role !== 'admin' || node !== undefined",
    noticedBy:
      'gives the nodes that groups say, with the least of their roles, and takes them back at the next refresh',
  },
  {
    rule: 'who was removed upstream loses access at the next refresh',
    within: signOn,
    text: '    return end(options, session, error.code);',
    becomes: "    return 'goes_on';",
    noticedBy: 'asks again at the session’s next refresh, and shuts out who was removed upstream',
  },
  {
    rule: 'the provider is asked again when it is time',
    within: access,
    text: "or s.confirmed_at <= now() - make_interval(mins => (o.settings->>'recheckMinutes')::integer))",
    becomes: 'or false)',
    noticedBy: 'asks again at the session’s next refresh, and shuts out who was removed upstream',
  },
  {
    rule: 'nobody goes on for long while a provider is down',
    within: signOn,
    text: "if (session.ageSeconds < 2 * recheckMinutes * 60) return 'goes_on';",
    becomes: "return 'goes_on';",
    noticedBy: 'bridges a provider that is down for one more interval, and lets nobody on after it',
  },
  {
    rule: 'a session is of the provider that is configured',
    within: signOn,
    text: 'if (configured === undefined || configured.settings.issuer !== session.issuer)\n    return',
    becomes: 'if (configured === undefined)\n    return',
    noticedBy: 'ends sessions when single sign-on is switched off or another provider takes its place',
  },
  {
    rule: 'people go on to a page of ours',
    within: 'src/domain',
    text: "if (typeof address !== 'string' || address.length > longest || !address.startsWith('/')) return undefined;",
    becomes: "if (typeof address === 'string') return address;",
    noticedBy: 'goes on from %s to %s',
  },
  {
    rule: 'an address that is not verified is nobody’s',
    within: signOn,
    text: 'settings.trustEmails || identity.emailVerified;',
    becomes: 'settings.trustEmails || identity.email !== undefined;',
    noticedBy: 'takes no address that is not verified, none that is somebody else’s, and never the break-glass account',
  },
  {
    rule: 'no account is linked to two people',
    within: signOn,
    text: "if (found.breakGlass || found.subject !== null) return { refused: 'sso_account_taken' };",
    becomes: '',
    noticedBy: 'takes no address that is not verified, none that is somebody else’s, and never the break-glass account',
  },
  {
    rule: 'a secret is for the provider it was entered for',
    within: signOn,
    text: 'return same ? before.sealed : {};',
    becomes: 'return before === undefined ? {} : before.sealed;',
    noticedBy: 'keeps its secret where nobody reads it, and gives it to no other address',
  },
];

/** A provider ends what is its own, and nobody else does. */
const logout: BrokenRule[] = [
  {
    rule: 'a logout token is for this client',
    within: signOn,
    text: '      audience: client.clientId,\n',
    becomes: '',
    noticedBy: 'takes no token that is not the provider’s, not for this client, too old, of another kind, or used',
  },
  {
    rule: 'a logout token is fresh',
    within: signOn,
    text: '      maxTokenAge: toleratedSeconds,\n',
    becomes: '',
    noticedBy: 'takes no token that is not the provider’s, not for this client, too old, of another kind, or used',
  },
  {
    rule: 'a logout token is no ID token',
    within: signOn,
    text: '    nonce: z.undefined().optional(),\n',
    becomes: '',
    noticedBy: 'takes no token that is not the provider’s, not for this client, too old, of another kind, or used',
  },
  {
    rule: 'a logout token is obeyed once',
    within: signOn,
    text: "if (!(await rememberLogout(tx, hashToken(`${issuer} ${claims.jti}`)))) throw refused('it was used');",
    becomes: '',
    noticedBy: 'takes no token that is not the provider’s, not for this client, too old, of another kind, or used',
  },
  {
    rule: 'a provider that names a session ends that one',
    within: access,
    text: 'and ($3::text is null or provider_session = $3)',
    becomes: 'and ($3::text is null or provider_session is not null)',
    noticedBy: 'ends the session that the real provider names, and no other',
  },
];

/** Who works in some teams sees their rows alone. */
const scope: BrokenRule[] = [
  {
    rule: 'what concerns the whole organization is not of a team',
    within: access,
    text: "return within === undefined || scope !== 'organization';",
    becomes: 'return within === undefined || scope !== undefined;',
    noticedBy: 'gets past no route about the whole organization, whatever its role',
  },
  {
    rule: 'a team sees its own projects',
    within: 'src/features/code-quality',
    text: "'code_quality.projects': { of: 'projects', by: 'id' },",
    becomes: "'code_quality.projects': { everybody: 'broken' },",
    noticedBy: 'shows a %s of a team that team’s rows alone, whatever is asked for',
  },
  {
    rule: 'several bounds leave what lies within all of them',
    within: 'src/features/teams/visible',
    text: 'return a[kind].filter((id) => others.has(id));',
    becomes: 'return [...a[kind], ...others];',
    noticedBy: 'of several bounds see what lies within all of them',
  },
  {
    rule: 'who was given no node sees nothing',
    within: access,
    text: 'const within = sets.filter((set) => set !== null);',
    becomes: 'const within = sets.filter((set) => set !== null && set.length > 0);',
    noticedBy: 'is bounded, and not free, where it was given no node',
  },
];

/** Who manages a node changes that and what is below, and takes nothing. */
const writes: BrokenRule[] = [
  {
    rule: 'a node of others is changed by nobody of a team',
    within: 'src/surfaces/http',
    text: "    if (route.scope === 'node') await requireOwnNode(options, request);",
    becomes: '',
    noticedBy: 'changes nothing of nodes above, beside or that there are not, and is told the same of each',
  },
  {
    rule: 'what a change gives a team is what somebody of it had before',
    within: 'src/features/teams',
    text: 'if (after[kind].some((id) => !known.has(id))) throw takesMore();',
    becomes: 'if (after[kind].length > 1e9) throw takesMore();',
    noticedBy: 'takes nothing that is not theirs, even by a rule that stands',
  },
  {
    rule: 'who manages a node makes no pattern of projects',
    within: 'src/features/teams/belongings',
    text: '      if (own !== undefined) await requireOwnRules(tx, own, rules);',
    becomes: '',
    noticedBy: 'takes nothing that is not theirs, by no kind of rule, and no pattern that would take what comes later',
  },
  {
    rule: 'who manages a node makes no pattern of other things',
    within: 'src/features/teams/settings',
    text: '      if (own !== undefined) await requireOwnRules(tx, own, rules);',
    becomes: '',
    noticedBy: 'takes nothing that is not theirs, by no kind of rule, and no pattern that would take what comes later',
  },
  {
    rule: 'who manages a node takes no pattern of projects over from others',
    within: 'src/features/teams/belongings',
    text: 'const standing = await rulesOfTeams(tx, own.nodes);',
    becomes: `const standing = await rulesOfTeams(tx, (await tx.query<{ id: number }>('select id from teams.nodes')).map(({ id }) => id));`,
    noticedBy: 'takes no pattern of a team of others, although it takes nothing yet',
  },
  {
    rule: 'who manages a node takes no pattern of other things over from others',
    within: 'src/features/teams/settings',
    text: 'await thingRulesOfTeams(tx, own.nodes)',
    becomes: `await thingRulesOfTeams(tx, (await tx.query<{ id: number }>('select id from teams.nodes')).map(({ id }) => id))`,
    noticedBy: 'takes no pattern of a team of others, although it takes nothing yet',
  },
  {
    rule: 'who manages a node assigns no project that is not theirs',
    within: 'src/features/teams/settings',
    text: 'own.projects.includes(id)',
    becomes: 'own.projects.length + id > 0',
    noticedBy: 'takes nothing that is not theirs, by no kind of rule, and no pattern that would take what comes later',
  },
  {
    rule: 'who manages a node assigns no other thing that is not theirs',
    within: 'src/features/teams/settings',
    text: 'filter((thing) => own === undefined || isOwn(own, thing))',
    becomes: 'filter((thing) => own === undefined || thing.id > 0)',
    noticedBy: 'takes nothing that is not theirs, by no kind of rule, and no pattern that would take what comes later',
  },
  {
    rule: 'who manages a node brings no integration in',
    within: 'src/features/teams/settings',
    text: '      if (own !== undefined) requireFewer(await showSections(tx, place), sections);',
    becomes: '',
    noticedBy: 'leaves integrations out, and brings none in',
  },
  {
    rule: 'the answer to a change is within what its maker may see',
    within: 'src/features/teams',
    text: 'return rows === undefined ? read() : seeingOnly(rows, read);',
    becomes: 'return rows === undefined ? read() : read();',
    noticedBy: 'says its targets, and hears of no others',
  },
];

export const accessRules: readonly BrokenRule[] = [...permissions, ...providers, ...logout, ...scope, ...writes];
