import { z } from 'zod';
import type {
  PutSingleSignOnAnswer,
  SignInSettings,
  SingleSignOnAnswer,
  UserList,
} from '../../../features/access/contract.ts';
import type { OrgTreeList, TreeDetail, TreeNode } from '../../../features/teams/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { exitCodes } from '../output.ts';
import { onlyReferences, resolveReference } from './references.ts';
import type { ApplyRun, ApplySection } from './section.ts';

/** A group gives a role everywhere, or for a team: `Europe / Berlin`, with `tree` where several trees have one. */
const Group = z.looseObject({ team: z.string().min(1).optional(), tree: z.string().min(1).optional() });
type Group = z.infer<typeof Group>;

/** What is not written stays as it is; what is written is judged by the hub. */
const SignIn = z.strictObject({
  /** E-mail address of the break-glass administrator; null: nobody. */
  breakGlass: z.email().nullable().optional(),
  passwords: z.enum(['everybody', 'break_glass']).optional(),
  passwordLength: z.int().optional(),
  refuseKnownPasswords: z.boolean().optional(),
  secondFactorFor: z.array(z.enum(['admin', 'team_manager', 'viewer'])).optional(),
  singleSignOn: z.looseObject({ clientSecret: z.string().optional(), groups: z.array(Group).optional() }).optional(),
});
type SignIn = z.infer<typeof SignIn>;

const rulesPath = 'api/v1/settings/sign-in';
const providerPath = 'api/v1/settings/single-sign-on';

export const signIn: ApplySection<SignIn> = {
  name: 'signIn',
  shape: SignIn,
  async resolve({ singleSignOn }, sources) {
    const place = 'signIn.singleSignOn.clientSecret';
    if (singleSignOn?.clientSecret === undefined) return [];
    const value = await resolveReference(singleSignOn.clientSecret, sources);
    if (value === undefined) return [`${place}: ${onlyReferences}`];
    if (typeof value !== 'string') return [`${place}: ${value.problem}`];
    singleSignOn.clientSecret = value;
    return [];
  },
  async apply({ breakGlass, singleSignOn, ...rules }, run) {
    const before = await run.api.get<SignInSettings>(rulesPath);
    const named = breakGlass === undefined ? {} : { breakGlassUserId: await userId(run, breakGlass) };
    const wanted = { ...before, ...rules, ...named };
    // Whoever is to stay able to sign in is named before the provider is switched on.
    const changed = [await put(run, rulesPath, 'sign-in rules', { before, wanted })];
    if (singleSignOn !== undefined) changed.push(await putProvider(run, singleSignOn));
    return { code: exitCodes.good, results: [{ signIn: { changed } }] };
  },
};

async function userId({ api }: ApplyRun, email: string | null): Promise<number | null> {
  if (email === null) return null;
  const { users } = await api.get<UserList>('api/v1/users');
  const user = users.find((one) => one.email === email.toLowerCase());
  if (user === undefined) throw new PlumblineError('user_not_found', { message: `There is no account ${email}.` });
  return user.id;
}

/** The hub says what differs: only it knows the secret it has, and what it takes for the same. */
async function putProvider(run: ApplyRun, { groups, ...rest }: NonNullable<SignIn['singleSignOn']>): Promise<boolean> {
  const { settings } = await run.api.get<SingleSignOnAnswer>(providerPath);
  const named = groups === undefined ? {} : { groups: await withNodes(run, groups) };
  const path = run.dryRun ? `${providerPath}?dryRun=true` : providerPath;
  const answer = await run.api.send<PutSingleSignOnAnswer>('PUT', path, { ...settings, ...rest, ...named });
  const differs = answer.changed.length > 0;
  say(run, 'single sign-on', differs);
  return differs;
}

/** Teams by their names become nodes by their numbers. */
async function withNodes({ api }: ApplyRun, groups: readonly Group[]): Promise<object[]> {
  if (groups.every(({ team }) => team === undefined)) return [...groups];
  const { trees } = await api.get<OrgTreeList>('api/v1/org-trees');
  const nodes: { tree: string; id: number; path: string }[] = [];
  for (const { id, name } of trees) {
    const detail = await api.get<TreeDetail>(`api/v1/org-trees/${id}`);
    for (const node of detail.nodes)
      if (node.id !== null) nodes.push({ tree: name, id: node.id, path: pathOf(node, detail.nodes) });
  }
  return groups.map(({ team, tree, ...group }) => {
    if (team === undefined) return group;
    const wanted = ` / ${team}`;
    const found = nodes.filter(
      (node) => (tree === undefined || node.tree === tree) && ` / ${node.path}`.endsWith(wanted),
    );
    if (found.length === 1) return { ...group, node: found[0]?.id };
    throw new PlumblineError('config_invalid', {
      message: `signIn.singleSignOn.groups: ${found.length === 0 ? 'no node' : `${found.length} nodes`} of an org tree ${found.length === 1 ? 'is' : 'are'} called “${team}”.`,
      remedy:
        'Write its name as the tree has it, with the names above it (Europe / Berlin), and the tree where several have one.',
    });
  });
}

function pathOf(node: TreeNode, nodes: readonly TreeNode[]): string {
  const above = node.parent === null ? undefined : nodes.find(({ key }) => key === node.parent);
  return above === undefined ? node.name : `${pathOf(above, nodes)} / ${node.name}`;
}

async function put(
  run: ApplyRun,
  path: string,
  name: string,
  { before, wanted }: { before: object | null; wanted: object },
): Promise<boolean> {
  const differs = JSON.stringify(sorted(before ?? {})) !== JSON.stringify(sorted(wanted));
  if (differs && !run.dryRun) await run.api.send('PUT', path, wanted);
  say(run, name, differs);
  return differs;
}

function say({ dryRun, json, terminal }: ApplyRun, name: string, differs: boolean): void {
  if (!json) terminal.out(`${name}: ${differs ? `${dryRun ? 'would be ' : ''}set` : 'unchanged'}\n`);
}

const sorted = (value: object): unknown => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
