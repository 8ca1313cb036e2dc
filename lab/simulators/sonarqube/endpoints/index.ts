import type { Endpoint } from '../call.ts';
import { analyses } from './analyses.ts';
import { branches } from './branches.ts';
import { gates } from './gates.ts';
import { hotspots } from './hotspots.ts';
import { issuesList } from './issues-list.ts';
import { issuesPull } from './issues-pull.ts';
import { issuesSearch } from './issues-search.ts';
import { measures } from './measures.ts';
import { measureTree } from './measure-tree.ts';
import { people } from './people.ts';
import { projects } from './projects.ts';
import { projectSetup } from './project-setup.ts';
import { rules } from './rules.ts';
import { sources } from './sources.ts';
import { system } from './system.ts';
import { tasks } from './tasks.ts';
import { webhooks } from './webhooks.ts';

/** Every service of the simulator; a path that is not here is answered `Unknown url`. */
export const endpoints: readonly Endpoint[] = [
  ...system,
  ...people,
  ...projects,
  ...issuesSearch,
  ...issuesList,
  ...issuesPull,
  ...hotspots,
  ...measures,
  ...measureTree,
  ...sources,
  ...analyses,
  ...gates,
  ...tasks,
  ...branches,
  ...rules,
  ...webhooks,
  ...projectSetup,
];
