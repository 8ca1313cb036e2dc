import { describe, expect, it } from 'vitest';
import { administrator, policyStage } from '../../../../test/support/policy-stage.ts';
import { isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import { readVerdicts } from '../reading/read-verdicts.ts';
import { compareWith, listEnvironments, readHistory, removeImage } from './environments.ts';
import { setImages } from './set-images.ts';

const stage = policyStage();
const never = new AbortController().signal;
const host = (): string => new URL(stage().registry.url).host;
const named = (tag: string): string => `${host()}/team/checkout:${tag}`;
const failure = (work: Promise<unknown>): Promise<PlumblineError> =>
  work.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: unknown) => {
      if (isPlumblineError(error)) return error;
      throw error;
    },
  );
const set = (reference: string, more: { environment?: string; makeNew?: boolean; patienceMs?: number } = {}) => {
  const { environment = 'production', makeNew = false, patienceMs = 5_000 } = more;
  const wanted = { environment, reference, credentials: [], makeNew };
  return setImages({ ...stage().onDemand, patienceMs }, administrator, wanted, never);
};
const compare = async (id: number, environment = 'production') => {
  const [candidate] = await readVerdicts(stage().db, [id]);
  return (await compareWith(stage().db, [candidate as never], environment))[0];
};

describe('what an environment runs', () => {
  it('is told by digest, and says when a tag has moved', async () => {
    const { db, analyse, takeIn, outcome } = stage();
    await analyse();
    const [good, bad] = [await takeIn('min-v1'), await takeIn('noprov')];
    await outcome(good);
    await outcome(bad);
    await set(named('min-v1'));
    expect(await compare(bad)).toMatchObject({ change: 'worse', baseline: { status: 'passed' } });
    await db.execute(`update images.tag_periods set to_at = now() where image_id = $1`, [good]);
    expect(await listEnvironments(db)).toMatchObject([
      { name: 'production', images: [{ reference: named('min-v1'), tagMoved: true, status: 'passed' }] },
    ]);
  });

  it('after a rollback is what was set last: a worse image is worse again', async () => {
    const { analyse, takeIn, outcome, db } = stage();
    await analyse();
    const [one, two] = [await takeIn('min-v1'), await takeIn('noprov')];
    await outcome(one);
    await outcome(two);
    await set(named('min-v1'));
    await set(named('noprov'));
    expect(await compare(two)).toMatchObject({ change: 'unchanged', baseline: { reference: named('noprov') } });
    await set(named('min-v1'));
    expect(await compare(two)).toMatchObject({ change: 'worse', baseline: { reference: named('min-v1') } });
    const { history } = await readHistory(db, 'production');
    expect(history.map(({ reference, endedAt }) => [reference, endedAt === null])).toEqual([
      [named('min-v1'), true],
      [named('noprov'), true],
      [named('min-v1'), false],
    ]);
    const [{ endedAt }, { setAt }] = [history[2] as { endedAt: string }, history[0] as { setAt: string }];
    expect(endedAt).toBe(setAt);
  });

  it('is kept when it was taken out, also one whose registry has it no more', async () => {
    const { takeIn, db } = stage();
    const id = await takeIn('min-v1');
    await set(named('min-v1'));
    await db.execute('update images.images set gone_at = now() where id = $1', [id]);
    const [environment] = await listEnvironments(db);
    const reference = `${host()}/team/checkout@${environment?.images[0]?.image.digest}`;
    await removeImage({ db }, administrator, { environment: 'production', reference });
    expect(await listEnvironments(db, 'production')).toEqual([]);
    expect((await readHistory(db, 'production')).history).toMatchObject([{ setBy: 'Ada', endedBy: 'Ada' }]);
    const trail = await db.query<{ action: string }>(
      `select action from access.audit_events where object_kind = 'environment' or action like 'environment.%' order by id`,
    );
    expect(trail.map(({ action }) => action)).toEqual(['environment.set', 'environment.remove']);
    const again = await failure(removeImage({ db }, administrator, { environment: 'production', reference }));
    expect(again.code).toBe('image_not_stored');
  });

  it('two that set the same image at the same time both do', async () => {
    const { takeIn, db } = stage();
    await takeIn('min-v1');
    await Promise.all([set(named('min-v1')), set(named('min-v1')), set(named('min-v1'))]);
    const { history } = await readHistory(db, 'production');
    expect([history.length, history.filter(({ endedAt }) => endedAt === null).length]).toEqual([3, 1]);
  });
});

