import { parseImageReference } from '../../../domain/image-reference.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { ErrorCode } from '../../../platform/errors/index.ts';
import * as facts from './facts.ts';
import { type Judged, judge } from './judge.ts';
import { type DerivedRow, rowOf } from './row.ts';
import { judgeByGate, readSaid, type Said } from './said.ts';
import { countOpen } from './vulnerabilities.ts';

/** Places and entries of environments; null: all of them. */
export interface Wanted {
  places: readonly number[] | null;
  entries: readonly number[] | null;
}

/** What runs in these, and what is said of it, by what other rooms say now and by nothing else. */
export async function deriveRows(db: Queryable, wanted: Wanted): Promise<DerivedRow[]> {
  const places = await facts.readPlaces(db, wanted.places);
  const entries = await facts.readEntries(db, wanted.entries);
  const put = Map.groupBy(
    await facts.readLinks(db, { deployments: places.flatMap(({ deploymentId }) => deploymentId ?? []) }),
    ({ ownerId }) => ownerId,
  );
  const candidates = [
    ...places.flatMap((target) => candidatesOf(target, put.get(target.deploymentId ?? 0) ?? [])),
    ...entries.map(({ imageId, ...target }) => ({
      target,
      imageId,
      images: 1,
      links: [{ kind: 'set' as const, certainty: 'declared' as const, note: null }],
    })),
  ];
  const imageIds = [...new Set(candidates.flatMap(({ imageId }) => imageId ?? []))];
  const images = new Map((await facts.readImageNames(db, imageIds)).map((image) => [image.id, image]));
  const built = Map.groupBy(await facts.readLinks(db, { deployments: [], images: imageIds }), ({ ownerId }) => ownerId);
  const said = await readSaid(db, imageIds);
  const byGate = await judgeByGate(db, commitsWithout(candidates, built, said));
  const known = await facts.readRepositories(
    db,
    candidates.flatMap(({ target }) => repositoryOf(target) ?? []),
  );
  const rows = candidates.map((candidate) => {
    const { target, imageId } = candidate;
    const origin = built.get(imageId ?? 0) ?? [];
    const told = imageId === null ? byGate.get(target.commit ?? '') : (said.get(imageId) ?? gateOf(origin, byGate));
    const links = [...candidate.links, ...origin.map(({ kind, certainty, note }) => ({ kind, certainty, note }))];
    const judged: Judged =
      imageId === null && told === undefined
        ? { ...nothing, reason: whyNoImage(target, known) }
        : judge({ target, said: told, links, images: candidate.images });
    const commits = [...new Set(told?.commits ?? origin.flatMap(({ commit }) => commit ?? []))];
    return { target, image: images.get(imageId ?? 0) ?? null, said: told, links, judged, commits };
  });
  const counts = await countOpen(db, [
    ...new Set(rows.flatMap(({ said: one }) => one?.projects.flatMap(({ analysis }) => analysis?.id ?? []) ?? [])),
  ]);
  const teams = await facts.readTeams(db, {
    service: places.flatMap(({ serviceId }) => serviceId ?? []),
    image: [...images.values()].map(({ repositoryId }) => repositoryId),
    project: rows.flatMap(({ said: one }) => one?.projects.flatMap(({ projectId }) => projectId ?? []) ?? []),
  });
  return rows.map((row) => rowOf(row, counts, teams));
}

const nothing = { verdict: 'no_verdict', saidBy: null, certainty: null, failingSince: null } as const;

interface Found {
  target: facts.Target;
  imageId: number | null;
  images: number;
  links: { kind: string; certainty: facts.LinkFact['certainty']; note: string | null }[];
}

/** One for each image that may run there; one for what is known without an image. */
function candidatesOf(target: facts.Target, put: readonly facts.LinkFact[]): Found[] {
  if (put.length === 0) {
    const declared =
      target.commit === null ? [] : [{ kind: 'deployed_commit', certainty: 'declared' as const, note: null }];
    return [{ target, imageId: null, images: 0, links: declared }];
  }
  return put.map(({ imageId, kind, certainty, note }) => ({
    target,
    imageId,
    images: put.length,
    links: [{ kind, certainty, note }],
  }));
}

/** Commits of which only the gate can say something: of images that were not judged, and of deployments without an image. */
function commitsWithout(
  candidates: readonly Found[],
  built: ReadonlyMap<number, facts.LinkFact[]>,
  said: ReadonlyMap<number, Said>,
): string[] {
  const commits = candidates.flatMap(({ target, imageId }) => {
    if (imageId === null) return target.commit ?? [];
    return said.has(imageId) ? [] : (built.get(imageId) ?? []).flatMap(({ commit }) => commit ?? []);
  });
  return [...new Set(commits)];
}

/** Of an image that says several commits no gate is taken: nobody knows which counts. */
function gateOf(origin: readonly facts.LinkFact[], byGate: ReadonlyMap<string, Said>): Said | undefined {
  const [first] = origin;
  return origin.length === 1 ? byGate.get(first?.commit ?? '') : undefined;
}

const repositoryOf = ({ reference }: facts.Target): string | null =>
  reference === null || reference.length > 1_000 ? null : (parseImageReference(reference)?.repository ?? null);

function whyNoImage(target: facts.Target, known: ReadonlySet<string>): ErrorCode {
  if (target.reference === null && target.digest === null) return 'trace_names_no_artifact';
  const repository = repositoryOf(target);
  if (repository !== null && !known.has(repository) && !known.has(repository.replace(/^library\//, '')))
    return 'trace_registry_not_connected';
  return target.digest === null ? 'trace_tag_unknown_then' : 'trace_image_not_read';
}
