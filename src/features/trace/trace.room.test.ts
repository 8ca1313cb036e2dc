import { describe, expect, it, onTestFinished } from 'vitest';
import { cloneDatabase } from '../../../test/support/database.ts';
import { testHub, type TestHub } from '../../../test/support/hub.ts';
import * as world from '../../../test/support/trace-world.ts';
import type { Database } from '../../platform/database/index.ts';
import { evaluateImages } from '../policy/evaluate.ts';
import type { Line, TraceAnswer } from './contract.ts';
import { traceData } from './integration-data.ts';
import { rebuildLinks } from './links/rebuild.ts';
import { followRegistries, traceReactions, traceReactsTo } from './reactions.ts';
import { traceRoutes } from './routes.ts';

const { at, commitOf, digestOf } = world;
/** How old a system’s word is goes by the clock of the database, so what is asked now is asked at its time. */
const later = new Date();
const minutesAgo = (minutes: number): Date => new Date(later.getTime() - minutes * 60_000);

async function stage(): Promise<{
  hub: TestHub;
  w: world.World;
  ask(text: string): Promise<TraceAnswer>;
  line(text: string): Promise<Line>;
}> {
  const hub = await testHub({ routes: (db) => traceRoutes({ db, now: () => later }) });
  const w = await world.traceWorld(hub.db);
  await hub.db.execute(
    `insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) select id, now(), 900 from integrations.integrations`,
  );
  await hub.db.execute(
    `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
     select id, 'full_sync', 'success', 'test', $1, $1 from integrations.integrations`,
    [minutesAgo(1)],
  );
  const ask = async (text: string): Promise<TraceAnswer> => {
    await rebuildLinks(hub.db);
    const { status, body } = await hub.call('GET', `/api/v1/trace?${new URLSearchParams({ text })}`, { as: 'viewer' });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body as TraceAnswer;
  };
  return {
    hub,
    w,
    ask,
    async line(text) {
      const { line, found } = await ask(text);
      if (line === null) throw new Error(`${text} may mean ${found.map(({ ref }) => ref).join(', ')}`);
      return line;
    },
  };
}

const kindsOf = ({ links }: Line): string[] => links.map(({ kind, certainty }) => `${kind} ${certainty}`).toSorted();
const codesOf = ({ missing }: Line): string[] => missing.map(({ expects, code }) => `${expects} ${code}`);
const stationsOf = ({ stations }: Line): string[] =>
  stations.map(({ station, title, state }) => `${station} ${title} ${state}`);

/** A commit that went all the way. */
async function wholeStory(w: world.World): Promise<void> {
  await world.bind(w);
  await world.addPullRequest(w, {
    number: '17',
    heads: [
      { commit: commitOf('1'), from: 5, to: 9 },
      { commit: commitOf('2'), from: 9 },
    ],
    merge: commitOf('3'),
  });
  await world.analyse(w, { commit: commitOf('2'), minute: 10, scope: 'pull_request', branch: '17' });
  await world.analyse(w, { commit: commitOf('3'), minute: 31, gate: 'ERROR' });
  await world.addImage(w, {
    letter: 'a',
    minute: 33,
    commits: [commitOf('3')],
    trust: 'signed',
    signature: 'verified',
  });
  await world.tag(w, { image: 'a', name: '1.0', minute: 33 });
  await world.execute(w, {
    key: 'build-1-of-the-ledger',
    commit: commitOf('3'),
    start: 31,
    end: 34,
    built: [{ image: 'registry.example.com/team/ledger', tag: '1.0', digest: digestOf('a') }],
  });
  await world.execute(w, {
    key: 'deploy-1-of-the-ledger',
    start: 44,
    end: 52,
    deploys: [{ image: 'registry.example.com/team/ledger:1.0', start: 45, at: 51 }],
  });
}

