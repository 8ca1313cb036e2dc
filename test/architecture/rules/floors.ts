import type { Import } from '../code-base.ts';
import { importRule, isOurs, type Rule } from './rule.ts';

const within = (folder: string) => (entry: Import) => entry.from.startsWith(folder) && isOurs(entry);

/** What each floor may see of the floors below it. */
export const floorRules: readonly Rule[] = [
  importRule(
    'domain imports domain only',
    (entry) => within('src/domain/')(entry) && !entry.to.startsWith('src/domain/'),
  ),
  importRule(
    'platform imports platform and domain only',
    (entry) => within('src/platform/')(entry) && !/^src\/(platform|domain)\//.test(entry.to),
  ),
  importRule(
    'connectors import the contract, domain, outbound and errors, never another connector or the database',
    (entry) => {
      // The explicit list of connectors is the one place that names each of them.
      if (!within('src/connectors/')(entry) || entry.from === 'src/connectors/index.ts') return false;
      const kind = /^src\/connectors\/([^/]+)\//.exec(entry.from)?.[1];
      // The worker is given the connectors that it runs, and the port through which it is told what to read.
      const allowed =
        /^src\/(domain\/|platform\/outbound\/|platform\/errors\/|platform\/telemetry\/log\.ts|platform\/waking\/|connectors\/(code-import|code-review|companion-projects|contract|measured-lines|project-setup|slice-events|stored-rows)\.ts)/;
      return !allowed.test(entry.to) && !(kind !== undefined && entry.to.startsWith(`src/connectors/${kind}/`));
    },
  ),
  importRule(
    'rooms and everything below never import a surface',
    ({ from, to }) => /^src\/(features|platform|domain|connectors)\//.test(from) && to.startsWith('src/surfaces/'),
  ),
  importRule(
    'nothing imports what puts the program together',
    ({ from, to }) =>
      /^(src\/[^/]+|lab|web)\//.test(from) && !from.startsWith('src/hub/') && /^src\/(hub\/|[^/]+\.ts$)/.test(to),
  ),
  importRule('the web server knows rooms by their doors, and no connector', (entry) => {
    if (!within('src/surfaces/http/')(entry)) return false;
    if (entry.to.startsWith('src/features/')) return !/^src\/features\/[^/]+\/(index|contract)\.ts$/.test(entry.to);
    return !/^src\/(surfaces\/http|platform|domain)\//.test(entry.to);
  }),
  importRule(
    'a satellite knows connectors and what is below them, and no room',
    (entry) =>
      within('src/surfaces/satellite/')(entry) &&
      !/^src\/(surfaces\/satellite|connectors|platform|domain)\//.test(entry.to),
  ),
  importRule('the command line knows the hub by its contracts only, as types', (entry) => {
    if (!within('src/surfaces/cli/')(entry)) return false;
    if (/^src\/features\/[^/]+\/contract\.ts$/.test(entry.to)) return !entry.typeOnly;
    return !/^src\/(domain\/|surfaces\/cli\/|platform\/errors\/)/.test(entry.to);
  }),
  importRule('the web application knows domain at run time and contracts as types', (entry) => {
    if (!within('web/')(entry) || entry.to.startsWith('web/') || entry.to.startsWith('src/domain/')) return false;
    return !(entry.typeOnly && /^src\/features\/[^/]+\/contract\.ts$/.test(entry.to));
  }),
  importRule(
    'the lab knows no connector and no room',
    ({ from, to }) => from.startsWith('lab/') && /^src\/(connectors|features|surfaces)\//.test(to),
  ),
  importRule(
    'only the command to run it knows the lab',
    ({ from, to }) => from.startsWith('src/') && from !== 'src/main.ts' && to.startsWith('lab/'),
  ),
];
