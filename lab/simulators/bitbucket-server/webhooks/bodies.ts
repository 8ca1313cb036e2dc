import { noCommit } from '../git/store.ts';
import type { PullRequest } from '../model.ts';
import { pullView } from '../views/pulls.ts';
import { repositoryView, userView, type Viewing } from '../views/places.ts';
import type { Repository, User, World } from '../world.ts';
import { tell } from './deliver.ts';

const viewing = (world: World): Viewing => ({ world, baseUrl: world.url });

export interface RefChange {
  ref: string;
  from: string | undefined;
  to: string | undefined;
}

export function tellRefsChanged(world: World, repository: Repository, user: User, changes: readonly RefChange[]): void {
  tell(world, repository, 'repo:refs_changed', {
    actor: userView(viewing(world), user),
    repository: repositoryView(viewing(world), repository),
    changes: changes.map(({ ref, from, to }) => ({
      ref: {
        id: ref,
        displayId: ref.replace(/^refs\/(heads|tags)\//, ''),
        type: ref.startsWith('refs/tags/') ? 'TAG' : 'BRANCH',
      },
      refId: ref,
      fromHash: from ?? noCommit,
      toHash: to ?? noCommit,
      type: from === undefined ? 'ADD' : to === undefined ? 'DELETE' : 'UPDATE',
    })),
  });
}

/** Tells of a pull request; `more` is what the event says besides. */
export function tellPull(world: World, event: string, pull: PullRequest, user: User, more: object = {}): void {
  const content = { actor: userView(viewing(world), user), pullRequest: pullView(viewing(world), pull), ...more };
  tell(world, pull.to.repository, event, content);
}

export function tellRepositoryModified(world: World, repository: Repository, before: object): void {
  tell(world, repository, 'repo:modified', { old: before, new: repositoryView(viewing(world), repository) });
}