describe('the verdict of the policy', () => {
  const verdictsOf = ({ stations, worst }: Line): string[] =>
    stations
      .filter(({ station }) => station === 'image' || station === 'deployment')
      .map(({ ref, station, standing, facts }) =>
        [station, String(facts['verdict']), standing, worst.includes(ref) ? 'worst' : ''].join(' ').trim(),
      );
  const judge = async ({ db }: TestHub): Promise<void> => {
    await db.execute(
      `update images.images set problem_code = null, problem_message = null, signature_required = false, absent_platforms = '{}';
       update images.claims set revision = commit, platform_digest = null, problem = null, ref = null, subdir = null, source = null, repository_key = null`,
    );
    const images = await db.query<{ id: number }>('select id from images.images');
    await evaluateImages(
      { db, announce: async () => undefined },
      images.map(({ id }) => id),
    );
  };

  it('counts for the image and for the deployment that runs it: failed is worst, and without one nothing stands well', async () => {
    const { hub, w, line } = await stage();
    await wholeStory(w);
    await hub.db.execute('update deployments.places set running_id = (select id from deployments.deployments limit 1)');
    expect(verdictsOf(await line(commitOf('3')))).toEqual([
      'image no_verdict unknown',
      'deployment no_verdict unknown',
    ]);
    await judge(hub);
    expect(verdictsOf(await line(commitOf('3')))).toEqual([
      'image failed failed worst',
      'deployment failed failed worst',
    ]);
    await hub.db.execute(
      `insert into policy.waivers (policy, registry_id, repository_id, image_id, reason, author, expires_at)
       select 'sonarqube-quality-gates', integration_id, repository_id, id, 'known', 'Ada', now() + interval '1 hour' from images.images`,
    );
    expect(verdictsOf(await line(commitOf('3')))).toEqual([
      'image waived warning worst',
      'deployment waived warning worst',
    ]);
    await hub.db.execute("update policy.waivers set expires_at = now() - interval '1 second'");
    expect(verdictsOf(await line(commitOf('3')))).toEqual([
      'image failed failed worst',
      'deployment failed failed worst',
    ]);
    await hub.db.execute("update code_quality.analyses set gate_status = 'OK'");
    await judge(hub);
    expect(verdictsOf(await line(commitOf('3')))).toEqual(['image passed good', 'deployment passed good']);
    // What SonarQube said is too old: the registry and Harness were read, and yet nothing stands well.
    await hub.db.execute(
      `update ingestion.runs set finished_at = now() - interval '1 hour' where integration_id = $1`,
      [w.sonar],
    );
    expect(verdictsOf(await line(commitOf('3')))).toEqual([
      'image no_verdict unknown',
      'deployment no_verdict unknown',
    ]);
  });

  it('of a deployment of which only the commit was told is that of the gate of the commit', async () => {
    const { hub, w, line } = await stage();
    await world.analyse(w, { commit: commitOf('3'), minute: 31, gate: 'ERROR' });
    await world.report(w, { key: '1', service: 'web', at: 70, image: null, commit: commitOf('3') });
    await hub.db.execute('update deployments.places set running_id = (select id from deployments.deployments limit 1)');
    expect(verdictsOf(await line(commitOf('3')))).toEqual(['deployment failed failed worst']);
    await hub.db.execute('update deployments.places set running_id = null');
    expect(verdictsOf(await line(commitOf('3')))).toEqual(['deployment failed good']);
  });
});

describe('an environment', () => {
  it('is where a line begins, by its name or as links name it, and shows what runs there and nothing that ran before', async () => {
    const { w, line, ask } = await stage();
    await wholeStory(w);
    const before = await line('prod');
    expect(before.start).toBe(`environment:${w.harness}:pay/ledger/prod`);
    expect(stationsOf(before).toSorted()).toEqual(stationsOf(await line(commitOf('3'))).toSorted());
    await world.analyse(w, { commit: commitOf('4'), minute: 61 });
    await world.addImage(w, { letter: 'b', minute: 63, commits: [commitOf('4')] });
    await world.execute(w, {
      key: 'deploy-2-of-the-ledger',
      start: 70,
      deploys: [{ image: 'registry.example.com/team/ledger:1.1', digest: digestOf('b'), start: 71, at: 75 }],
    });
    const after = await line(before.start);
    expect(after.stations.flatMap(({ station, title }) => (station === 'commit' ? title : []))).toEqual([
      commitOf('4'),
    ]);
    expect(after.stations.filter(({ station }) => station === 'deployment')).toHaveLength(1);
    expect(after.stations.filter(({ station }) => station === 'environment')).toHaveLength(1);
    await expect(ask('environment:7:nowhere')).rejects.toThrow('trace_nothing_found');
  });
});