describe('a glob', () => {
  it('sets every image it means, each by its own name', async () => {
    const { takeIn, db } = stage();
    const ids = [await takeIn('min-v1'), await takeIn('min-v02')];
    expect((await set(`${host()}/team/*:min-*`)).toSorted()).toEqual(ids.toSorted());
    const [environment] = await listEnvironments(db);
    expect(environment?.images.map(({ reference }) => reference).toSorted()).toEqual([
      named('min-v02'),
      named('min-v1'),
    ]);
  });

  it('that means nothing sets nothing', async () => {
    expect((await failure(set(`${host()}/nobody/*`))).code).toBe('nothing_matches');
    expect(await listEnvironments(stage().db)).toEqual([]);
  });
});

describe('an image the hub does not have yet', () => {
  it('is read from its registry, which told nobody of the push, and set once it is stored', async () => {
    const { takeIn, enqueued, registryId, db } = stage();
    const setting = set(named('min-v1'));
    await expect.poll(() => enqueued, { timeout: 20_000 }).toContain(`want ${registryId} team/checkout`);
    const id = await takeIn('min-v1');
    expect(await setting).toEqual([id]);
    expect(await listEnvironments(db)).toMatchObject([{ images: [{ reference: named('min-v1') }] }]);
  });

  it('is refused with the reason: not read in time, not at the registry, no integration', async () => {
    const slow = await failure(set(named('min-v1'), { patienceMs: 0 }));
    expect([slow.code, slow.message]).toEqual(['image_not_stored', expect.stringContaining('Its registry has it')]);
    expect(slow.remedy).toContain('integration registry watches team/checkout');
    expect((await failure(set(named('nope')))).message).toContain('The registry has no such image');
    await stage().db.execute(`update integrations.integrations set kind = 'other'`);
    expect((await failure(set(named('min-v1')))).message).toContain('no');
    expect(await listEnvironments(stage().db)).toEqual([]);
  });
});

describe('a name', () => {
  it('that is misspelt is an error that says what was likely meant', async () => {
    const { takeIn, outcome, db } = stage();
    const id = await takeIn('min-v1');
    await outcome(id);
    const unknown = await failure(compare(id));
    expect([unknown.code, unknown.message]).toEqual(['environment_not_found', 'There is no environment “production”.']);
    await set(named('min-v1'));
    const meant = 'There is no environment “prodution”. Did you mean “production”?';
    for (const work of [
      () => compare(id, 'prodution'),
      () => listEnvironments(db, 'prodution'),
      () => readHistory(db, 'prodution'),
      () => removeImage({ db }, administrator, { environment: 'prodution', reference: named('min-v1') }),
      () => set(named('min-v1'), { environment: 'prodution' }),
    ])
      expect((await failure(work())).message).toBe(meant);
    await set(named('min-v1'), { environment: 'prodution', makeNew: true });
    await set(named('min-v1'), { environment: 'staging' });
    expect((await listEnvironments(db)).map(({ name }) => name)).toEqual(['production', 'prodution', 'staging']);
    expect(await compare(id, 'staging')).toMatchObject({ change: 'unchanged' });
  });

  it('of an environment without an image of the repository lets the verdict alone count', async () => {
    const { takeIn, outcome, db } = stage();
    const id = await takeIn('min-v1');
    await outcome(id);
    await set(named('min-v1'));
    await removeImage({ db }, administrator, { environment: 'production', reference: named('min-v1') });
    expect(await compare(id)).toMatchObject({ change: 'no_baseline', baseline: null });
  });
});
