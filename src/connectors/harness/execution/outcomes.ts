import { isCommit } from '../../../domain/commit.ts';
import { type ExecutionRecord, longest, type StageOutcomeRecord } from '../records.ts';
import type { GraphNode } from '../schema.ts';
import { statusClass } from '../status.ts';
import { textOrNull } from '../text.ts';
import { repositoryUrl } from './build.ts';
import { digestOf, imageAlone, splitImage } from './deployment.ts';

export interface StageInNeed {
  node: string;
  /** Deployments come first: they say what runs. */
  of: 'deployment' | 'build';
}

/**
 * Stages whose steps are worth a question: an image that was deployed without a digest, a deployment that failed and may
 * have been taken back, and each build: no list says which images it pushed. One that failed may have pushed before that.
 * Of a run that is still going on none: they change.
 */
export function stagesInNeed({ settled, stages, deployments }: ExecutionRecord): StageInNeed[] {
  if (!settled) return [];
  const deployed = deployments.filter(
    ({ statusClass: kind, artifacts }) =>
      kind === 'failure' ||
      (kind === 'success' && artifacts.some(({ image, digest }) => image !== null && digest === null)),
  );
  const built = stages.filter(
    ({ type, statusClass: kind }) => type?.toLowerCase() === 'ci' && (kind === 'success' || kind === 'failure'),
  );
  const named = new Set(deployed.map(({ node }) => node));
  return [
    ...[...named].map((node): StageInNeed => ({ node, of: 'deployment' })),
    ...built.filter(({ node }) => !named.has(node)).map(({ node }): StageInNeed => ({ node, of: 'build' })),
  ];
}

/** What the steps of one stage say. */
export function stageOutcome(
  place: Pick<StageOutcomeRecord, 'execution' | 'node'>,
  nodes: readonly GraphNode[],
): StageOutcomeRecord {
  const outcomes = nodes.map(({ outcomes: one }) => one);
  const source = outcomes.map(codebaseOf).find((one) => one !== null) ?? null;
  const images = outcomes.flatMap((one) => [...deployedImages(one), ...builtImages(one)]);
  return {
    ...place,
    rolledBack: nodes.some(isRollbackStep),
    commit: source?.commit ?? null,
    branch: source?.branch ?? null,
    repositoryUrl: source?.repositoryUrl ?? null,
    images: distinct(images).slice(0, longest.artifacts),
  };
}

/** Steps that stand ready to roll back are in every stage; only one that ran has done so. */
function isRollbackStep({ baseFqn, status }: GraphNode): boolean {
  if (!(baseFqn ?? '').includes('rollbackSteps')) return false;
  const kind = statusClass(status ?? '');
  return kind === 'success' || kind === 'failure' || kind === 'running' || kind === 'cancelled';
}

type Source = Pick<StageOutcomeRecord, 'commit' | 'branch' | 'repositoryUrl'>;

function codebaseOf(outcomes: unknown): Source | null {
  for (const outcome of [outcomes, ...valuesOf(outcomes)]) {
    const commit = textAt(outcome, 'commitSha')?.toLowerCase() ?? '';
    if (!isCommit(commit)) continue;
    return { commit, branch: textAt(outcome, 'branch'), repositoryUrl: repositoryUrl(at(outcome, 'repoUrl')) };
  }
  return null;
}

type Image = StageOutcomeRecord['images'][number];

/** `outcomes.artifacts`: what a service was deployed with. */
function deployedImages(outcomes: unknown): Image[] {
  const artifacts = at(outcomes, 'artifacts');
  const sidecars = at(artifacts, 'sidecars');
  return [at(artifacts, 'primary'), ...valuesOf(sidecars)].flatMap((artifact) => {
    const image = imageAlone(at(artifact, 'image')) ?? textAt(artifact, 'imagePath');
    if (image === null) return [];
    const digest = digestOf(at(artifact, 'digest')) ?? digestOf(at(at(artifact, 'metadata'), 'SHAV2'));
    return [{ direction: 'in' as const, image, tag: textAt(artifact, 'tag'), digest }];
  });
}

/**
 * What a build published: its steps say it as `artifact_<step>.stepArtifacts.publishedImageArtifacts`, and its stage all of
 * them again as `integrationStageOutcome.imageArtifacts`, unless a later step failed.
 */
function builtImages(outcomes: unknown): Image[] {
  const lists = [
    at(at(outcomes, 'integrationStageOutcome'), 'imageArtifacts'),
    ...valuesOf(outcomes).map((outcome) => at(at(outcome, 'stepArtifacts'), 'publishedImageArtifacts')),
  ];
  return lists.flatMap((artifacts) => (Array.isArray(artifacts) ? artifacts : []).flatMap(builtImage));
}

function builtImage(artifact: unknown): Image[] {
  const url = withoutScheme(textAt(artifact, 'url'));
  const named = url ?? textAt(artifact, 'imageName');
  const told = textAt(artifact, 'tag');
  const digest = digestOf(at(artifact, 'digest'));
  // Some versions split `host:5000/path:tag` at its first colon, and have lost the tag.
  if (url === null && named !== null && told?.includes('/') === true)
    return [{ direction: 'out', image: `${named}:${told}`, tag: null, digest }];
  const image = imageAlone(named);
  return image === null ? [] : [{ direction: 'out', image, tag: told ?? splitImage(named)?.tag ?? null, digest }];
}

/** The name alone does not say in which registry it lies, and the address of some is that of a page. */
function withoutScheme(url: string | null): string | null {
  const place = url?.replace(/^[a-z]+:\/\//i, '') ?? '';
  return /^[^/?#]+\/[^?#]+:[\w.-]+$/.test(place) ? place : null;
}

function distinct(images: readonly Image[]): Image[] {
  const byContent = new Map(images.map((image) => [JSON.stringify(image), image]));
  return [...byContent.values()];
}

function at(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

const textAt = (value: unknown, name: string): string | null => textOrNull(at(value, name));
const valuesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];
