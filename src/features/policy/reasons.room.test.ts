import { describe, expect, it } from 'vitest';
import { type PolicyStage, otherCommit, policyStage, storedCommit } from '../../../test/support/policy-stage.ts';
import { type ReasonCode, reasonCodes, reasons } from '../../domain/verdict.ts';
import { addMapping } from './mappings/mappings.ts';
import { evaluateOnDemand } from './on-demand.ts';
import { projectReaction } from './reactions.ts';
import { administrator } from '../../../test/support/policy-stage.ts';

const stage = policyStage();

/** Verdict on a stored image: `status REASON`. */
type Story = (stage: PolicyStage) => Promise<string>;

const onDemand = async (it: PolicyStage, reference: string): Promise<string> => {
  const [verdict] = await evaluateOnDemand(
    it.onDemand,
    { images: [reference], credentials: [] },
    new AbortController().signal,
  );
  return `${verdict?.status} ${verdict?.reason}`;
};
const host = (it: PolicyStage): string => new URL(it.registry.url).host;

/** Has the registry answer every call with this status. */
const answering = async (it: PolicyStage, status: number): Promise<string> => {
  it.registry.options.before = () => ({ status, body: '{"errors":[]}', headers: { 'retry-after': '0' } });
  try {
    return await onDemand(it, `${host(it)}/team/checkout:min-v1`);
  } finally {
    delete it.registry.options.before;
  }
};

/**
 * One story per reason code, on the real stored images wherever there is one. A code without a story does not compile,
 * and a story that does not end in its code fails.
 */
