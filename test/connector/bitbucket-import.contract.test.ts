import { describe, expect, it, onTestFinished } from 'vitest';
import type { BitbucketSimulatorOptions } from '../../lab/simulators/bitbucket-server/index.ts';
import { startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import { RepositoryRecord } from '../../src/connectors/bitbucket-server/records.ts';
import { bitbucketContext } from './bitbucket-stage.ts';

const { codeImport } = bitbucketServer;
if (codeImport === undefined) throw new Error('Bitbucket Server has repositories to import');

async function sample(options: BitbucketSimulatorOptions = {}) {
  const found = await startSample(options);
  onTestFinished(() => found.bitbucket.close());
  const as = (token: string, settings = {}) => bitbucketContext({ url: found.bitbucket.url, token, settings });
  return { ...found, as };
}

describe('a person’s token', () => {
  it('is of a user, and one of nobody is refused', async () => {
    const { as, bot } = await sample();
    expect(await codeImport.whoAmI(as(bot))).toBe('bot');
    await expect(codeImport.whoAmI(as('BBDC-nobody'))).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('of nobody is refused also where anybody may read', async () => {
    const { bitbucket, as, repository } = await sample();
    repository.public = true;
    bitbucket.world.publicAccess = true;
    await expect(codeImport.whoAmI(as('BBDC-nobody'))).rejects.toMatchObject({ code: 'invalid_credentials' });
  });
});

describe('the list', () => {
  it('finds a user’s own repositories by the key of the project', async () => {
    const { bitbucket, as, ada, bot } = await sample();
    const own = bitbucket.state.addProject({ key: '~ada', name: 'Ada' });
    bitbucket.state.grant(own, 'ada', 'admin');
    await bitbucket.state.addRepository({ project: own, name: 'notes' });
    await bitbucket.state.addRepository({ project: own, name: 'other' });
    const list = (token: string, name: string) => codeImport.list(as(token), { project: '~ada', name, start: 0 });
    const { repositories, next, cutOff } = await list(ada, 'NOTE');
    expect(repositories.map((one) => RepositoryRecord.parse(one).slug)).toEqual(['notes']);
    expect([next, cutOff]).toEqual([null, null]);
    await expect(list(bot, '')).rejects.toMatchObject({ code: 'invalid_permissions' });
  });
});

describe('a repository', () => {
  it.each(['5.15', '7.0', '9.4'] as const)('comes with its default branch on %s', async (profile) => {
    const { bitbucket, as, project, bot } = await sample({ version: profile });
    const read = async (repository: string) => codeImport.repository(as(bot), { project: 'PAY', repository });
    expect((await read('ledger')).mainBranch).toBe('main');
    await bitbucket.state.addRepository({ project, name: 'empty' });
    const { record, mainBranch } = await read('empty');
    expect(RepositoryRecord.parse(record)).toMatchObject({ slug: 'empty' });
    // A newer one says what it would be; an older one says nothing.
    expect(mainBranch).toEqual(profile === '9.4' ? 'main' : null);
  });

  it('is read by the integration that names its project, in any case, or none', async () => {
    const { as, bot } = await sample();
    const place = { project: 'PAY', repository: 'ledger' };
    const isRead = (settings: object) => codeImport.isRead(as(bot, settings), place);
    expect([isRead({}), isRead({ projects: 'pay,other' }), isRead({ projects: 'other' })]).toEqual([true, true, false]);
  });
});
