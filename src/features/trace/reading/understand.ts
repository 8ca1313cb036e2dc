import { parseBitbucketPage } from '../../../domain/bitbucket-page.ts';
import { type Mention, mentionOf } from '../links/references.ts';
import type { Station } from '../links/model.ts';

/** A station as texts and links name it. */
export interface Ref {
  station: Station;
  /** Number of the row, the commit, or what names the environment. */
  key: string;
}

export interface NamedPullRequest {
  /** Base address of the server; null: any. */
  base: string | null;
  project: string;
  slug: string;
  number: string;
}

/** Everything that a text may mean; each is looked up, and none is preferred. */
export interface Asked {
  ref: Ref | null;
  /** Whole or the beginning of one, in lower case. */
  commit: string | null;
  pullRequest: NamedPullRequest | null;
  image: Mention | null;
  /** Harness’s id of an execution. */
  execution: string | null;
  /** Address of a page that somebody reported with a deployment. */
  page: string | null;
  projectKey: string | null;
  /** Name of an environment. */
  environment: string | null;
  /** Number of a project, as its page has it. */
  projectId: string | null;
}

const nothing: Asked = {
  ref: null,
  commit: null,
  pullRequest: null,
  image: null,
  execution: null,
  page: null,
  projectKey: null,
  environment: null,
  projectId: null,
};

const numbered = /^(pull_request|analysis|image|execution|deployment|project):([1-9]\d{0,14})$/;
const environment = /^environment:(\d*:.{1,1500})$/;
const named = /^(?:commit:)?([0-9a-f]{7,40}|[0-9a-f]{64})$/i;
const shortPullRequest = /^([^\s/#]{1,128})\/([^\s/#]{1,128})#(\d{1,9})$/;
const commitPage = /\/commits?\/([0-9a-f]{7,64})$/i;
const executionPage = /\/(?:deployments|executions)\/([A-Za-z0-9_-]{5,64})(?:\/|$)/;
const executionId = /^[A-Za-z0-9_-]{16,64}$/;

export const refText = ({ station, key }: Ref): string => `${station}:${key}`;

/** The text is of a stranger: bounded before it comes here, and each pattern reads it once. */
export function understand(text: string): Asked {
  const asked = text.trim();
  const url = /^https?:\/\//i.test(asked) && URL.canParse(asked) ? new URL(asked) : null;
  if (url !== null) return understandPage(asked, url);
  const [, station, id] = numbered.exec(asked) ?? [];
  // A station that was chosen among several is that one, whatever else its name might be.
  if (station !== undefined && id !== undefined)
    return station === 'project'
      ? { ...nothing, projectId: id }
      : { ...nothing, ref: { station: station as Station, key: id } };
  const [, place] = environment.exec(asked) ?? [];
  if (place !== undefined) return { ...nothing, ref: { station: 'environment', key: place } };
  const pull = shortPullRequest.exec(asked);
  return {
    ...nothing,
    commit: named.exec(asked)?.[1]?.toLowerCase() ?? null,
    pullRequest:
      pull === null ? null : { base: null, project: pull[1] ?? '', slug: pull[2] ?? '', number: pull[3] ?? '' },
    image: imageOf(asked),
    execution: executionId.test(asked) ? asked : null,
    projectKey: asked.length <= 400 ? asked : null,
    environment: asked.length <= 400 ? asked : null,
  };
}

function understandPage(asked: string, url: URL): Asked {
  const page = parseBitbucketPage(asked);
  return {
    ...nothing,
    commit: commitPage.exec(url.pathname)?.[1]?.toLowerCase() ?? null,
    pullRequest:
      page === null || page.pullRequest === null
        ? null
        : { base: page.base, project: page.project, slug: page.slug, number: page.pullRequest },
    execution: executionPage.exec(url.pathname)?.[1] ?? null,
    page: asked,
  };
}

function imageOf(asked: string): Mention | null {
  const digest = mentionOf(null, asked);
  return digest ?? mentionOf(asked, null);
}
