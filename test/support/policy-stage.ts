import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openImageStore, replayImages } from '../../lab/registry/replay.ts';
import { type RegistrySimulator, startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import { ImageRecord } from '../../src/connectors/oci-registry/records.ts';
import { Secrets, Settings } from '../../src/connectors/oci-registry/settings.ts';
import type { Announcement } from '../../src/domain/announcement.ts';
import type { Actor } from '../../src/features/access/index.ts';
import { createReadOnDemand } from '../../src/features/images/index.ts';
import { storeImages } from '../../src/features/images/store-image.ts';
import { evaluateImages } from '../../src/features/policy/evaluate.ts';
import { defaultSettings, type PolicySettings } from '../../src/features/policy/model.ts';
import type { OnDemandOptions } from '../../src/features/policy/on-demand.ts';
import { policyReactions } from '../../src/features/policy/reactions.ts';
import { readVerdict } from '../../src/features/policy/reading/read-verdicts.ts';
import { writeSettings } from '../../src/features/policy/store/settings.ts';
import type { VerdictDetail } from '../../src/features/policy/contract.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { connections } from './connections.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

/** The commit of every stored image of team/checkout. */
export const storedCommit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
export const otherCommit = '1111111111111111111111111111111111111111';

export const administrator: Actor = { kind: 'user', userId: 1, tokenId: null, name: 'Ada', role: 'admin' };

export interface Analysis {
  project?: string;
  integration?: string;
  revision?: string;
  gate?: 'OK' | 'WARN' | 'ERROR' | 'NONE' | null;
  evaluated?: boolean | null;
  scope?: 'branch' | 'pull_request' | 'companion';
  branch?: string;
  at?: string;
  /** Coverage the gate saw, against a threshold of 80. */
  coverage?: string;
}

export interface PolicyStage {
  db: Database;
  registry: RegistrySimulator;
  /** Integration of the registry. */
  registryId: number;
  /** What outgoing webhooks were told. */
  announced: Announcement[];
  /** Jobs that were asked for: `name key`. */
  enqueued: string[];
  /** Stores an analysis as a publish leaves it behind; returns its id. Nothing reacts yet. */
  analyse(analysis?: Analysis): Promise<number>;
  /** Reads an image from the registry as a sync does and stores it; returns its id. Nothing reacts yet. */
  takeIn(
    tag: string,
    options?: { repository?: string; settings?: object; change?(record: ImageRecord): void },
  ): Promise<number>;
  /** Has a reaction of the room run, as its job would. */
  react(name: string, key: string | number): Promise<void>;
  evaluate(...ids: number[]): Promise<{ evaluated: number; changed: number }>;
  verdict(id: number): Promise<VerdictDetail>;
  /** `status REASON` of an image, judged anew. */
  outcome(id: number): Promise<string>;
  settings(change: Partial<PolicySettings>): Promise<void>;
  integration(kind: 'sonarqube' | 'oci-registry', name: string, settings?: object): Promise<number>;
  onDemand: OnDemandOptions;
}

const folder = new URL('../fixtures/provenance/store', import.meta.url).pathname;

/** A database and a registry with the real stored images, shared by the tests of a file and emptied for each. */
export function policyStage(): () => PolicyStage {
  let clone: TestDatabase;
  let registry: RegistrySimulator;
  let stage: PolicyStage;
  beforeAll(async () => {
    clone = await cloneDatabase();
    registry = await startRegistrySimulator({ referrers: 'none', paging: true });
    await replayImages(await openImageStore(folder), registry.url);
  });
  afterAll(async () => {
    await registry.close();
    await clone.drop();
  });
  beforeEach(async () => {
    await clone.db.execute(
      `truncate policy.settings, policy.past_settings, policy.noted_integrations, policy.mapping_rules, policy.results, policy.waivers, policy.environment_images, images.repositories,
                images.images, images.platforms, images.claims, images.tag_periods, code_quality.projects, code_quality.project_daily, code_quality.metrics,
                integrations.integrations, access.audit_events, access.audit_chain restart identity cascade;
       update access.audit_head set sequence = 0, hash = removed_hash`,
    );
    stage = await createStage(clone.db, registry);
  });
  return () => stage;
}

async function createStage(db: Database, registry: RegistrySimulator): Promise<PolicyStage> {
  const announced: Announcement[] = [];
  const enqueued: string[] = [];
  const announce = async (_: unknown, event: Announcement): Promise<void> => void announced.push(event);
  const options = {
    db,
    announce,
    enqueue: async (_: unknown, name: string, key: string): Promise<void> => void enqueued.push(`${name} ${key}`),
  };
  const reactions = policyReactions(options);
  const integration: PolicyStage['integration'] = async (kind, name, settings = {}) => {
    const row = await db.one<{ id: number }>(
      `insert into integrations.integrations (name, kind, settings) values ($1, $2, $3)
       on conflict (name) do update set name = excluded.name returning id`,
      [name, kind, JSON.stringify({ url: `https://${name}.example.com`, ...settings })],
    );
    return row.id;
  };
  const registryId = await integration('oci-registry', 'registry', { url: registry.url });
  const readOnDemand = createReadOnDemand({
    db,
    ...connections({
      integration: () => registryOf(registry.url),
      openOutbound: (wanted) => createOutbound(wanted, { random: () => 0 }),
    }),
    wantRepository: async (_, id, repository) => void enqueued.push(`want ${id} ${repository}`),
  });
  const stage: PolicyStage = {
    db,
    registry,
    registryId,
    announced,
    enqueued,
    integration,
    onDemand: {
      db,
      announce,
      readOnDemand,
    },
    analyse: (analysis = {}) => storeAnalysis(db, integration, analysis),
    async takeIn(tag, { repository = 'team/checkout', settings = {}, change } = {}) {
      const record = await readOne(registry.url, {
        repository,
        tag,
        settings,
      });
      change?.(record);
      return storeTagged(db, {
        registryId,
        repository,
        tag,
        record,
      });
    },
    async react(name, key) {
      const reaction = reactions.find((one) => one.name === name);
      if (reaction === undefined) throw new Error(`no reaction is named ${name}`);
      await reaction.handle(String(key), new AbortController().signal);
    },
    evaluate: (...ids) =>
      evaluateImages(
        {
          db,
          announce,
        },
        ids,
      ),
    verdict: (id) => readVerdict(db, id),
    async outcome(id) {
      await stage.evaluate(id);
      const { status, reason } = await stage.verdict(id);
      return `${status} ${reason}`;
    },
    settings: (change) =>
      writeSettings(
        db,
        {
          ...defaultSettings,
          ...change,
        },
        'Ada',
      ),
  };
  return stage;
}

const registryOf = (url: string) => ({
  id: 1,
  name: 'registry',
  kind: ociRegistry.kind,
  hostKey: new URL(url).origin,
  place: 'hub',
  intervalSeconds: 900,
  blackouts: [],
  auditTime: null,
  connector: ociRegistry as Connector,
  settings: Settings.parse({ url }),
  secrets: Secrets.parse({}),
});

async function readOne(
  url: string,
  { repository, tag, settings }: { repository: string; tag: string; settings: object },
): Promise<ImageRecord> {
  const http = createOutbound({ configuredHost: new URL(url).hostname, loopbackAllowed: true }, { random: () => 0 });
  try {
    const context = {
      settings: Settings.parse({
        url,
        ...settings,
      }),
      secrets: Secrets.parse({}),
      http,
      log: silentLog,
      signal: new AbortController().signal,
      now: () => new Date(),
    };
    const read = await ociRegistry.registry?.readImage(context, { repository, tag, digest: null });
    return ImageRecord.parse(read);
  } finally {
    await http.close();
  }
}

export async function storeTagged(
  db: Database,
  image: { registryId: number; repository: string; tag: string; record: ImageRecord },
): Promise<number> {
  const { registryId: integrationId, repository, tag, record } = image;
  return db.transaction(async (tx) => {
    const { id: repositoryId } = await tx.one<{ id: number }>(
      `insert into images.repositories (integration_id, source_key, row_hash) values ($1, $2, gen_random_uuid())
       on conflict (integration_id, source_key) do update set source_key = excluded.source_key returning id`,
      [integrationId, repository],
    );
    const shelf = { integrationId, repositoryId, runId: 1 };
    const [id = 0] = await storeImages(tx, shelf, [{ image: record, rowHash: randomUUID() }]);
    await tx.execute(
      'update images.tag_periods set to_at = now() where repository_id = $1 and name = $2 and to_at is null and image_id <> $3',
      [repositoryId, tag, id],
    );
    await tx.execute(
      `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at)
       select $1, $2, $3, $4, now() where not exists (
         select from images.tag_periods where repository_id = $2 and name = $3 and to_at is null)`,
      [integrationId, repositoryId, tag, id],
    );
    return id;
  });
}

async function storeAnalysis(
  db: Database,
  integration: PolicyStage['integration'],
  analysis: Analysis,
): Promise<number> {
  const { project = 'checkout', revision = storedCommit, gate = 'OK', evaluated = true, scope = 'branch' } = analysis;
  const { branch = scope === 'pull_request' ? '7' : 'main', at = '2026-11-20T10:00:00Z', coverage } = analysis;
  const integrationId = await integration('sonarqube', analysis.integration ?? 'sonar');
  const { id: projectId } = await db.one<{ id: number }>(
    `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash) values ($1, $2, $2, 'TRK', gen_random_uuid())
     on conflict (integration_id, source_key) do update set source_key = excluded.source_key returning id`,
    [integrationId, project],
  );
  const kind = scope === 'pull_request' ? 'pull_request' : 'branch';
  const { id: branchId } = await db.one<{ id: number }>(
    `insert into code_quality.branches (integration_id, project_id, source_key, kind, name, is_main, gate_status, row_hash)
     values ($1, $2, $3, $4, $5, $6, $7, gen_random_uuid())
     on conflict (project_id, source_key) do update set gate_status = excluded.gate_status returning id`,
    [integrationId, projectId, `${kind}:${branch}`, kind, branch, branch === 'main', gate ?? 'NONE'],
  );
  const { id } = await db.one<{ id: number }>(
    `insert into code_quality.analyses (integration_id, project_id, branch_id, source_key, analyzed_at, changed_at, revision, gate_status,
            gate_evaluated, ignored_conditions, scope, detail, row_hash)
     values ($1, $2, $3, gen_random_uuid()::text, $4, $4, $5, $6, $7, false, $8, 2, gen_random_uuid()) returning id`,
    [integrationId, projectId, branchId, at, revision, gate, evaluated, scope],
  );
  if (coverage !== undefined) {
    await db.execute(
      `with metric as (
         insert into code_quality.metrics (integration_id, source_key, name, type) values ($1, 'coverage', 'Coverage', 'PERCENT')
         on conflict (integration_id, source_key) do update set name = excluded.name returning id)
       insert into code_quality.gate_conditions (analysis_id, metric_id, operator, threshold, actual_value, status)
       select $2, id, 'LT', '80', $3, $4 from metric`,
      [integrationId, id, coverage, gate ?? 'OK'],
    );
  }
  return id;
}
