import { millis, nextId, type World } from '../world.ts';
import type { Activity, PullRequest } from '../model.ts';

/** Writes down what happened to a pull request; the newest comes first when they are read. */
export function addActivity(world: World, pull: PullRequest, activity: Omit<Activity, 'id' | 'at'>): void {
  pull.activities.push({ id: nextId(world), at: millis(world), ...activity });
}