const stories: Record<ReasonCode, { story: string; tell: Story }> = {
  GATES_PASSED: {
    story: 'a local build with the client’s hint; two projects of its commit passed',
    async tell(it) {
      await it.analyse();
      await it.analyse({ project: 'api' });
      return it.outcome(await it.takeIn('min-v1'));
    },
  },
  GATE_FAILED: {
    story: 'two platforms of one build; one of two projects failed',
    async tell(it) {
      await it.analyse();
      await it.analyse({ project: 'api', gate: 'ERROR', coverage: '42.0' });
      return it.outcome(await it.takeIn('multi'));
    },
  },
  GATE_WARN: {
    story: 'an old server’s gate warns',
    async tell(it) {
      await it.analyse({ gate: 'WARN' });
      return it.outcome(await it.takeIn('min-v02'));
    },
  },
  PROJECT_DELETED: {
    story: 'the project that passed was deleted on its server',
    async tell(it) {
      const id = await it.analyse();
      const image = await it.takeIn('min-v1');
      expect(await it.outcome(image)).toBe('passed GATES_PASSED');
      const { projectId } = await it.db.one<{ projectId: number }>(
        `update code_quality.projects set deleted_at = '2026-11-22T00:00:00Z'
          where id = (select project_id from code_quality.analyses where id = $1) returning id as "projectId"`,
        [id],
      );
      await it.react(projectReaction, projectId);
      const { status, reason, platforms } = await it.verdict(image);
      expect(platforms.flatMap(({ projects }) => projects.map((one) => one.projectDeletedAt))).toEqual([
        '2026-11-22T00:00:00.000Z',
      ]);
      return `${status} ${reason}`;
    },
  },
  GATE_NOT_COMPUTED: {
    story: 'the analysis has no gate',
    async tell(it) {
      await it.analyse({ gate: 'NONE' });
      return it.outcome(await it.takeIn('min-v1'));
    },
  },
  GATE_NOT_EVALUATED: {
    story: 'no condition had a value, and the settings do not accept that',
    async tell(it) {
      await it.settings({ notEvaluatedIsNoData: true });
      await it.analyse({ evaluated: false });
      return it.outcome(await it.takeIn('min-v1'));
    },
  },
  NO_PROVENANCE: {
    story: 'an image built without attestation',
    tell: async (it) => it.outcome(await it.takeIn('noprov')),
  },
  PROVENANCE_WITHOUT_VCS: {
    story: 'a local build outside of git',
    tell: async (it) => it.outcome(await it.takeIn('prov-novcs')),
  },
  PROVENANCE_INVALID: {
    story: 'the statement of a real image is cut off',
    tell: async (it) =>
      it.outcome(
        await it.takeIn('min-v1', {
          change: ({ claims }) => {
            for (const claim of claims) Object.assign(claim, { problem: 'malformed', revision: null, source: null });
          },
        }),
      ),
  },
  PROVENANCE_CONFLICT: {
    story: 'two equally trusted claims name different commits',
    tell: async (it) =>
      it.outcome(
        await it.takeIn('min-v1', {
          change: ({ claims }) =>
            void claims.push({ ...(claims[0] as (typeof claims)[number]), revision: otherCommit }),
        }),
      ),
  },
  PROVENANCE_UNTRUSTED: {
    story: 'the registry’s integration demands a signature',
    tell: async (it) => it.outcome(await it.takeIn('git-min-v1', { settings: { requireSignature: true } })),
  },
  SOURCE_DIRTY: {
    story: 'a build from a dirty tree',
    async tell(it) {
      await it.analyse();
      return it.outcome(await it.takeIn('dirty'));
    },
  },
  REVISION_NOT_A_COMMIT: {
    story: 'the annotation names a version',
    tell: async (it) =>
      it.outcome(
        await it.takeIn('ann-manifest', {
          change: ({ claims }) => {
            for (const claim of claims) claim.revision = 'v1.2.3';
          },
        }),
      ),
  },
  NO_ANALYSIS: {
    story: 'another commit was analysed',
    async tell(it) {
      await it.analyse({ revision: otherCommit });
      return it.outcome(await it.takeIn('min-v1'));
    },
  },
  REVISION_AMBIGUOUS: {
    story: 'the annotation names the beginning of two analysed commits',
    async tell(it) {
      await it.analyse();
      await it.analyse({ revision: `${storedCommit.slice(0, 8)}${'0'.repeat(32)}` });
      return it.outcome(
        await it.takeIn('ann-manifest', {
          change: ({ claims }) => {
            for (const claim of claims) claim.revision = storedCommit.slice(0, 8);
          },
        }),
      );
    },
  },
  REPOSITORY_MISMATCH: {
    story: 'only a fork’s project analysed the commit',
    async tell(it) {
      await it.analyse({ project: 'fork' });
      const mapping = {
        repository: 'https://git.example.com/fork/checkout',
        projects: [{ projectKey: 'fork', integration: null, directory: null }],
      };
      await addMapping({ db: it.db, ruleChanged: async () => undefined }, administrator, mapping);
      return it.outcome(await it.takeIn('min-v1'));
    },
  },
  IMAGE_UNREADABLE: {
    story: 'the stored image has a problem',
    tell: async (it) =>
      it.outcome(
        await it.takeIn('min-v1', {
          change: (record) =>
            Object.assign(record, {
              platforms: [],
              claims: [],
              problem: {
                code: 'manifest_invalid',
                message: 'sha256:…: it is no JSON.',
              },
            }),
        }),
      ),
  },
  IMAGE_UNKNOWN: {
    story: 'an image nobody took in, asked for while no registry is to be asked',
    async tell(it) {
      const wanted = { images: [`${host(it)}/team/checkout:min-v1`], credentials: [], stored: true };
      it.registry.journal.clear();
      const [verdict] = await evaluateOnDemand(it.onDemand, wanted, new AbortController().signal);
      expect(it.registry.journal.entries).toEqual([]);
      return `${verdict?.status} ${verdict?.reason}`;
    },
  },
  IMAGE_NOT_FOUND: {
    story: 'a tag the registry does not have',
    tell: (it) => onDemand(it, `${host(it)}/team/checkout:nowhere`),
  },
  UNSUPPORTED_ARTIFACT: {
    story: 'a signature instead of an image',
    async tell(it) {
      const tag = 'artifact';
      const repository = it.registry.repositories.get('team/checkout');
      const bytes = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          artifactType: 'application/vnd.example.chart',
          config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
          layers: [],
        }),
      );
      await fetch(`${it.registry.url}/v2/team/checkout/manifests/${tag}`, {
        method: 'PUT',
        body: new Uint8Array(bytes),
        headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      });
      expect(repository?.tags.has(tag)).toBe(true);
      const answer = await onDemand(it, `${host(it)}/team/checkout:${tag}`);
      expect(await it.db.query('select from policy.results')).toEqual([]);
      return answer;
    },
  },
  REGISTRY_AUTH: { story: 'the registry answers 401', tell: (it) => answering(it, 401) },
  REGISTRY_UNREACHABLE: { story: 'the registry answers 500', tell: (it) => answering(it, 500) },
  REGISTRY_RATE_LIMITED: { story: 'the registry answers 429', tell: (it) => answering(it, 429) },
};

describe('every reason code has its story', () => {
  it.each(reasonCodes.map((code) => [code, stories[code].story] as const))('%s: %s', async (code) => {
    expect(await stories[code].tell(stage())).toBe(`${reasons[code].status} ${code}`);
  });
});