describe('a line', () => {
  it('is the same from each of its stations, and misses nothing', async () => {
    const { w, line } = await stage();
    await wholeStory(w);
    const whole = await line(commitOf('3'));
    expect(codesOf(whole)).toEqual([]);
    expect(stationsOf(whole)).toEqual([
      'pull_request PAY/ledger#17 merged',
      'analysis Ledger ERROR',
      `image team/ledger@${digestOf('a').slice(0, 19)} tagged`,
      'execution Build success',
      'execution Build success',
      'deployment ledger to prod succeeded',
      `commit ${commitOf('3')} null`,
      'environment pay/ledger/prod null',
    ]);
    expect(kindsOf(whole)).toEqual([
      'analyzed stated',
      'built stated',
      'built_from signed',
      'checked_out stated',
      'deployed inferred',
      'into stated',
      'merge stated',
      'ran_in stated',
    ]);
    for (const text of [
      commitOf('3').slice(0, 8),
      digestOf('a'),
      'registry.example.com/team/ledger:1.0',
      'team/ledger:1.0',
      `registry.example.com/team/ledger@${digestOf('a')}`,
      'deploy-1-of-the-ledger',
      'build-1-of-the-ledger',
      'https://harness.example.com/ng/account/x/cd/orgs/pay/projects/ledger/pipelines/build/executions/deploy-1-of-the-ledger/pipeline',
      'ledger',
    ])
      expect(stationsOf(await line(text)), text).toEqual(stationsOf(whole));
  });

  it('says which of its stations is worst, and where each is shown in the other system', async () => {
    const { w, line } = await stage();
    await wholeStory(w);
    const { worst, stations } = await line(commitOf('3'));
    const named = (refs: readonly string[]): string[] =>
      stations.filter(({ ref }) => refs.includes(ref)).map(({ station, standing }) => `${station} ${standing}`);
    expect(named(worst)).toEqual(['analysis failed']);
    expect(stations.filter(({ station }) => ['commit', 'analysis'].includes(station)).map(({ link }) => link)).toEqual([
      'https://sonar.example.com/dashboard?id=ledger',
      `https://code.example.com/projects/PAY/repos/ledger/commits/${commitOf('3')}`,
    ]);
    await world.analyse(w, { commit: commitOf('3'), minute: 70, gate: 'OK' });
    expect((await line(commitOf('3'))).worst).toEqual([]);
  });

  it('is not followed where only the meanings of a text are asked for, names of places among them', async () => {
    const { hub, w, line } = await stage();
    await wholeStory(w);
    await line(commitOf('3'));
    await hub.db.execute(
      'update deployments.places p set running_id = d.id from deployments.deployments d where d.place_id = p.id',
    );
    const meanings = async (text: string): Promise<string[]> => {
      const { status, body } = await hub.call('GET', `/api/v1/trace?${new URLSearchParams({ text, only: 'found' })}`, {
        as: 'viewer',
      });
      expect(status).toBe(200);
      expect((body as TraceAnswer).line).toBeNull();
      return (body as TraceAnswer).found.map(({ station, title }) => `${station} ${title}`);
    };
    expect(await meanings('PAY/ledger#17')).toEqual(['pull_request PAY/ledger#17']);
    expect(await meanings('PROD')).toEqual(['deployment ledger to prod', 'environment pay/ledger/prod']);
    expect(await meanings('nowhere')).toEqual([]);
    expect(await meanings('p')).toEqual([]);
  });

  it('of nothing is an error, or an empty answer to who asks for that', async () => {
    const { hub } = await stage();
    const asked = async (more: Record<string, string>): Promise<unknown> => {
      const { status, body } = await hub.call(
        'GET',
        `/api/v1/trace?${new URLSearchParams({ text: 'nowhere', ...more })}`,
        {
          as: 'viewer',
        },
      );
      return status === 200 ? body : status;
    };
    expect(await asked({})).toBe(404);
    expect(await asked({ ifNothing: 'empty' })).toEqual({ text: 'nowhere', found: [], line: null });
  });

  it('of a pull request goes through each of its pushes, and is judged by what it was merged as', async () => {
    const { w, line } = await stage();
    await wholeStory(w);
    for (const text of [
      'PAY/ledger#17',
      'pay/ledger#17',
      'https://code.example.com/projects/PAY/repos/ledger/pull-requests/17/overview',
    ]) {
      const found = await line(text);
      expect(
        found.stations
          .filter(({ station }) => station === 'commit')
          .map(({ title }) => title.slice(0, 1))
          .toSorted(),
      ).toEqual(['1', '2', '3']);
      expect(kindsOf(found)).toContain('analysis_of inferred');
      expect(codesOf(found)).toEqual([]);
      expect(stationsOf(found)).toContain('environment pay/ledger/prod null');
    }
  });

  it('is signed by nothing but the claim that decided', async () => {
    const { hub, w, line } = await stage();
    await world.addImage(w, {
      letter: 'a',
      minute: 33,
      commits: [commitOf('3')],
      trust: 'signed',
      signature: 'unverified',
    });
    await hub.db.execute(
      `insert into images.claims (image_id, ordinal, trust, place, signature, commit) select id, 7, 'signed', 'referrer', 'verified', $1 from images.images`,
      [commitOf('4')],
    );
    expect(kindsOf(await line(digestOf('a')))).toEqual(['built_from stated']);
  });

  it('says of no deployment which commit it is of, but where that was told of it', async () => {
    const { hub, w, line } = await stage();
    await wholeStory(w);
    await hub.db.execute('update deployments.deployments set commit = $1', [commitOf('8')]);
    const { id } = await hub.db.one<{ id: number }>('select id from deployments.deployments');
    expect(kindsOf(await line(`deployment:${id}`)).join()).not.toMatch(/deployed_commit/);
    await world.report(w, {
      key: '1',
      commit: commitOf('8'),
      digest: digestOf('a'),
      at: 90,
      link: 'https://ci.example.com/1',
    });
    expect(kindsOf(await line('https://ci.example.com/1'))).toContain('deployed_commit declared');
  });

  it('says of each link where it comes from, and since when', async () => {
    const { w, line } = await stage();
    await wholeStory(w);
    const { links } = await line(commitOf('3'));
    expect(links.find(({ kind }) => kind === 'built_from')).toMatchObject({
      to: `commit:${commitOf('3')}`,
      source: { integration: { id: w.registries[0], name: 'registry' }, stream: 'images', record: digestOf('a') },
      seenAt: at(33).toISOString(),
      validFrom: at(33).toISOString(),
      validTo: null,
    });
  });

  it('branches: three images of a commit, and two environments', async () => {
    const { w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1, commits: [commitOf('3')] });
    await world.addImage(w, { letter: 'b', minute: 2, commits: [commitOf('3')] });
    await world.addImage(w, { letter: 'c', minute: 3, commits: [commitOf('3').slice(0, 10)] });
    await world.report(w, { key: '1', digest: digestOf('a'), environment: 'prod', at: 5 });
    await world.report(w, { key: '2', digest: digestOf('b'), environment: 'test', at: 6 });
    await world.setEnvironment(w, { environment: 'prod', image: 'c', from: 7 });
    const found = await line(commitOf('3'));
    const of = (station: string) => found.stations.filter((one) => one.station === station).map(({ title }) => title);
    expect(of('image')).toHaveLength(3);
    expect(of('environment').toSorted()).toEqual(['prod', 'test']);
    // An image has its own commit and deployments on its line, not its siblings’.
    const one = await line(digestOf('a'));
    expect(one.stations.map(({ station }) => station)).toEqual(['image', 'deployment', 'commit', 'environment']);
  });
});

