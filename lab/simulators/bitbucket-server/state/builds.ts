import { millis, type World } from '../world.ts';
import type { BuildStatus } from './check-model.ts';

/** The same key overwrites. */
export function storeBuild({ builds }: World, commit: string, status: BuildStatus): void {
  const others = (builds.get(commit) ?? []).filter(({ key }) => key !== status.key);
  builds.set(commit, [...others, status]);
}

/** What is said of a build when nothing is said. */
export const noBuild = (world: World): BuildStatus => ({
  key: 'build',
  state: 'INPROGRESS',
  url: 'https://ci.example.com/1',
  name: null,
  description: null,
  ref: null,
  parent: null,
  buildNumber: null,
  duration: null,
  testResults: null,
  createdDate: millis(world),
  updatedDate: millis(world),
  repository: null,
});
