import { describe, expect, it } from 'vitest';
import { auditedActions } from '../../../test/support/audit-trail.ts';
import { administrator, otherCommit, policyStage, storedCommit } from '../../../test/support/policy-stage.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import { readImages } from '../images/index.ts';
import { addMapping, applyMappings, changeMapping, listMappings, removeMapping } from './mappings/mappings.ts';
import { evaluateOnDemand } from './on-demand.ts';
import { policyData } from './integration-data.ts';
import { analysisReaction, everythingReaction, imageReaction, projectReaction, ruleReaction } from './reactions.ts';
import { listResults, readBriefly, readOverview, readTrend } from './reading/overview.ts';
import { changeSettings } from './settings.ts';
import { defaultSettings } from './model.ts';
import { addWaiver, withdrawWaiver } from './waivers/waivers.ts';

const stage = policyStage();
const never = new AbortController().signal;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing thrown',
    (error: unknown) => (isPlumblineError(error) ? error.code : String(error)),
  );
const rows = (): Promise<{ status: string; platform: string | null; current: boolean }[]> =>
  stage().db.query('select status, platform, valid_to is null as current from policy.results order by id');

describe('acceptance 8: arrival orders', () => {
  it('an analysis before its image, and an image before its analysis, end alike', async () => {
    const { analyse, takeIn, react, verdict, db } = stage();
    const early = await analyse({ gate: 'ERROR', coverage: '42.0' });
    await react(analysisReaction, early);
    const image = await takeIn('min-v1');
    await react(imageReaction, image);
    const first = await verdict(image);
    expect(first).toMatchObject({ status: 'failed', reason: 'GATE_FAILED' });

    await db.execute('truncate policy.results, code_quality.projects cascade');
    await react(imageReaction, image);
    expect(await verdict(image)).toMatchObject({ status: 'no_data', reason: 'NO_ANALYSIS' });
    await react(analysisReaction, await analyse({ gate: 'ERROR', coverage: '42.0' }));
    const second = await verdict(image);
    const [a, b] = [first, second].map((one) =>
      one.platforms.map(({ projects, ...rest }) => ({
        ...rest,
        projects: projects.map(({ flags, status, reason, analysis }) => ({
          flags,
          status,
          reason,
          conditions: analysis?.conditions,
        })),
      })),
    );
    expect(b).toEqual(a);
    expect(second.history.map(({ reason }) => reason)).toEqual(['GATE_FAILED', 'NO_ANALYSIS']);
  });

  it('an older analysis that arrives late does not replace a newer one', async () => {
    const { analyse, takeIn, react, verdict } = stage();
    const image = await takeIn('min-v1');
    await react(analysisReaction, await analyse({ gate: 'OK', at: '2026-11-20T10:00:00Z' }));
    await react(analysisReaction, await analyse({ gate: 'ERROR', at: '2026-11-19T10:00:00Z' }));
    expect((await verdict(image)).status).toBe('passed');
    await react(analysisReaction, await analyse({ gate: 'ERROR', at: '2026-11-21T10:00:00Z' }));
    expect((await verdict(image)).status).toBe('failed');
  });

  it('a gate that turns without an analysis turns the verdict, and outgoing webhooks are told once', async () => {
    const { analyse, takeIn, react, verdict, db, announced } = stage();
    const id = await analyse();
    const image = await takeIn('min-v1');
    await react(imageReaction, image);
    await db.execute(`update code_quality.analyses set gate_status = 'ERROR', changed_at = now() where id = $1`, [id]);
    await react(analysisReaction, id);
    await react(analysisReaction, id);
    expect((await verdict(image)).status).toBe('failed');
    expect(
      announced.map(({ data }) => [(data as { before: string }).before, (data as { after: string }).after]),
    ).toEqual([
      [null, 'passed'],
      ['passed', 'failed'],
    ]);
    expect(announced[1]?.data).toMatchObject({ policy: 'sonarqube-quality-gates', reason: 'GATE_FAILED' });
  });
});

