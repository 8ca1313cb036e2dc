import type { BitbucketSimulator } from '../simulators/bitbucket-server/index.ts';

/** Names of the credentials' files, mode 0600. */
export const credentialFiles = { bot: 'bot.token', ada: 'ada.token', password: 'ada.password' } as const;

/** Credentials of the sample's people, good for this server only. */
export interface SampleAccess {
  /** Reads every repository: what reports are written with. */
  bot: string;
  /** Administers the projects. */
  ada: string;
  /** Ada's password, for the interface of git and for making tokens. */
  password: string;
}

const lines = (count: number, changed: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: count }, (_nothing, index) => `${changed[index + 1] ?? `// line ${index + 1}`}\n`).join('');

/** Fills a new server: a project with an ordinary repository, one of several services, an archived one, and a fork. */
export async function fillSample({ state, world }: BitbucketSimulator, password: string): Promise<SampleAccess> {
  state.addUser({ name: 'ada', displayName: 'Ada Byron', password, admin: true });
  state.addUser({ name: 'bot', displayName: 'Quality bot' });
  state.addUser({ name: 'jdoe', displayName: 'John Doe' });
  const payments = state.addProject({ key: 'PAY', name: 'Payments', everybody: 'read' });
  const ledger = await state.addRepository({ project: payments, name: 'Ledger' });
  const main = { branch: 'main', message: 'Begin' };
  await state.push(ledger, { ...main, files: { 'src/refund.ts': lines(60), 'README.md': '# Ledger\n' } });
  const services = await state.addRepository({ project: payments, name: 'Services' });
  const folders = ['card', 'invoice', 'payout'].map((name) => [`services/${name}/src/index.ts`, lines(20)]);
  await state.push(services, { ...main, files: Object.fromEntries(folders) });
  const old = await state.addRepository({ project: payments, name: 'Old books' });
  await state.push(old, { ...main, files: { 'README.md': 'Kept for reading.\n' } });
  state.archive(old);
  await openPulls({ state, world });
  state.requireReport(ledger, { key: 'com.sonarsource.sonarqube', forbidden: 'any' });
  const admin = ['PROJECT_ADMIN', 'REPO_ADMIN'];
  return { bot: state.addToken({ user: 'bot' }), ada: state.addToken({ user: 'ada', permissions: admin }), password };
}

/** 17 is open, 18 comes from a fork, 19 is merged. */
async function openPulls({ state }: Pick<BitbucketSimulator, 'state' | 'world'>): Promise<void> {
  const repository = state.repository('PAY/ledger');
  const to = { repository, branch: 'main' };
  const open = async (id: number, branch: string, from = repository) =>
    state.openPullRequest({ id, title: `Change ${branch}`, from: { repository: from, branch }, to, author: 'jdoe' });
  const changed = (text: string): Record<string, string> => ({
    'src/refund.ts': lines(60, { 48: `refund('${text}');` }),
  });
  await state.push(repository, {
    branch: 'feature/refunds',
    from: 'main',
    files: changed('new'),
    message: 'Add refunds',
  });
  await open(17, 'feature/refunds');
  const fork = await state.fork(repository, 'jdoe');
  await state.push(fork, { branch: 'typo', from: 'main', files: { 'README.md': '# The ledger\n' }, by: 'jdoe' });
  await open(18, 'typo', fork);
  await state.push(repository, { branch: 'done', from: 'main', files: { 'src/done.ts': lines(3) } });
  await state.merge(await open(19, 'done'));
}
