import { createTeams } from '../../src/features/teams/index.ts';
import { saveUpload } from '../../src/features/teams/people/save.ts';
import { takeUpload } from '../../src/features/teams/people/upload.ts';
import { addTree, applyTree, showDifference } from '../../src/features/teams/trees/trees.ts';
import type { Actor } from '../../src/features/access/index.ts';
import type { Database } from '../../src/platform/database/index.ts';

export type Options = Parameters<typeof createTeams>[0];

export const actor: Actor = { kind: 'local', userId: null, tokenId: null, name: 'bench', role: 'admin' };

const perDepartment = 25;
const perSite = 20;

/** Where a person is: teams of 25 to a department, departments of 20 to a site. Every tenth moves when the file is read again. */
function placeOf(person: number, { teams, moved }: { teams: number; moved: boolean }): string[] {
  const at = person % teams;
  const team = moved && person % 10 === 0 ? (at + 1) % teams : at;
  const department = Math.floor(team / perDepartment);
  return [`Site ${Math.floor(department / perSite)}`, `Department ${department}`, `Team ${team}`];
}

async function* file(people: number, options: { teams: number; moved: boolean }): AsyncGenerator<Buffer> {
  yield Buffer.from('Name,Email,Manager Email,Site,Department,Team\n');
  for (let person = 0; person < people; person += 500) {
    const lines = Array.from({ length: Math.min(500, people - person) }, (_, index) => {
      const one = person + index;
      // One leads the others of a thousand, and the first leads those.
      const lead = one % 1000 === 0 ? 0 : one - (one % 1000);
      const manager = one === 0 ? '' : `person.${lead}@example.com`;
      return `Person ${one},person.${one}@example.com,${manager},${placeOf(one, options).join(',')}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

/** Everybody, as a file says. */
export async function readPeople(
  options: Options,
  people: number,
  where: { teams: number; moved: boolean },
): Promise<void> {
  const upload = await takeUpload(options.db, actor, file(people, where));
  await saveUpload(options, actor, { id: upload.id, mapping: upload.mapping });
}

export async function buildTree(db: Database): Promise<number> {
  const levels = ['site', 'department', 'team'];
  const { id } = await addTree(db, actor, { name: 'Bench', levels, filters: [], automatic: false });
  return id;
}

/** Looks at what would change and applies it; returns how many people moved. */
export async function rebuildTree(options: Options, id: number): Promise<number> {
  const { fingerprint, people } = await showDifference(options.db, id);
  await applyTree(options, actor, { id, fingerprint });
  return people.moved;
}

/**
 * What is whose, as people would have said it: most projects by their keys, every tenth by a pattern, one in fifty by two
 * teams, and one in twenty is nobody's.
 */
export async function sayBelongings(db: Database): Promise<void> {
  await db.execute(
    `with team as (select node_id as id, row_number() over (order by node_id) - 1 as place, count(*) over () as teams
                     from teams.node_periods where leaf and valid_to is null)
     insert into teams.project_rules (team_id, kind, value, created_by)
     select t.id, case when p.id % 10 = 3 then 'glob' else 'key' end,
            case when p.id % 10 = 3 then '*:project-' || p.id else p.source_key end, 'bench'
       from code_quality.projects p
       join team t on t.place = p.id % t.teams or (p.id % 50 = 7 and t.place = (p.id + 1) % t.teams)
      where p.id % 20 <> 11`,
  );
}
