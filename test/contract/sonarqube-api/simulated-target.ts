import { type ProfileName, startSimulator } from '../../../lab/simulators/sonarqube/index.ts';
import { profile } from '../../../lab/simulators/sonarqube/profiles.ts';
import { equalIssues, revision, someRules } from '../../../lab/simulators/sonarqube/scenarios.ts';
import type { SimulatorState } from '../../../lab/simulators/sonarqube/state/facade.ts';
import type { Target } from './target.ts';

/** What the lab feeds a real server, declared for the simulator. */
function fixture(state: SimulatorState): void {
  equalIssues(12_000, { key: 'large', layout: 'directories' })(state);
  const rules = someRules(20);
  state.addProject({
    key: 'small',
    analyses: [
      {
        at: new Date('2026-06-01T10:00:00Z'),
        version: '1',
        revision: revision(1, 1),
        issues: { count: 60, rules, files: 9, directories: 3 },
      },
      { at: new Date('2026-07-01T10:00:00Z'), version: '2', revision: revision(1, 2), issues: { count: 20, rules } },
      { version: '3', revision: revision(1, 3), close: 7 },
    ],
  });
  state.addProject({ key: 'empty' });
  state.addProject({ key: 'hidden', visibility: 'private', analyses: [{ issues: { count: 6, rules } }] });
}

/** A simulator of one profile with the projects that the suite needs. */
export async function simulatedTarget(name: ProfileName): Promise<Target> {
  const simulator = await startSimulator({ profile: name, scenario: fixture });
  const project = simulator.state.addToken({ kind: 'sqp', projectKey: 'small' });
  simulator.state.addUser({ login: 'blind', permissions: ['admin', 'scan'] });
  const blind = simulator.state.addToken({ kind: 'squ', login: 'blind' });
  const { admin, browse, analysis } = simulator.tokens;
  return {
    name: `simulator ${name}`,
    url: simulator.url,
    profile: profile(name),
    tokens: { admin, browse, analysis, project, blind },
    hidden: 'hidden',
    large: 'large',
    small: 'small',
    empty: 'empty',
    stop: () => simulator.close(),
  };
}
