import type { ReactElement } from 'react';
import { PanelButton } from '../../components/menu-button.tsx';

const formulas: readonly (readonly [name: string, formula: string])[] = [
  [
    'Open at time t',
    'Vulnerabilities created at or before t and not resolved at t. t is the end of the period, UTC; weeks begin on Monday.',
  ],
  [
    'Vulnerability',
    'As the mode of its server counts. MQR mode: a finding with an impact on security, or of type Vulnerability where it has no impacts. Standard mode: a finding of type Vulnerability. The other way is one switch away.',
  ],
  ['Created', 'Vulnerabilities that became open in the period.'],
  [
    'Joined',
    'What a project had at its first analysis, or what a change of the server’s mode brought: counted as open, never as created.',
  ],
  ['Resolved', 'Vulnerabilities fixed, accepted, marked as false positive or gone in the period.'],
  [
    'Age',
    'Whole days from the creation date in SonarQube to today, UTC. SonarQube dates what it finds in old code back to the commit, so an age says how long the flaw has been there. A reopened one keeps its date.',
  ],
  [
    'Time to resolve',
    'Whole days from creation to the fix, of what was fixed in the period: not of what was accepted, marked as a false positive or gone. A reopened one counts from its reopening, and each fix counts. What a project joined with counts from its first analysis, where that is known. Exact up to 15 days, above to within 7 %. Nothing is known of fixes before a project was first read.',
  ],
  ['Change', 'Open now less open 30 days ago.'],
  [
    'Severity',
    'Of the impact on security: Blocker is Critical, High is High, Medium is Medium, Low and Info are Low. Where the type counts, the standard severity: Blocker is Critical, Critical is High, Major is Medium, Minor and Info are Low.',
  ],
  ['Accepted, false positive', 'Counted apart; never part of open.'],
  [
    'Hotspots',
    'Security hotspots with status To review; never part of open. Those that newer servers turned into vulnerabilities count as vulnerabilities.',
  ],
  ['Branches', 'The main branch of each project, or all long-lived branches. Pull requests are never counted.'],
  [
    'Paler periods',
    'Before Plumbline first read a project it shows what SonarQube itself counted at each analysis. Grey: SonarQube told a number and no severities.',
  ],
  [
    'Hatched periods',
    'Where SonarQube counted nothing either there are creation and closing dates only: too low where closed issues were dropped.',
  ],
  ['Trend line', 'Ordinary least squares over the complete periods shown.'],
];

export function FormulasButton(): ReactElement {
  return (
    <PanelButton label="" name="How the numbers are made" icon="info" bare>
      <div className="formulas">
        <h2>How the numbers are made</h2>
        <dl>
          {formulas.map(([name, formula]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{formula}</dd>
            </div>
          ))}
        </dl>
      </div>
    </PanelButton>
  );
}