describe('acceptance 6: one evaluation per image', () => {
  it('repeated and reordered reactions write one verdict', async () => {
    const { analyse, takeIn, react } = stage();
    const analysis = await analyse();
    const image = await takeIn('min-v1');
    await Promise.all([react(imageReaction, image), react(analysisReaction, analysis), react(imageReaction, image)]);
    await react(analysisReaction, analysis);
    expect(await rows()).toEqual([
      { status: 'passed', platform: null, current: true },
      { status: 'passed', platform: 'linux/amd64', current: true },
    ]);
  });
});

describe('acceptance 4: a platform that several builds share', () => {
  it('is judged by the index each tag points to', async () => {
    const { analyse, takeIn, evaluate, verdict } = stage();
    await analyse({ gate: 'ERROR' });
    const [clean, without] = [await takeIn('min-v1'), await takeIn('prov-novcs')];
    await evaluate(clean, without);
    const [a, b] = [await verdict(clean), await verdict(without)];
    expect(a.platforms[0]?.digest).toBe(b.platforms[0]?.digest);
    expect([a.reason, b.reason]).toEqual(['GATE_FAILED', 'PROVENANCE_WITHOUT_VCS']);
  });
});

describe('which images an analysis touches', () => {
  it('only those of its commit, also where only its beginning is claimed', async () => {
    const { analyse, takeIn, db, evaluate, react } = stage();
    const mine = await takeIn('min-v1');
    const short = await takeIn('ann-manifest', {
      change: ({ claims }) => {
        for (const claim of claims) claim.revision = storedCommit.slice(0, 9);
      },
    });
    const other = await takeIn('min-v02', {
      change: ({ claims }) => {
        for (const claim of claims) claim.revision = otherCommit;
      },
    });
    await evaluate(mine, short, other);
    const before = await db.query('select image_id, valid_from from policy.results order by id');
    await react(analysisReaction, await analyse());
    const touched = await db.query<{ image_id: number }>(
      'select distinct image_id from policy.results where valid_to is not null order by 1',
    );
    expect(touched.map((row) => row.image_id)).toEqual([mine, short]);
    expect(before).toHaveLength(6);
    await react(projectReaction, 1);
    expect((await readBriefly(db, [mine, short, other])).map(({ status }) => status).sort()).toEqual([
      'no_data',
      'passed',
      'passed',
    ]);
  });
});