describe('what is several', () => {
  it('is shown, and none is followed', async () => {
    const { w, ask, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1, commits: ['abcdef1'.padEnd(40, '0')] });
    await world.addImage(w, { letter: 'a', minute: 1, registry: 1, commits: ['abcdef1'.padEnd(40, '1')] });
    for (const [text, station] of [
      ['abcdef1', 'commit'],
      [digestOf('a'), 'image'],
    ] as const) {
      const { found, line: none } = await ask(text);
      expect(none).toBeNull();
      expect(found.map((one) => one.station)).toEqual([station, station]);
      expect((await line(found[1]?.ref ?? '')).start).toBe(found[1]?.ref);
    }
    await world.report(w, { key: '1', digest: digestOf('a'), at: 5, link: 'https://ci.example.com/1' });
    const deployed = await line('https://ci.example.com/1');
    expect(codesOf(deployed)).toContain('image trace_image_ambiguous');
    expect(deployed.stations.filter((one) => one.station === 'image')).toHaveLength(2);
  });

  it('are commits of which an image names the beginning only', async () => {
    const { w, line } = await stage();
    await world.analyse(w, { commit: 'abcdef1'.padEnd(40, '0'), minute: 1 });
    await world.analyse(w, { commit: 'abcdef1'.padEnd(40, '1'), minute: 2 });
    await world.addImage(w, { letter: 'a', minute: 3, commits: ['abcdef1'] });
    const found = await line(digestOf('a'));
    expect(found.stations.filter(({ station }) => station === 'commit')).toHaveLength(2);
    expect(codesOf(found)).toContain('commit trace_commit_ambiguous');
  });

  it('is what a tag meant that moved while the deployment ran', async () => {
    const { w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1, commits: [commitOf('1')] });
    await world.addImage(w, { letter: 'b', minute: 1, commits: [commitOf('2')] });
    await world.tag(w, { image: 'a', name: 'latest', minute: 1 });
    await world.tag(w, { image: 'b', name: 'latest', minute: 8 });
    await world.report(w, {
      key: '1',
      image: 'registry.example.com/team/ledger:latest',
      start: 7,
      at: 9,
      link: 'https://ci.example.com/1',
    });
    const found = await line('https://ci.example.com/1');
    expect(found.links.find(({ kind }) => kind === 'deployed')).toMatchObject({
      certainty: 'inferred',
      note: 'tag_moved',
    });
    expect(codesOf(found)).toContain('image trace_tag_moved');
  });
});

