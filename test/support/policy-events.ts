import type { ClaimRecord, ImageRecord } from '../../src/connectors/oci-registry/records.ts';
import { claimPlaces, type Trust, trustClasses } from '../../src/domain/claim.ts';
import { codeQualityData } from '../../src/features/code-quality/index.ts';
import { policyData, policyReactsTo } from '../../src/features/policy/index.ts';
import { addMapping, changeMapping, listMappings, removeMapping } from '../../src/features/policy/mappings/mappings.ts';
import { type PolicySettings, defaultSettings } from '../../src/features/policy/model.ts';
import { everythingReaction, ruleReaction } from '../../src/features/policy/reactions.ts';
import { changeSettings } from '../../src/features/policy/settings.ts';
import { addWaiver, withdrawWaiver } from '../../src/features/policy/waivers/waivers.ts';
import { isPlumblineError } from '../../src/platform/errors/index.ts';
import { administrator, type PolicyStage, storeTagged } from './policy-stage.ts';

const hex = (letter: string, length = 40): string => letter.repeat(length);
/** Two begin alike; the last is the object of a tag, which nobody analyses. */
export const commits = [`abcdef012${hex('1', 31)}`, `abcdef012${hex('2', 31)}`, hex('c'), hex('d')] as const;
const tagObject = hex('e');
const sources = [null, 'https://git.example.com/team/checkout', 'https://git.example.com/fork/checkout'] as const;
const revisions = [
  ...commits,
  ...commits,
  tagObject,
  'abcdef0',
  'abcdef0121',
  `${commits[0]}-dirty`,
  'v1.0.0',
] as const;
const refs = [null, 'main', 'refs/tags/v1.0.0'] as const;
const directories = [null, 'svc/a', 'svc/b'] as const;
const repositories = ['team/checkout', 'team/api'] as const;
const servers = ['sonar', 'other'] as const;
const projects = ['checkout', 'api'] as const;
const digestOf = (letter: string): string => `sha256:${hex(letter, 64)}`;
const digests = ['1', '2', '3', '4', '5', '6'].map(digestOf);
const platformDigests = ['7', '8'].map(digestOf);
const statements = [null, digestOf('9'), digestOf('a')] as const;

export interface Driver {
  random(): number;
  pick<T>(of: readonly T[]): T;
  /** One thing happens, with the reactions asked for as the hub would; returns what it was. */
  event(): Promise<string>;
  /** Some of what was asked for, or all of it, in any order. */
  react(all: boolean): Promise<void>;
  images(): Promise<number[]>;
  claim(trust?: Trust): ClaimRecord;
}