describe('evidence', () => {
  it('is kept by value: what is said of the past does not change with the source', async () => {
    const { analyse, takeIn, evaluate, verdict, db } = stage();
    await analyse({ gate: 'ERROR', coverage: '42.0' });
    const image = await takeIn('multi');
    await evaluate(image);
    await db.execute(`update code_quality.gate_conditions set actual_value = '99.0'`);
    const kept = await verdict(image);
    expect(kept.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(kept.platforms[0]).toMatchObject({
      claim: { trust: 'client', commit: storedCommit, repositoryKey: 'git.example.com/team/checkout' },
      projects: [
        {
          projectKey: 'checkout',
          integrationName: 'sonar',
          analysis: {
            scope: 'branch',
            branch: 'main',
            gateStatus: 'ERROR',
            conditions: [{ metric: 'coverage', threshold: '80', actualValue: '42.0', status: 'ERROR' }],
          },
        },
      ],
    });
  });

  it('holds no credential: the image whose attestation leaks one', async () => {
    const { analyse, takeIn, evaluate, db } = stage();
    await analyse();
    await evaluate(await takeIn('git-vcs'), await takeIn('git-cred'));
    const { text } = await db.one<{ text: string }>(
      `select string_agg(r::text, ' ') as text from (select row_to_json(r) r from policy.results r union all select row_to_json(p) from policy.result_projects p) r`,
    );
    expect(text).toContain(storedCommit);
    expect(text).not.toMatch(/user:pw|xxxxx:/);
  });
});

describe('integrations', () => {
  it('all of them count; one that is left out or being deleted does not', async () => {
    const { analyse, takeIn, outcome, settings, db } = stage();
    await analyse();
    await analyse({ integration: 'other', gate: 'ERROR' });
    const image = await takeIn('min-v1');
    expect(await outcome(image)).toBe('failed GATE_FAILED');
    const { id } = await db.one<{ id: number }>(`select id from integrations.integrations where name = 'other'`);
    await settings({ excludedIntegrations: [id] });
    expect(await outcome(image)).toBe('passed GATES_PASSED');
    await settings({});
    await db.execute(`update integrations.integrations set state = 'deleting' where id = $1`, [id]);
    expect(await outcome(image)).toBe('passed GATES_PASSED');
  });

  it('a deleted SonarQube takes its part of verdicts away, a deleted registry its images’ verdicts', async () => {
    const { analyse, takeIn, outcome, db, registryId, verdict, onDemand } = stage();
    await analyse({ gate: 'ERROR' });
    const image = await takeIn('min-v1');
    await outcome(image);
    const data = policyData(db, onDemand.announce);
    const { id } = await db.one<{ id: number }>(`select id from integrations.integrations where name = 'sonar'`);
    await db.execute(`update integrations.integrations set state = 'deleting' where id = $1`, [id]);
    const purge = (integration: number): Promise<number> => db.transaction((tx) => data.purge(tx, integration, 100));
    expect(await purge(id)).toBe(1);
    expect(await purge(id)).toBe(0);
    expect(await verdict(image)).toMatchObject({
      reason: 'NO_ANALYSIS',
      history: [{ validTo: null }, { reason: 'GATE_FAILED' }],
    });
    expect(await data.count(registryId)).toBe(4);
    expect(await purge(registryId)).toBe(4);
    expect(await rows()).toEqual([]);
  });
});

describe('hints', () => {
  it('say what may be behind a commit without an analysis', async () => {
    const { analyse, takeIn, outcome, verdict } = stage();
    const image = await takeIn('git-tag');
    await outcome(image);
    expect((await verdict(image)).platforms[0]?.hints.map(({ code }) => code)).toEqual(['NO_INTEGRATION']);
    await analyse({ revision: otherCommit });
    expect((await verdict(image)).platforms[0]?.hints.map(({ code }) => code)).toEqual(['LIKELY_TAG_OBJECT']);
    const merge = await takeIn('min-v1', {
      change: ({ claims }) => {
        for (const claim of claims) claim.ref = 'refs/pull/12/merge';
      },
    });
    await outcome(merge);
    expect((await verdict(merge)).platforms[0]?.hints.map(({ code }) => code)).toEqual(['LIKELY_MERGE_COMMIT']);
  });

  it('name what was analysed instead, and that only pull requests were', async () => {
    const { analyse, takeIn, outcome, verdict, settings, db } = stage();
    await analyse({ revision: otherCommit });
    await addMapping({ db, ruleChanged: async () => undefined }, administrator, {
      repository: 'git@git.example.com:team/checkout.git',
      projects: [{ projectKey: 'checkout', integration: 'sonar', directory: null }],
    });
    await analyse({ scope: 'pull_request', gate: 'ERROR' });
    await settings({ usePullRequests: false });
    const image = await takeIn('min-v1');
    expect(await outcome(image)).toBe('no_data NO_ANALYSIS');
    const hints = (await verdict(image)).platforms[0]?.hints ?? [];
    expect(hints.map(({ code }) => code)).toEqual(['ONLY_PULL_REQUEST_ANALYSES', 'REPOSITORY_HAS_OTHER_ANALYSES']);
    expect(hints[1]?.message).toContain(otherCommit.slice(0, 12));
  });
});

describe('waivers', () => {
  const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

  it('let a failed verdict pass until they end by themselves; the verdict stays failed', async () => {
    const { analyse, takeIn, outcome, verdict, db } = stage();
    await analyse({ gate: 'ERROR' });
    const image = await takeIn('min-v1');
    await outcome(image);
    const wanted = { imageId: image, scope: 'image' as const, reason: 'Fix is being rolled out', expiresAt: inDays(3) };
    const waiver = await addWaiver(db, administrator, wanted, new Date());
    expect(await verdict(image)).toMatchObject({ status: 'failed', waiver: { author: 'Ada', inForce: true } });
    expect((await readOverview(db)).images).toMatchObject({ failed: 0, waived: 1 });
    await db.execute(`update policy.waivers set expires_at = now() - interval '1 second' where id = $1`, [waiver.id]);
    expect(await verdict(image)).toMatchObject({ status: 'failed', waiver: null, waivers: [{ inForce: false }] });
    expect((await readOverview(db)).images).toMatchObject({ failed: 1, waived: 0 });
    expect(await codeOf(withdrawWaiver(db, administrator, waiver.id))).toBe('waiver_not_found');
  });

  it('of a repository cover its other images; a person may end one', async () => {
    const { analyse, takeIn, outcome, verdict, db } = stage();
    await analyse({ gate: 'ERROR' });
    const [one, two] = [await takeIn('min-v1'), await takeIn('min-v02')];
    await outcome(one);
    await outcome(two);
    const wanted = { imageId: one, scope: 'repository' as const, reason: 'Migration', expiresAt: inDays(30) };
    const { id } = await addWaiver(db, administrator, wanted, new Date());
    expect((await verdict(two)).waiver).toMatchObject({ scope: 'repository', reason: 'Migration' });
    await withdrawWaiver(db, administrator, id);
    expect(await verdict(two)).toMatchObject({ waiver: null, waivers: [{ endedBy: 'Ada' }] });
    expect(await auditedActions(db)).toEqual(['policy.waive', 'policy.waiver_end']);
  });

  it('are refused where nothing failed, without an end in sight, and for no image', async () => {
    const { analyse, takeIn, outcome, db } = stage();
    await analyse();
    const image = await takeIn('min-v1');
    await outcome(image);
    const wanted = { imageId: image, scope: 'image' as const, reason: 'because', expiresAt: inDays(3) };
    expect(await codeOf(addWaiver(db, administrator, wanted, new Date()))).toBe('verdict_not_failed');
    expect(await codeOf(addWaiver(db, administrator, { ...wanted, expiresAt: inDays(-1) }, new Date()))).toBe(
      'waiver_expiry_invalid',
    );
    expect(await codeOf(addWaiver(db, administrator, { ...wanted, expiresAt: inDays(500) }, new Date()))).toBe(
      'waiver_expiry_invalid',
    );
    expect(await codeOf(addWaiver(db, administrator, { ...wanted, imageId: 999 }, new Date()))).toBe(
      'image_not_stored',
    );
  });
});

describe('mappings', () => {
  const image = (images: string, ...keys: string[]) => ({
    images,
    projects: keys.map((projectKey) => ({ projectKey, integration: null, directory: null })),
  });

  it('demand projects; the images a rule speaks of are judged again when it begins, changes and ends', async () => {
    const { analyse, takeIn, outcome, db, react, verdict } = stage();
    await analyse();
    const [mine, other] = [
      await takeIn('min-v1'),
      await takeIn('mono-a', { repository: 'team/mono-a' }).catch(() => 0),
    ];
    await outcome(mine);
    const asked: number[] = [];
    const options = { db, ruleChanged: async (_: unknown, id: number) => void asked.push(id) };
    const rule = await addMapping(options, administrator, image('team/check*', 'checkout', 'api'));
    await react(ruleReaction, asked[0] ?? 0);
    expect(await verdict(mine)).toMatchObject({ reason: 'NO_ANALYSIS' });
    expect((await verdict(mine)).platforms[0]?.projects.map(({ projectKey, reason }) => [projectKey, reason])).toEqual([
      ['checkout', 'GATES_PASSED'],
      ['api', 'NO_ANALYSIS'],
    ]);
    const changed = await changeMapping(options, administrator, {
      id: rule.id,
      wanted: image('team/check*', 'checkout'),
    });
    for (const id of asked) await react(ruleReaction, id);
    expect((await verdict(mine)).reason).toBe('GATES_PASSED');
    await removeMapping(options, administrator, changed.id);
    expect(asked).toHaveLength(4);
    expect(await codeOf(removeMapping(options, administrator, changed.id))).toBe('mapping_not_found');
    expect(other).toBe(0);
  });

  it('of a git repository say whose projects are whose, and in which directory', async () => {
    const { analyse, takeIn, outcome, db, verdict } = stage();
    await analyse({ project: 'a' });
    await analyse({ project: 'b', gate: 'ERROR' });
    const options = { db, ruleChanged: async () => undefined };
    await addMapping(options, administrator, {
      repository: 'https://git.example.com/team/checkout',
      projects: [
        { projectKey: 'a', integration: 'sonar', directory: 'svc/a' },
        { projectKey: 'b', integration: 'sonar', directory: 'svc/b' },
      ],
    });
    const image = await takeIn('min-v1', {
      change: ({ claims }) => {
        for (const claim of claims) claim.subdir = 'svc/a';
      },
    });
    expect(await outcome(image)).toBe('passed GATES_PASSED');
    expect((await verdict(image)).platforms[0]?.projects[0]?.analysis?.repository).toEqual({
      key: 'git.example.com/team/checkout',
      source: 'mapping',
    });
    expect(await codeOf(addMapping(options, administrator, { repository: './here', projects: [] }))).toBe(
      'repository_address_invalid',
    );
  });

  it('from a file are what the file says; applying twice changes nothing', async () => {
    const { db } = stage();
    const asked: number[] = [];
    const options = { db, ruleChanged: async (_: unknown, id: number) => void asked.push(id) };
    const byPerson = await addMapping(options, administrator, image('other/*', 'other'));
    const mappings = [image('team/*', 'checkout'), image('team/api', 'api')];
    expect(await applyMappings(options, administrator, { mappings, dryRun: true })).toEqual({
      added: 2,
      removed: 0,
      unchanged: 0,
    });
    expect(await listMappings(db)).toHaveLength(1);
    expect(await applyMappings(options, administrator, { mappings, dryRun: false })).toEqual({
      added: 2,
      removed: 0,
      unchanged: 0,
    });
    asked.length = 0;
    expect(await applyMappings(options, administrator, { mappings, dryRun: false })).toEqual({
      added: 0,
      removed: 0,
      unchanged: 2,
    });
    expect(asked).toEqual([]);
    expect(
      await applyMappings(options, administrator, { mappings: [image('team/*', 'checkout')], dryRun: false }),
    ).toEqual({ added: 0, removed: 1, unchanged: 1 });
    expect((await listMappings(db)).map(({ id }) => id)).toContain(byPerson.id);
    expect(
      await codeOf(
        applyMappings(options, administrator, {
          mappings: [mappings[0] as never, mappings[0] as never],
          dryRun: false,
        }),
      ),
    ).toBe('mapping_exists');
    expect(await codeOf(addMapping(options, administrator, image('other/*', 'x')))).toBe('mapping_exists');
    expect(await codeOf(addMapping(options, administrator, { ...image('z/*', 'x'), registry: 'nobody' }))).toBe(
      'integration_not_found',
    );
  });
});

describe('settings', () => {
  it('ask for every image once they differ, and the nightly sweep does the same', async () => {
    const { db, analyse, takeIn, react, outcome, verdict } = stage();
    await analyse({ gate: 'WARN' });
    const image = await takeIn('min-v1');
    await outcome(image);
    let asked = 0;
    const change = (settings: Partial<typeof defaultSettings>) =>
      changeSettings(db, administrator, {
        settings: { ...defaultSettings, ...settings },
        changed: async () => void asked++,
      });
    await change({});
    expect(asked).toBe(0);
    await change({ warnFails: true });
    await change({ warnFails: true });
    expect(asked).toBe(1);
    await react(everythingReaction, 'sweep');
    expect((await verdict(image)).reason).toBe('GATE_FAILED');
  });
});

describe('images on demand', () => {
  const host = (): string => new URL(stage().registry.url).host;
  const ask = (...images: string[]) => evaluateOnDemand(stage().onDemand, { images, credentials: [] }, never);

  it('are read from their registry when nobody took them in, and the repository is asked for', async () => {
    const { analyse, enqueued, registryId } = stage();
    await analyse({ gate: 'ERROR', coverage: '42.0' });
    const [verdict] = await ask(`${host()}/team/checkout:min-v1`);
    expect(verdict).toMatchObject({
      status: 'failed',
      reason: 'GATE_FAILED',
      image: { id: null, registry: { id: registryId } },
      since: null,
    });
    expect(verdict?.platforms[0]?.projects[0]?.analysis?.conditions).toHaveLength(1);
    expect(enqueued).toEqual([`want ${registryId} team/checkout`]);
    expect(await rows()).toEqual([]);
  });

  it('acceptance 9: by tag and by digest, with and without attestation, answer alike', async () => {
    for (const tag of ['noprov', 'min-v1', 'ann-index']) {
      const [byTag] = await ask(`${host()}/team/checkout:${tag}`);
      const [byDigest] = await ask(`${host()}/team/checkout@${byTag?.image.digest}`);
      expect([byDigest?.status, byDigest?.reason, byDigest?.platforms]).toEqual([
        byTag?.status,
        byTag?.reason,
        byTag?.platforms,
      ]);
    }
  });

  it('are answered from what is stored when the tag has not moved; several and globs in one call', async () => {
    const { takeIn, analyse } = stage();
    await analyse();
    const ids = [await takeIn('min-v1'), await takeIn('min-v02')];
    const verdicts = await ask(`${host()}/team/checkout:min-v1`, `${host()}/team/*:min-*`);
    expect(verdicts.map(({ image }) => image.id)).toEqual([ids[0], ...ids]);
    expect(verdicts.every(({ status, since }) => status === 'passed' && since !== null)).toBe(true);
    expect(await codeOf(ask(`${host()}/nobody/*`))).toBe('nothing_matches');
    expect(await codeOf(ask('not an image'))).toBe('image_reference_invalid');
  });

  it('by platform, and of a platform that is not there', async () => {
    const { analyse, takeIn } = stage();
    await analyse();
    await takeIn('multi');
    const wanted = { images: [`${host()}/team/checkout:multi`], credentials: [] };
    const [verdict] = await evaluateOnDemand(stage().onDemand, { ...wanted, platform: 'linux/arm64' }, never);
    expect(verdict?.platforms.map(({ platform }) => platform)).toEqual(['linux/arm64']);
    expect(await codeOf(evaluateOnDemand(stage().onDemand, { ...wanted, platform: 'linux/s390x' }, never))).toBe(
      'invalid_request',
    );
  });

  it('acceptance 10: ask for no layer', async () => {
    const { registry } = stage();
    registry.journal.clear();
    await ask(`${host()}/team/checkout:multi`);
    const layers = new Set(
      [...(registry.repositories.get('team/checkout')?.manifests.values() ?? [])].flatMap(({ bytes }) => {
        const { layers: all = [] } = JSON.parse(bytes.toString()) as {
          layers?: { digest: string; mediaType: string }[];
        };
        return all.filter(({ mediaType }) => mediaType.includes('image.layer')).map(({ digest }) => digest);
      }),
    );
    expect(layers.size).toBeGreaterThan(0);
    expect(registry.journal.entries.filter(({ url }) => [...layers].some((digest) => url.includes(digest)))).toEqual(
      [],
    );
  });

  it('of a registry nobody configured: a private address is refused, and the credential is nowhere', async () => {
    const { db } = stage();
    await db.execute(`update integrations.integrations set kind = 'other'`);
    const credentials = [{ registry: host(), username: 'ci', password: 'very-secret' }];
    const [verdict] = await evaluateOnDemand(
      stage().onDemand,
      { images: [`${host()}/team/checkout:min-v1`], credentials },
      never,
    );
    expect(verdict).toMatchObject({ status: 'error', reason: 'REGISTRY_UNREACHABLE' });
    expect(JSON.stringify(verdict)).not.toContain('very-secret');
  });

  it('of a registry nobody configured: whatever is the matter, it is not reachable', async () => {
    const { db } = stage();
    await db.execute(`update integrations.integrations set kind = 'other'`);
    const hosts = [host(), '127.0.0.1:1', 'localhost:1', 'no-such-name.invalid', '169.254.169.254', '[::1]:22'];
    for (const name of hosts) {
      const [verdict] = await evaluateOnDemand(
        stage().onDemand,
        { images: [`${name}/team/x:1`], credentials: [] },
        never,
      );
      expect(verdict).toMatchObject({ reason: 'REGISTRY_UNREACHABLE', upstream: `${name} is not reachable.` });
      expect(JSON.stringify(verdict)).not.toMatch(/ENOTFOUND|ECONNREFUSED|loopback|link-local|DNS|OUTBOUND/);
    }
  });
});

describe('what the page shows', () => {
  it('counts what the lists hold, failing first, and says what is missing while there is nothing', async () => {
    const { db, analyse, takeIn, outcome } = stage();
    expect((await readOverview(db)).setup).toMatchObject({ next: 'connect_sonarqube', images: false });
    await analyse({ gate: 'ERROR' });
    expect((await readOverview(db)).setup.next).toBe('push');
    const ids = [await takeIn('noprov'), await takeIn('min-v1'), await takeIn('dirty')];
    for (const id of ids) await outcome(id);
    const overview = await readOverview(db);
    expect(overview.images).toEqual({ passed: 0, failed: 1, waived: 0, noData: 2, error: 0, total: 3 });
    expect(overview.reasons.map(({ reason }) => reason)).toEqual(['GATE_FAILED', 'NO_PROVENANCE', 'SOURCE_DIRTY']);
    const list = await listResults(db, { page: 1 });
    expect([list.total, list.results[0]?.status, list.results[0]?.image.id]).toEqual([3, 'failed', ids[1]]);
    expect((await listResults(db, { page: 1, status: ['no_data'], search: 'CHECK' })).total).toBe(2);
    const { total: _total, noData, ...rest } = overview.images;
    for (const [status, images] of Object.entries({ ...rest, no_data: noData }))
      expect((await listResults(db, { page: 1, status: [status as 'failed'] })).total, status).toBe(images);
    expect((await listResults(db, { page: 1, reason: ['SOURCE_DIRTY'] })).total).toBe(1);
    expect((await listResults(db, { page: 1, search: '%' })).total).toBe(0);
  });

  it('tells what was said at the end of each day', async () => {
    const { db, analyse, takeIn, outcome } = stage();
    const image = await takeIn('min-v1');
    await outcome(image);
    await db.execute(`update policy.results set valid_from = now() - interval '3 days'`);
    await analyse();
    await outcome(image);
    await db.execute(`update policy.results set valid_to = now() - interval '1 day' where valid_to is not null`);
    await db.execute(`update policy.results set valid_from = now() - interval '1 day' where valid_to is null`);
    const { days } = await readTrend(db, 10, new Date());
    expect(days.map(({ passed, noData }) => [passed, noData])).toEqual([
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
    expect((await readTrend(db, 1, new Date())).days).toHaveLength(1);
  });

  it('shows that a gate evaluated nothing beside its pass', async () => {
    const { db, analyse, takeIn, outcome } = stage();
    await analyse({ evaluated: false });
    const image = await takeIn('min-v1');
    expect(await outcome(image)).toBe('passed GATES_PASSED');
    expect((await listResults(db, { page: 1 })).results[0]).toMatchObject({ status: 'passed', notEvaluated: true });
    expect(await readBriefly(db, [image])).toMatchObject([{ notEvaluated: true }]);
    expect((await readImages(db, [image]))[0]?.tags).toEqual(['min-v1']);
  });
});