describe('a link that is not there', () => {
  it('is missed of what is on the line, and not of what lies beside it', async () => {
    const { w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1, commits: [commitOf('1')] });
    await world.addImage(w, { letter: 'a', minute: 1, registry: 1, commits: [commitOf('2')] });
    await world.addImage(w, { letter: 'b', minute: 1 });
    await world.report(w, { key: '1', digest: digestOf('a'), at: 5 });
    await world.report(w, { key: '2', digest: digestOf('b'), commit: commitOf('3'), service: 'web', at: 6 });
    // The line of one image says that another one may have been meant.
    const { missing } = await line(commitOf('1'));
    expect(missing.find(({ code }) => code === 'trace_image_ambiguous')?.details).toEqual([
      expect.stringContaining(`team/ledger@${digestOf('a')}`),
      expect.stringContaining(`team/ledger@${digestOf('a')}`),
    ]);
    // What was deployed of a commit is known, though it says nothing of one.
    expect(codesOf(await line(commitOf('3')))).toEqual([
      'pull_request trace_no_pull_request',
      'analysis trace_commit_not_analyzed',
      'image trace_no_image',
      'commit trace_image_without_provenance',
      'execution trace_no_execution',
    ]);
  });

  it('says of what an execution built why nobody knows it', async () => {
    const { w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1, commits: [commitOf('1')] });
    const known = { image: 'registry.example.com/team/ledger', digest: digestOf('a') };
    const unread = { image: 'registry.example.com/team/ledger', digest: digestOf('e') };
    const elsewhere = { image: 'elsewhere.example.com/team/ledger', tag: '1' };
    await world.execute(w, { key: 'build-1-of-the-ledger', start: 2, end: 3, built: [known, unread, elsewhere] });
    const { missing } = await line('build-1-of-the-ledger');
    expect(missing.filter(({ expects }) => expects === 'image').map(({ code, details }) => [code, details])).toEqual([
      ['trace_registry_not_connected', ['elsewhere.example.com/team/ledger:1']],
      ['trace_image_not_read', [`registry.example.com/team/ledger@${digestOf('e')}`]],
    ]);
    // The line of the image that is known is none of those.
    expect(codesOf(await line(digestOf('a'))).filter((code) => code.startsWith('image'))).toEqual([]);
  });

  it('says of a commit why', async () => {
    const { w, line } = await stage();
    expect(codesOf(await line(commitOf('9')))).toEqual([
      'pull_request trace_no_pull_request',
      'analysis trace_commit_not_analyzed',
      'image trace_no_image',
    ]);
    await world.addPullRequest(w, { number: '17', heads: [{ commit: commitOf('9'), from: 20 }] });
    expect(codesOf(await line(commitOf('9')))).toContain('analysis trace_repository_not_bound');
    await world.bind(w);
    await world.analyse(w, { commit: commitOf('7'), minute: 10 });
    await world.analyse(w, { commit: commitOf('8'), minute: 30 });
    const { missing } = await line(commitOf('9'));
    expect(missing.find(({ expects }) => expects === 'analysis')).toMatchObject({
      code: 'trace_commit_not_analyzed',
      details: [`ledger ${commitOf('7')} ${at(10).toISOString()}`, `ledger ${commitOf('8')} ${at(30).toISOString()}`],
    });
    await world.analyse(w, { commit: commitOf('9'), minute: 21, scope: 'pull_request', branch: '17' });
    expect(codesOf(await line(commitOf('9')))).toContain('analysis trace_only_pull_request_analyzed');
  });

  it('says of an image why', async () => {
    const { w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1 });
    await world.addImage(w, { letter: 'b', minute: 1, commits: [commitOf('1')], outcome: 'PROVENANCE_CONFLICT' });
    expect(codesOf(await line(digestOf('a')))).toEqual([
      'commit trace_image_without_provenance',
      'execution trace_no_execution',
      'deployment trace_never_deployed',
    ]);
    expect(codesOf(await line(digestOf('b')))).toContain('commit trace_claims_contradict');
  });

  it('says of an image where its builder’s past was not read as far back as it was made', async () => {
    const { hub, w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 1 });
    await hub.db.execute('update images.images set created_at = $1, first_seen_at = $2', [at(-60 * 24 * 40), at(1)]);
    const dayOf = (daysBefore: number): string =>
      at(-60 * 24 * daysBefore)
        .toISOString()
        .slice(0, 10);
    const beyond = async () => {
      const { missing } = await line(digestOf('a'));
      return missing.flatMap(({ code, expects, details }) =>
        code === 'trace_beyond_history' ? [[expects, details]] : [],
      );
    };
    const wanted = (slice: string, phase: string) =>
      hub.db.execute(
        `insert into ingestion.sync_wants (integration_id, slice, phase, wanted_generation, priority, reasons) values ($1, $2, $3, 1, 1, '{}')`,
        [w.harness, slice, phase],
      );
    await wanted('account', 'current');
    expect(await beyond()).toEqual([]);
    await wanted('project:pay', 'history');
    expect(await beyond()).toEqual([
      ['execution', ['harness never']],
      ['deployment', ['harness never']],
    ]);
    const readFrom = (from: string | null) =>
      hub.db.execute(
        `insert into ingestion.slices (integration_id, slice, history_published_at, history_from) values ($1, 'project:pay', now(), $2)
         on conflict (integration_id, slice) do update set history_from = excluded.history_from`,
        [w.harness, from],
      );
    await readFrom(dayOf(60));
    expect(await beyond()).toEqual([]);
    await readFrom(null);
    expect(await beyond()).toEqual([]);
    await readFrom(dayOf(30));
    const [[, [detail = ''] = []] = []] = await beyond();
    expect(detail).toContain(`harness ${dayOf(30)}`);
    // A builder that writes no time: when it was seen first is known.
    await hub.db.execute("update images.images set created_at = 'epoch'");
    expect(await beyond()).toEqual([]);
  });

  it('says of a deployment why no image is known', async () => {
    const { w, line } = await stage();
    await world.addImage(w, { letter: 'a', minute: 10, commits: [commitOf('1')] });
    await world.tag(w, { image: 'a', name: '1.0', minute: 10 });
    const here = 'registry.example.com/team/ledger';
    const cases: [Partial<world.Deployment>, string][] = [
      [{ image: null }, 'trace_names_no_artifact'],
      [{ image: 'elsewhere.example.com/team/ledger:1.0' }, 'trace_registry_not_connected'],
      [{ image: 'registry.example.com/team/other:1.0' }, 'trace_registry_not_connected'],
      [{ image: here, digest: digestOf('e') }, 'trace_image_not_read'],
      [{ image: `${here}:1.0`, at: 5 }, 'trace_tag_unknown_then'],
      [{ image: `${here}:1.0`, at: -50 }, 'trace_beyond_history'],
    ];
    for (const [index, [deployment, code]] of cases.entries()) {
      const link = `https://ci.example.com/${index}`;
      await world.report(w, { key: String(index), at: 20, service: `s${index}`, ...deployment, link });
      expect(codesOf(await line(link)), code).toEqual([`image ${code}`]);
    }
    await world.execute(w, { key: 'nothing-at-all-1', start: 1, end: 2 });
    expect(codesOf(await line('nothing-at-all-1'))).toEqual(['image trace_names_no_artifact']);
  });

  it('says where nobody would tell, or nobody has for too long', async () => {
    const { hub, w, line } = await stage();
    await hub.db.execute(`update ingestion.runs set finished_at = $2 where integration_id = $1`, [w.sonar, at(500)]);
    expect((await line(commitOf('9'))).missing).toContainEqual(
      expect.objectContaining({
        expects: 'analysis',
        code: 'trace_not_read_since',
        details: [`sonar ${at(500).toISOString()}`],
      }),
    );
    await hub.db.execute(`delete from integrations.integrations where kind <> 'harness'`);
    expect(codesOf(await line(commitOf('9')))).toEqual([
      'pull_request trace_system_not_connected',
      'analysis trace_system_not_connected',
      'image trace_registry_not_connected',
    ]);
  });
});

