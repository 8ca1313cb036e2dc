import { z } from 'zod';
import type { ClaimProblem } from '../../../domain/claim.ts';
import { commitOfDigests } from '../../../domain/commit.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import { parseRepositoryUrl } from '../../../domain/repository-url.ts';

/** What a statement says about the source, in the words of a claim. No member holds credentials. */
export interface SourceFact {
  /** `resolved`: the build tool found the commit itself. `hint`: whoever started the build said so. */
  kind: 'resolved' | 'hint';
  source: string | null;
  revision: string;
  ref: string | null;
  subdir: string | null;
}

export interface StatementFacts {
  predicateType: string | null;
  buildType: string | null;
  builderId: string | null;
  builtAt: string | null;
  /** Best first; empty with a problem. */
  facts: SourceFact[];
  problem: ClaimProblem | null;
  detail: string | null;
}

const provenanceTypes = /^https:\/\/slsa\.dev\/provenance\/v(0\.[12]|1)(\/|$)/;
/** Prefix of predicate types that are worth fetching. */
export const provenancePrefix = 'https://slsa.dev/provenance/';

const buildkitTypes = new Set([
  'https://mobyproject.org/buildkit@v1',
  'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
]);
const maxSubjects = 1_000;

const bag = z.record(z.string(), z.unknown());
const Statement = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']),
  predicateType: z.string(),
  subject: z.array(z.unknown()),
  predicate: bag,
});

/**
 * Reads an in-toto statement about one of `subjects` (digests). Undefined for a statement that is no provenance. Pure;
 * never throws, whatever the text.
 */
export function readStatement(text: string, subjects: readonly string[]): StatementFacts | undefined {
  const json = parseJson(text);
  const parsed = Statement.safeParse(json);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    return unusable(
      'malformed',
      `It is no in-toto statement: ${first?.path.join('.') || 'the text'} ${first?.message ?? ''}`,
    );
  }
  const { predicateType, predicate, subject } = parsed.data;
  if (!provenanceTypes.test(predicateType)) return undefined;
  const described = describe(predicateType, predicate);
  const named = subject.slice(0, maxSubjects).some((one) => subjects.includes(digestOf(one)));
  if (!named) {
    return { ...described, facts: [], problem: 'subject_mismatch', detail: 'The statement is about another image.' };
  }
  const facts = predicateType.startsWith(`${provenancePrefix}v1`) ? factsOfV1(predicate) : factsOfV02(predicate);
  if (facts.length > 0) return { ...described, facts, problem: null, detail: null };
  return { ...described, facts, problem: 'without_vcs', detail: 'The statement names no commit of a repository.' };
}

