import { type Call, type Endpoint, optional, required } from '../call.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import type { Project } from '../state/model.ts';
import { canBrowse } from '../subject.ts';
import type { CodeFile, CodeLine } from '../types.ts';

/** A file by its key, which is that of its project and its path. */
export function findFile(call: Call, key: string): { project: Project; path: string; file: CodeFile } | null {
  for (let at = key.indexOf(':'); at !== -1; at = key.indexOf(':', at + 1)) {
    const project = call.world.projects.get(key.slice(0, at));
    const path = key.slice(at + 1);
    const file = project?.code?.[path];
    if (project !== undefined && file !== undefined) return { project, path, file };
  }
  return null;
}

const numberOf = (call: Call, name: string, instead: number): number => {
  const given = optional(call, name);
  if (given === undefined) return instead;
  if (!/^\d+$/.test(given)) throw badRequest(`The '${name}' parameter cannot be parsed as an integer value: ${given}`);
  return Number(given);
};

function lines(call: Call): Reply {
  const key = required(call, 'key');
  const found = findFile(call, key);
  if (found === null) throw notFound(`Component key '${key}' not found`);
  if (!canBrowse(call.world, call.subject, found.project)) throw forbidden();
  const from = Math.max(1, numberOf(call, 'from', 1));
  const to = numberOf(call, 'to', found.file.lines.length);
  const shown = found.file.lines.slice(from - 1, to);
  return json({ sources: shown.map((line, at) => view(call, from + at, line)) });
}

function view({ profile }: Call, number: number, line: CodeLine): object {
  const { hits, conditions, coveredConditions, duplicated = false } = line;
  const counts = {
    ...(hits === undefined ? {} : { lineHits: hits }),
    ...(conditions === undefined ? {} : { conditions }),
    ...(coveredConditions === undefined ? {} : { coveredConditions }),
  };
  const old = {
    ...(hits === undefined ? {} : { utLineHits: hits }),
    ...(conditions === undefined ? {} : { utConditions: conditions }),
    ...(coveredConditions === undefined ? {} : { utCoveredConditions: coveredConditions }),
  };
  return {
    line: number,
    code: `<span class="k">line</span> ${number}`,
    scmAuthor: 'ada@example.com',
    ...counts,
    ...(profile.membersOf10 ? {} : old),
    duplicated,
    isNew: false,
  };
}

export const sources: readonly Endpoint[] = [{ method: 'GET', path: 'api/sources/lines', handle: lines }];