it('of a text that means nothing there is no line, and of one that is none no answer', async () => {
  const { hub } = await stage();
  const ask = (text: string) => hub.call('GET', `/api/v1/trace?${new URLSearchParams({ text })}`, { as: 'viewer' });
  for (const text of [
    'nothing',
    'image:77',
    "x' or '1'='1",
    'PAY/ledger#99',
    '%',
    'abcdef1',
    'https://x.example.com/a?b=%27',
  ])
    expect([text, (await ask(text)).body.error?.code]).toEqual([text, 'trace_nothing_found']);
  for (const text of ['', ' ', 'x'.repeat(2_001), 'a\u0000b', 'a\nb'])
    expect([text, (await ask(text)).body.error?.code]).toEqual([text, 'invalid_request']);
});

it('what is removed of an integration takes its links, and those that end at its images', async () => {
  const { hub, w, line } = await stage();
  await wholeStory(w);
  await line(commitOf('3'));
  const [registry] = w.registries;
  await hub.db.execute('delete from images.images where integration_id = $1', [registry]);
  const data = traceData(hub.db);
  // Its link, and what is said of the registry, the repository and the image.
  expect(await data.count(registry)).toBe(4);
  await drain(hub.db, (tx) => data.purge(tx, registry, 2));
  expect(await data.count(registry)).toBe(0);
  const left = await hub.db.query('select kind, certainty, record from trace.links order by id');
  await rebuildLinks(hub.db);
  expect(await hub.db.query('select kind, certainty, record from trace.links order by id')).toEqual(left);
  expect(left.length).toBeGreaterThan(5);
});

async function drain(
  db: Database,
  purge: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<number>,
): Promise<void> {
  for (;;) if ((await db.transaction(purge)) === 0) return;
}

it('everything is looked at when there is no index yet, and when a registry is called otherwise', async () => {
  const clone = await cloneDatabase();
  onTestFinished(() => clone.drop());
  const w = await world.traceWorld(clone.db);
  const asked: string[] = [];
  const options = { db: clone.db, enqueue: async (_db: unknown, name: string) => void asked.push(name) };
  await followRegistries(options);
  await followRegistries(options);
  expect(asked).toEqual(['trace.everything']);
  await clone.db.execute(
    `update integrations.integrations set settings = '{"url": "https://new.example.com"}' where id = $1`,
    [w.registries[0]],
  );
  await followRegistries(options);
  expect(asked).toHaveLength(2);
});