/** What is known of a statement that could not be read. */
export function unusable(problem: ClaimProblem, detail: string): StatementFacts {
  const nothing = { predicateType: null, buildType: null, builderId: null, builtAt: null, facts: [] };
  return { ...nothing, problem, detail: text(detail)?.slice(0, 300) ?? null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `sha256:…` of an entry of `subject`; '' when it has none. */
function digestOf(subject: unknown): string {
  const digest = at(subject, 'digest');
  for (const algorithm of ['sha256', 'sha512']) {
    const hex = at(digest, algorithm);
    if (typeof hex === 'string') return `${algorithm}:${hex.toLowerCase()}`;
  }
  return '';
}

type Bag = Record<string, unknown>;

function describe(predicateType: string, predicate: Bag): Omit<StatementFacts, 'facts' | 'problem' | 'detail'> {
  const v1 = at(predicate, 'buildDefinition') !== undefined;
  const finished = v1
    ? at(predicate, 'runDetails', 'metadata', 'finishedOn')
    : at(predicate, 'metadata', 'buildFinishedOn');
  return {
    predicateType: text(predicateType),
    buildType: text(buildTypeOf(predicate)),
    builderId: text(v1 ? at(predicate, 'runDetails', 'builder', 'id') : at(predicate, 'builder', 'id')),
    builtAt: instant(finished),
  };
}

function buildTypeOf(predicate: Bag): unknown {
  return at(predicate, 'buildDefinition', 'buildType') ?? at(predicate, 'buildType');
}

function factsOfV1(predicate: Bag): SourceFact[] {
  const inputs = list(at(predicate, 'buildDefinition', 'resolvedDependencies'));
  if (buildkitTypes.has(String(buildTypeOf(predicate)))) {
    const config = at(predicate, 'buildDefinition', 'externalParameters', 'configSource');
    return some(resolved(config, inputs), hint(at(predicate, 'runDetails', 'metadata', 'buildkit_metadata', 'vcs')));
  }
  // GitHub's own build type names the source first and nothing else with a commit; of others only one may be meant.
  return onlyOne(inputs.filter((input) => isGit(input)).map((input) => resolved(input, [])));
}

const buildkitMetadata = 'https://mobyproject.org/buildkit@v1#metadata';

function factsOfV02(predicate: Bag): SourceFact[] {
  const materials = list(at(predicate, 'materials'));
  const config = at(predicate, 'invocation', 'configSource');
  if (buildkitTypes.has(String(buildTypeOf(predicate))))
    return some(resolved(config, materials), hint(at(predicate, 'metadata', buildkitMetadata, 'vcs')));
  const named = resolved(config, []);
  return named === undefined ? onlyOne(materials.filter(isGit).map((material) => resolved(material, []))) : [named];
}

function isGit(input: unknown): boolean {
  const uri = at(input, 'uri');
  const marked = typeof uri === 'string' && (/^git\+/i.test(uri) || /\.git(?:[@#?/]|$)/i.test(uri));
  return marked || at(input, 'digest', 'gitCommit') !== undefined;
}

/**
 * A source with the commit the builder found. BuildKit 0.17 left the commit of a sub-directory out of the source and
 * wrote it to the input whose address is the same without the directory.
 */
function resolved(entry: unknown, inputs: readonly unknown[]): SourceFact | undefined {
  const uri = at(entry, 'uri');
  if (typeof uri !== 'string') return undefined;
  const url = parseRepositoryUrl(uri);
  if (url === null) return undefined;
  const digest = at(entry, 'digest');
  const twin = isFilled(digest) ? undefined : inputs.find((input) => at(input, 'uri') === withoutSubdir(uri));
  const commit = commitOfDigests(bagOf(isFilled(digest) ? digest : at(twin, 'digest')));
  if (commit === null) return undefined;
  return {
    kind: 'resolved',
    source: text(url.display),
    revision: commit,
    ref: text(url.ref),
    subdir: text(url.subdir),
  };
}

const isFilled = (value: unknown): boolean => Object.keys(bagOf(value)).length > 0;

function withoutSubdir(uri: string): string {
  const hash = uri.indexOf('#');
  if (hash === -1) return uri;
  const colon = uri.indexOf(':', hash);
  const cut = colon === -1 ? uri : uri.slice(0, colon);
  return cut.endsWith('#') ? cut.slice(0, -1) : cut;
}

/** What `docker buildx` says of the work tree it ran in. */
function hint(vcs: unknown): SourceFact | undefined {
  const revision = text(at(vcs, 'revision'));
  if (revision === null || revision.trim() === '') return undefined;
  const written = at(vcs, 'source');
  const url = typeof written === 'string' ? parseRepositoryUrl(written) : null;
  const directory = text(at(vcs, 'localdir:context'));
  const subdir = directory === null || /^\.?\/?$/.test(directory) || directory.startsWith('..') ? null : directory;
  return { kind: 'hint', source: text(url?.display ?? written), revision, ref: null, subdir };
}

function onlyOne(found: readonly (SourceFact | undefined)[]): SourceFact[] {
  const known = some(...found);
  const distinct = new Set(known.map((fact) => `${parseRepositoryUrl(fact.source ?? '')?.key} ${fact.revision}`));
  return distinct.size === 1 ? known.slice(0, 1) : [];
}

function some(...facts: readonly (SourceFact | undefined)[]): SourceFact[] {
  return facts.filter((fact) => fact !== undefined);
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Bag)[name];
  }
  return found ?? undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function bagOf(value: unknown): Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
}

/** Free text fit to be kept: without credentials and control characters, cut off. Null for nothing. */
export function text(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const clean = value
    .slice(0, 8_000)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ');
  return redactUrls(clean).slice(0, 2_048);
}

/** ISO 8601 UTC with milliseconds; null for anything that is no date. */
export function instant(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const date = new Date(value);
  const year = date.getUTCFullYear();
  return Number.isNaN(date.getTime()) || year < 1 || year > 9_999 ? null : date.toISOString();
}
