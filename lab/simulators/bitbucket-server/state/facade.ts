import { writeCommit } from '../git/write.ts';
import { findProject, findRepository } from '../locate.ts';
import { tellRepositoryModified } from '../webhooks/bodies.ts';
import { repositoryView } from '../views/places.ts';
import type { Project, Repository, User, World } from '../world.ts';
import { addToken, addUser, grant, revokeToken, type TokenWish, type UserWish, userNamed } from './people.ts';
import {
  addProject,
  addRepository,
  deleteRepository,
  forkRepository,
  moveRepository,
  type ProjectWish,
  type RepositoryWish,
} from './places.ts';
import type { PullRequest } from '../model.ts';
import { declinePull, deletePull, mergePull, openPull, type PullWish } from './pulls.ts';
import { afterPush } from './push.ts';
import type { BuildStatus, RequiredReport } from './check-model.ts';
import { noBuild, storeBuild } from './builds.ts';
import { type Veto, vetoesOf } from '../merge-checks.ts';
import { type ShownReport, shownReports } from '../shown.ts';

export interface PushWish {
  branch: string;
  /** Text by path; null removes it. */
  files?: Readonly<Record<string, string | Buffer | null>>;
  /** New path by old path. */
  moves?: Readonly<Record<string, string>>;
  message?: string;
  /** Name of the user; default the first one. */
  by?: string;
  /** Commit or branch at which the branch begins anew (a rebase when it exists already). */
  from?: string;
  date?: Date;
}

/** How a test fills and changes the server without a request. Everything it does is told to webhooks as a request's would be. */
export interface BitbucketState {
  addUser: (wish: UserWish) => User;
  /** The secret, for `Authorization: Bearer`. */
  addToken: (wish: TokenWish) => string;
  revokeToken: (secret: string) => void;
  /** What a user may in a project or repository. */
  grant: (place: Project | Repository, user: string, level: 'none' | 'read' | 'write' | 'admin') => void;
  addProject: (wish: ProjectWish) => Project;
  addRepository: (wish: RepositoryWish) => Promise<Repository>;
  fork: (origin: Repository, user: string, name?: string) => Promise<Repository>;
  /** Renames or moves; the old address leads to the new one. */
  move: (repository: Repository, to: { name?: string; project?: Project }) => void;
  archive: (repository: Repository) => void;
  deleteRepository: (repository: Repository) => void;
  /** `PAY/ledger`. */
  repository: (place: string) => Repository;
  /** Commits onto a branch and pushes it; returns the commit. */
  push: (repository: Repository, wish: PushWish) => Promise<string>;
  openPullRequest: (
    wish: Omit<PullWish, 'author' | 'reviewers'> & { author?: string; reviewers?: string[] },
  ) => Promise<PullRequest>;
  /** A report that merges need; of a project it holds for its repositories that have no rules of their own. */
  requireReport: (place: Project | Repository, required: RequiredReport) => void;
  /** Successful builds that a merge needs. */
  requireBuilds: (place: Project | Repository, count: number) => void;
  /** Repositories of the project may not have rules of their own. */
  lockRules: (project: Project) => void;
  defaultReviewer: (repository: Repository, user: string) => void;
  /** What keeps the pull request from being merged at this very moment, conflicts aside. */
  vetoes: (pull: PullRequest) => Veto[];
  /** What a person sees of the reports of a pull request. */
  shownReports: (pull: PullRequest) => Promise<ShownReport[]>;
  addBuild: (commit: string, build: Pick<BuildStatus, 'key' | 'state'> & Partial<BuildStatus>) => void;
  /** Without asking any check. Null when both sides changed the same. */
  merge: (pull: PullRequest, by?: string) => Promise<string | null>;
  decline: (pull: PullRequest, by?: string) => void;
  deletePullRequest: (pull: PullRequest, by?: string) => void;
  /** Resolves when no webhook is on its way any more. */
  settled: () => Promise<void>;
}

export function createState(world: World): BitbucketState {
  const by = (name?: string): User => (name === undefined ? firstUser(world) : userNamed(world, name));
  return {
    addUser: (wish) => addUser(world, wish),
    addToken: (wish) => addToken(world, wish).secret,
    revokeToken: (secret) => revokeToken(world, secret),
    grant: (place, user, level) => grant(world, place, user, level),
    addProject: (wish) => addProject(world, wish),
    addRepository: (wish) => addRepository(world, wish),
    fork: (origin, user, name) => forkRepository(world, origin, name === undefined ? { user } : { user, name }),
    move: (repository, to) => {
      const before = repositoryView({ world, baseUrl: world.url }, repository);
      if (!moveRepository(world, repository, to)) throw new Error('That place is taken.');
      tellRepositoryModified(world, repository, before);
    },
    archive: (repository) => {
      repository.archived = true;
    },
    deleteRepository: (repository) => deleteRepository(world, repository),
    repository: (place) => repositoryAt(world, place),
    push: (repository, wish) => push(world, repository, wish, by(wish.by)),
    openPullRequest: ({ author, reviewers = [], ...wish }) =>
      openPull(world, { ...wish, author: by(author), reviewers: reviewers.map((name) => by(name)) }),
    requireReport: ({ rules }, required) => {
      rules.reports = [...(rules.reports ?? []).filter(({ key }) => key !== required.key), required];
    },
    requireBuilds: ({ rules }, count) => {
      rules.minimumBuilds = count;
    },
    lockRules: ({ rules }) => {
      rules.locked = true;
    },
    defaultReviewer: (repository, name) => repository.defaultReviewers.add(by(name).id),
    vetoes: (pull) => vetoesOf(world, pull),
    shownReports,
    addBuild: (commit, build) => storeBuild(world, commit, { ...noBuild(world), ...build }),
    merge: (pull, name) => mergePull(world, pull, by(name)),
    decline: (pull, name) => declinePull(world, pull, by(name)),
    deletePullRequest: (pull, name) => deletePull(world, pull, by(name)),
    settled: async () => {
      while (world.sending.size > 0) await Promise.all(world.sending);
    },
  };
}

function firstUser({ users: [first] }: World): User {
  if (first === undefined) throw new Error('The simulator has no user yet.');
  return first;
}

function repositoryAt(world: World, place: string): Repository {
  const [key = '', slug = ''] = place.split('/');
  const project = findProject(world, key);
  const found = project === undefined ? undefined : findRepository(world, project, slug);
  if (found === undefined) throw new Error(`The simulator has no repository ${place}.`);
  return found;
}

async function push(
  world: World,
  repository: Repository,
  { by: _by, from, ...wish }: PushWish,
  user: User,
): Promise<string> {
  const { git } = repository;
  const { before, commit } = await git.inTurn(async () => {
    const refs = new Map(git.refs);
    const start = from === undefined ? undefined : (git.refs.get(`refs/heads/${from}`) ?? from);
    const made = await writeCommit(git, {
      ...wish,
      author: { name: user.displayName, emailAddress: user.emailAddress },
      date: wish.date ?? world.now(),
      ...(start === undefined ? {} : { from: start }),
    });
    return { before: refs, commit: made };
  });
  await afterPush(world, repository, { before, user });
  return commit;
}