it('what ran before is looked at again when the deployment that ended it comes at another time', async () => {
  const { hub, w } = await stage();
  const reactions = traceReactions({ db: hub.db, enqueue: async () => {} });
  const react = async ([told]: readonly world.Told[]): Promise<void> =>
    await reactions
      .find(({ name }) => name === 'trace.deployment')
      ?.handle(String(told?.id), new AbortController().signal);
  const ends = () =>
    hub.db.query("select record, valid_to as until from trace.links where kind = 'into' order by record");
  const first = await world.report(w, { key: '1', digest: digestOf('a'), at: 10 });
  const second = await world.report(w, { key: '2', digest: digestOf('b'), at: 20 });
  const third = await world.report(w, { key: '3', digest: digestOf('c'), at: 30 });
  for (const told of [third, first, second]) await react(told);
  // By the time that anybody looks at the third, the second has come after it, and the first was looked at in between.
  await hub.db.execute(`update deployments.deployments set at = $1 where source_key = '2'`, [at(40)]);
  await react(first);
  await hub.db.execute(`update deployments.deployments set at = $1 where source_key = '2'`, [at(5)]);
  await react(second);
  expect(await ends()).toEqual([
    { record: '1', until: at(30) },
    { record: '2', until: at(10) },
    { record: '3', until: null },
  ]);
  await hub.db.execute(`update deployments.deployments set at = $1 where source_key = '3'`, [at(8)]);
  await react(third);
  expect(await ends()).toEqual([
    { record: '1', until: null },
    { record: '2', until: at(8) },
    { record: '3', until: at(10) },
  ]);
});

it('what took the place of a deployment and was taken back leaves it two times there', async () => {
  const { hub, w, line } = await stage();
  const reactions = traceReactions({ db: hub.db, enqueue: async () => {} });
  const react = async (told: readonly world.Told[]): Promise<void> => {
    for (const { kind, id } of told)
      await reactions
        .find(({ name }) => name === traceReactsTo[kind])
        ?.handle(String(id), new AbortController().signal);
  };
  const periods = () =>
    hub.db.query(
      `select record, valid_from as "from", valid_to as until from trace.links where kind = 'into' order by valid_from, record`,
    );
  const first = await world.report(w, { key: '1', digest: digestOf('a'), at: 10 });
  const second = await world.report(w, { key: '2', digest: digestOf('b'), at: 20 });
  for (const told of [first, second]) await react(told);
  await hub.db.execute(
    `update deployments.deployments set rolled_back = true, rolled_back_at = $1 where source_key = '2'`,
    [at(30)],
  );
  await react(second);
  const shown = [
    { record: '1', from: at(10), until: at(20) },
    { record: '2', from: at(20), until: at(30) },
    { record: '1', from: at(30), until: null },
  ];
  expect(await periods()).toEqual(shown);
  const { links } = await line(`deployment:${first[0]?.id}`);
  expect(links.filter(({ kind }) => kind === 'into').map(({ validTo }) => validTo)).toEqual([
    at(20).toISOString(),
    null,
  ]);
  expect(await periods()).toEqual(shown);
  await react(await world.report(w, { key: '3', digest: digestOf('c'), status: 'failed', at: 35 }));
  await react(await world.report(w, { key: '4', digest: digestOf('c'), at: 40 }));
  expect(await periods()).toEqual([
    ...shown.slice(0, 2),
    { record: '1', from: at(30), until: at(40) },
    { record: '3', from: at(35), until: at(35) },
    { record: '4', from: at(40), until: null },
  ]);
});

it('of a companion the report counts that was made of it, and never the gate of its server', async () => {
  const { hub, w, ask } = await stage();
  await world.bind(w);
  await world.addPullRequest(w, { number: '17', heads: [{ commit: commitOf('1'), from: 5 }] });
  const [analysis] = await world.analyse(w, {
    commit: commitOf('1'),
    minute: 10,
    scope: 'companion',
    branch: '17',
    gate: 'OK',
  });
  const shown = async () => {
    const station = (await ask(commitOf('1'))).line?.stations.find(({ ref }) => ref === `analysis:${analysis?.id}`);
    const listed = await hub.db.one<{ state: string }>(
      `select state from data.trace_stations where station = 'analysis' and station_id = $1`,
      [analysis?.id],
    );
    expect(station?.state).toBe(listed.state);
    return [station?.state, station?.standing, station?.facts['serverGate'], station?.facts['report']];
  };
  expect(await shown()).toEqual(['NO_REPORT', 'unknown', 'OK', null]);
  const { id } = await hub.db.one<{ id: number }>(
    `insert into reports.reports (integration_id, sonarqube_id, repository_id, commit, report_key, binding_id, project_id, pull_request_id, cause)
     select i.id, b.sonarqube_id, b.repository_id, $1, 'key', b.id, b.project_id, p.id, 'test'
       from repositories.bindings b join repositories.pull_requests p on p.repository_id = b.repository_id
       join integrations.integrations i on i.kind = 'bitbucket-server' returning id`,
    [commitOf('1')],
  );
  expect(await shown()).toEqual(['NO_REPORT', 'unknown', 'OK', 'waiting']);
  const became = (state: string, result: string | null, code: string | null = null) =>
    hub.db.execute('update reports.reports set state = $2, result = $3, error_code = $4 where id = $1', [
      id,
      state,
      result,
      code,
    ]);
  for (const [state, result, code, expected] of [
    ['published', 'PASS', null, ['OK', 'good', 'OK', 'published PASS']],
    ['published', 'FAIL', null, ['ERROR', 'failed', 'OK', 'published FAIL']],
    ['failed', 'PASS', 'timeout', ['REPORT_FAILED', 'warning', 'OK', 'failed PASS timeout']],
    ['failed', 'FAIL', 'timeout', ['ERROR', 'failed', 'OK', 'failed FAIL timeout']],
    ['skipped', null, null, ['NO_REPORT', 'unknown', 'OK', 'skipped']],
    ['waiting', 'PASS', null, ['NO_REPORT', 'unknown', 'OK', 'waiting PASS']],
  ] as const) {
    await became(state, result, code);
    expect(await shown()).toEqual(expected);
  }
});