/** What may happen to verdicts, drawn at random (but for some); the universe is small, so that everything meets everything. */
export function policyDriver(
  stage: PolicyStage,
  random: () => number,
  { without = [] }: { without?: readonly string[] } = {},
): Driver {
  const { db, enqueued } = stage;
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const chance = (of: number): boolean => random() < of;
  const changed = (kind: string, id: number): void => {
    const name = policyReactsTo[kind];
    if (name === undefined) throw new Error(`nothing reacts to ${kind}`);
    enqueued.push(`${name} ${id}`);
  };
  const ruleOptions = {
    db,
    ruleChanged: async (_: unknown, id: number) => void enqueued.push(`${ruleReaction} ${id}`),
  };
  const rowOf = (table: string, where = 'true'): Promise<{ id: number } | undefined> =>
    db.maybeOne(`select id from ${table} where ${where} order by md5(id::text || $1) limit 1`, [String(random())]);

  const claim = (trust: Trust = pick(trustClasses)): ClaimRecord => {
    const attached = trust === 'referrer' || (trust !== 'annotation' && trust !== 'label' && chance(0.3));
    const place =
      trust === 'label'
        ? 'config'
        : trust === 'annotation'
          ? pick(claimPlaces.filter((one) => ['manifest', 'index_entry', 'index'].includes(one)))
          : attached
            ? 'referrer'
            : 'index_attestation';
    const problem = chance(0.1) ? pick(['malformed', 'without_vcs'] as const) : null;
    return {
      platform: chance(0.5) ? null : pick(platformDigests),
      trust,
      place,
      source: problem === null ? pick(sources) : null,
      revision: problem === null ? pick(revisions) : null,
      ref: pick(refs),
      subdir: chance(0.8) ? null : pick(directories),
      predicateType: null,
      buildType: null,
      builderId: null,
      builtAt: null,
      signature: trust === 'signed' ? 'verified' : pick(['none', 'none', 'unverified', 'invalid'] as const),
      signer: null,
      manifestDigest: null,
      statementDigest: trust === 'annotation' || trust === 'label' ? null : pick(statements),
      problem,
      detail: null,
    };
  };

  /** One statement that names the object of a tag or the beginning of a commit, with the hint in it that says which. */
  const hintedStatement = (): ClaimRecord[] => {
    const { signature: _signature, ...common } = claim('builder');
    const one = { platform: null, place: 'index_attestation', problem: null, source: pick(sources.slice(1)) } as const;
    const shared = {
      ...common,
      ...one,
      signature: 'none',
      statementDigest: digestOf('9'),
      ref: 'refs/tags/v1.0.0',
    } as const;
    return [
      { ...shared, revision: pick([tagObject, 'abcdef0']) },
      { ...shared, trust: 'client', revision: pick(commits) },
    ];
  };

  const publish = async (): Promise<void> => {
    const platforms = chance(0.5) ? platformDigests : platformDigests.slice(0, 1);
    const claims = chance(0.25)
      ? hintedStatement()
      : Array.from({ length: chance(0.1) ? 0 : 1 + Math.floor(random() * 3) }, () => claim());
    const record: ImageRecord = {
      digest: pick(digests),
      mediaType: 'application/vnd.oci.image.index.v1+json',
      kind: 'image',
      artifactType: null,
      evidence: String(random()),
      signatureRequired: chance(0.05),
      signersKnown: chance(0.5),
      platforms: platforms.map((digest, index) => ({
        digest,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        os: 'linux',
        architecture: index === 0 ? 'amd64' : 'arm64',
        variant: null,
        osVersion: null,
        size: 1,
        createdAt: null,
      })),
      claims,
      problem: chance(0.03) ? { code: 'manifest_invalid', message: 'It is no manifest.' } : null,
      absentPlatforms: [],
    };
    const place = { registryId: stage.registryId, repository: pick(repositories), tag: pick(['1', '2', '3']) };
    changed('image_published', await storeTagged(db, { ...place, record }));
  };

  const analyse = (): Promise<number> =>
    stage.analyse({
      project: pick(projects),
      integration: pick(servers),
      revision: pick(commits),
      gate: pick(['OK', 'OK', 'ERROR', 'WARN', 'NONE'] as const),
      evaluated: pick([true, true, false, null]),
      scope: pick(['branch', 'branch', 'pull_request'] as const),
      branch: pick(['main', 'release']),
      at: `2026-11-${String(10 + Math.floor(random() * 18))}T10:00:00Z`,
      ...(chance(0.3) ? { coverage: String(Math.floor(random() * 100)) } : {}),
    });
  const gate = async (set: string): Promise<void> => {
    const row = await rowOf('code_quality.analyses');
    if (row === undefined) return;
    await db.execute(`update code_quality.analyses set ${set} where id = $1`, [row.id]);
    changed('analysis', row.id);
  };
  const project = async (set: string): Promise<void> => {
    const row = await rowOf('code_quality.projects');
    if (row === undefined) return;
    await db.execute(set, [row.id]);
    changed('analyses_of_project', row.id);
  };
  const integration = async (set: string, kind: string): Promise<void> => {
    const row = await rowOf('integrations.integrations', `kind = '${kind}'`);
    if (row === undefined) return;
    await db.execute(`update integrations.integrations set ${set} where id = $1`, [row.id]);
    changed('integration', row.id);
  };
  const remove = async (): Promise<void> => {
    const row = await rowOf('integrations.integrations', `kind = 'sonarqube'`);
    if (row === undefined) return;
    await db.execute(`update integrations.integrations set state = 'deleting' where id = $1`, [row.id]);
    changed('integration', row.id);
    if (chance(0.5)) await react(false);
    const data = [codeQualityData(db), policyData(db, stage.onDemand.announce)];
    for (const one of data) while ((await db.transaction((tx) => one.purge(tx, row.id, 1_000))) > 0);
    await db.execute('delete from integrations.integrations where id = $1', [row.id]);
  };
  const mapping = async (): Promise<void> => {
    const present = await listMappings(db);
    const some = present.length === 0 ? undefined : pick(present);
    const server = await rowOf('integrations.integrations', `kind = 'sonarqube'`);
    const named = server !== undefined && chance(0.3) ? String(server.id) : null;
    const wanted = {
      ...(chance(0.5)
        ? { images: pick(['team/*', 'team/checkout', '**']) }
        : { repository: pick(sources.slice(1)) ?? '' }),
      projects: [{ projectKey: pick(projects), integration: named, directory: pick(directories) }],
    };
    if (some !== undefined && chance(0.5)) return removeMapping(ruleOptions, administrator, some.id);
    if (some !== undefined && chance(0.3))
      return void (await changeMapping(ruleOptions, administrator, { id: some.id, wanted }));
    await addMapping(ruleOptions, administrator, wanted);
  };
  const settings = async (): Promise<void> => {
    const ids = (
      await db.query<{ id: number }>(`select id from integrations.integrations where kind = 'sonarqube'`)
    ).map(({ id }) => id);
    const wanted: PolicySettings = {
      ...defaultSettings,
      warnFails: chance(0.3),
      notEvaluatedIsNoData: chance(0.3),
      allowDirty: chance(0.3),
      usePullRequests: chance(0.7),
      inheritIndexClaim: chance(0.7),
      excludedIntegrations: ids.filter(() => chance(0.2)),
    };
    const asked = async (): Promise<void> => void enqueued.push(`${everythingReaction} 0`);
    await changeSettings(db, administrator, { settings: wanted, changed: asked });
  };
  const waiver = async (): Promise<void> => {
    const row = await rowOf('images.images');
    const expiresAt = new Date(Date.now() + 86_400_000);
    const wanted = { scope: pick(['image', 'repository'] as const), reason: 'for a day', expiresAt };
    if (row !== undefined) await addWaiver(db, administrator, { imageId: row.id, ...wanted }, new Date());
  };
  const endWaiver = async (): Promise<void> => {
    const row = await rowOf('policy.waivers', 'ended_at is null');
    if (row === undefined) return;
    if (chance(0.5)) return void (await withdrawWaiver(db, administrator, row.id));
    await db.execute(`update policy.waivers set expires_at = now() - interval '1 second' where id = $1`, [row.id]);
  };
  const goneOrBack = async (): Promise<void> => {
    const row = await rowOf('images.images');
    if (row === undefined) return;
    await db.execute('update images.images set gone_at = case when gone_at is null then now() end where id = $1', [
      row.id,
    ]);
    changed('image_published', row.id);
  };
  const moveTag = async (): Promise<void> => {
    const row = await rowOf('images.tag_periods', 'to_at is null');
    if (row !== undefined) await db.execute('update images.tag_periods set to_at = now() where id = $1', [row.id]);
  };
  const renamed = (): string => `server-${Math.floor(random() * 1e9)}`;

  const events: Record<string, () => Promise<unknown>> = {
    publish,
    analyse: async () => changed('analysis', await analyse()),
    backfill: async () => {
      for (let n = 0; n < 3; n += 1) await analyse();
      for (const { id } of await db.query<{ id: number }>('select id from code_quality.projects'))
        changed('analyses_of_project', id);
    },
    'a gate turns': () => gate(`gate_status = '${pick(['OK', 'ERROR', 'NONE'])}', changed_at = now()`),
    'an analysis goes': () => gate('deleted_at = case when deleted_at is null then now() end'),
    'a project is renamed': () =>
      project(`update code_quality.projects set name = 'Name ${Math.floor(random() * 1e9)}' where id = $1`),
    'a project is deleted or comes back': () =>
      project(
        'update code_quality.projects set deleted_at = case when deleted_at is null then now() end where id = $1',
      ),
    'the main branch is another': () =>
      project('update code_quality.branches set is_main = not is_main where project_id = $1'),
    'a server is renamed': () => integration(`name = '${renamed()}'`, 'sonarqube'),
    'signatures are required, or not': () =>
      integration(`settings = settings || '{"requireSignature": ${chance(0.15)}}'`, 'oci-registry'),
    'a server is removed': remove,
    mapping,
    settings,
    waiver,
    'a waiver ends': endWaiver,
    'an image goes or comes back': goneOrBack,
    'a tag moves': moveTag,
  };

  const names = Object.keys(events).filter((name) => !without.includes(name));

  async function react(all: boolean): Promise<void> {
    for (let left = all ? 10_000 : Math.ceil(random() * 3); enqueued.length > 0 && left > 0; left -= 1) {
      const [job = ''] = enqueued.splice(Math.floor(random() * enqueued.length), 1);
      const [name = '', key = ''] = job.split(' ');
      await stage.react(name, key);
      // At least once, as jobs are.
      if (chance(0.05)) await stage.react(name, key);
    }
  }

  return {
    random,
    pick,
    claim,
    react,
    async event() {
      const name = chance(0.4) ? pick(['publish', 'analyse', 'mapping']) : pick(names);
      try {
        await events[name]?.();
      } catch (error) {
        // What a person is refused is no event.
        if (!isPlumblineError(error)) throw error;
        return `${name} (refused)`;
      }
      return name;
    },
    images: async () =>
      (await db.query<{ id: number }>(`select id from images.images where kind = 'image' order by id`)).map(
        ({ id }) => id,
      ),
  };
}
