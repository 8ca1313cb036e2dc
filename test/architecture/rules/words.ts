import type { CodeBase } from '../code-base.ts';
import { roomOf, type Rule } from './rule.ts';

/** Rooms that serve every system alike. */
const general = ['integrations', 'inbox', 'ingestion'];

/** And the worker, which reads them all. */
const isGeneral = (path: string): boolean =>
  general.includes(roomOf(path) ?? '') || path.startsWith('src/connectors/work/');

/** What one system calls its own. A general room that says them would have to be changed for the next system. */
const words = /sonar|hotspot|finding|quality|\bissues?\b|project:|analy[sz]ed|lastanalysis|administer/i;

export const wordRule: Rule = {
  name: 'rooms that serve every system say no word of one of them',
  offenders: (code: CodeBase) =>
    code
      .filter(({ path }) => isGeneral(path))
      .flatMap(({ path, literals, names }) =>
        // `issues` alone is what zod calls the faults it found.
        [
          ...literals.flatMap((text) => text.split('\n')),
          ...[...names].filter((name) => name !== 'issues' && name !== 'issue'),
        ]
          .filter((text) => words.test(text))
          .map((text) => `${path} → ${text.trim().slice(0, 80)}`),
      ),
};

export const shapeRule: Rule = {
  name: 'an exported shape is named as the type it has',
  offenders: (code: CodeBase) =>
    code.flatMap(({ path, schemas }) =>
      schemas.filter((name) => !/^[A-Z]/.test(name)).map((name) => `${path} → ${name}`),
    ),
};