it('of a build that was not asked yet it is said, and nothing is taken for what it pushed without a tag', async () => {
  const { hub, w, line } = await stage();
  await world.addImage(w, { letter: 'a', minute: 10, commits: [commitOf('1')] });
  await world.tag(w, { image: 'a', name: 'latest', minute: 12 });
  await world.execute(w, {
    key: 'build-1-of-the-ledger',
    commit: commitOf('1'),
    start: 9,
    end: 15,
    built: [{ image: 'registry.example.com/team/ledger' }],
  });
  const missed = async () => {
    const { missing } = await line(commitOf('1'));
    return missing.filter(({ expects }) => expects === 'execution').map(({ code, details }) => [code, details]);
  };
  expect(await missed()).toEqual([['trace_no_execution', []]]);
  await hub.db.execute(
    `insert into deployments.execution_stages (execution_id, node, ordinal, type, status, status_class, failure_types, is_rollback)
     select id, 'other', 1, 'CI', 'Success', 'success', '{}', false from deployments.executions`,
  );
  const [[code, details] = []] = await missed();
  expect([code, details]).toEqual(['trace_build_not_asked', ['pay/ledger Build']]);
});

it('a deployment is looked at again when the tag that it named comes, and by nothing else that happens', async () => {
  const { hub, w } = await stage();
  const reactions = traceReactions({ db: hub.db, enqueue: async () => {} });
  const react = async (told: readonly world.Told[]): Promise<void> => {
    for (const { kind, id } of told)
      await reactions
        .find(({ name }) => name === traceReactsTo[kind])
        ?.handle(String(id), new AbortController().signal);
  };
  const linked = async () =>
    (await hub.db.one<{ n: number }>("select count(*) as n from trace.links where kind = 'deployed'")).n;
  await react(await world.report(w, { key: '1', image: 'registry.example.com/team/ledger:1.0', at: 50 }));
  await react(await world.addImage(w, { letter: 'a', minute: 10, commits: [commitOf('1')] }));
  expect(await linked()).toBe(0);
  await react(await world.tag(w, { image: 'a', name: '1.0', minute: 40 }));
  expect(await linked()).toBe(1);
});

it('a station of an integration that is stale does not stand well, and says since when', async () => {
  const { hub, w, line } = await stage();
  await wholeStory(w);
  await hub.db.execute("update code_quality.analyses set gate_status = 'OK'");
  const standings = async (): Promise<string[]> =>
    (await line(commitOf('3'))).stations
      .filter(({ station }) => station === 'analysis')
      .map(({ standing, staleSince }) => `${standing} ${staleSince === null ? 'fresh' : 'stale'}`);
  expect(await standings()).toEqual(['good fresh']);
  await hub.db.execute('update ingestion.runs set finished_at = $2 where integration_id = $1', [w.sonar, at(-600)]);
  expect(await standings()).toEqual(['unknown stale']);
});

it('a station that was read longer ago than was asked for does not stand well, nor one of unknown age', async () => {
  const { hub, w } = await stage();
  await wholeStory(w);
  await hub.db.execute("update code_quality.analyses set gate_status = 'OK'");
  await rebuildLinks(hub.db);
  const analyses = async (maxAge?: number): Promise<unknown[]> => {
    const path = `/api/v1/trace?text=${commitOf('3')}${maxAge === undefined ? '' : `&maxAge=${maxAge}`}`;
    const { line } = (await hub.call('GET', path, { as: 'viewer' })).body as TraceAnswer;
    const found = line?.stations.filter(({ station }) => station === 'analysis') ?? [];
    return found.map(({ standing, tooOld, readAt }) => [standing, tooOld, readAt !== null]);
  };
  await hub.db.execute('update ingestion.runs set finished_at = $2 where integration_id = $1', [
    w.sonar,
    minutesAgo(10),
  ]);
  const age = 10 * 60;
  expect(await analyses()).toEqual([['good', false, true]]);
  expect([await analyses(age + 60), await analyses(age - 60)]).toEqual([
    [['good', false, true]],
    [['unknown', true, true]],
  ]);
  await hub.db.execute('delete from ingestion.runs where integration_id = $1', [w.sonar]);
  expect(await analyses(366 * 86_400)).toEqual([['unknown', true, false]]);
});
