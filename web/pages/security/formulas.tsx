import type { ReactElement } from 'react';
import { PanelButton } from '../../components/menu-button.tsx';

const formulas: readonly (readonly [name: string, formula: string])[] = [
  [
    'Open at time t',
    'Vulnerabilities created at or before t and not resolved at t. t is the end of the period, UTC; weeks begin on Monday.',
  ],
  ['Created', 'Vulnerabilities whose creation date in SonarQube lies in the period.'],
  ['Resolved', 'Vulnerabilities fixed, accepted, marked as false positive or gone in the period.'],
  ['Change', 'Open now less open 30 days ago.'],
  [
    'Severity',
    'The impact on security: Blocker is Critical, High is High, Medium is Medium, Low and Info are Low. On servers without impacts the severity of the vulnerability: Blocker is Critical, Critical is High, Major is Medium, Minor and Info are Low.',
  ],
  ['Accepted, false positive', 'Counted apart; never part of open.'],
  [
    'Hotspots',
    'Security hotspots with status To review; never part of open. Those that newer servers turned into vulnerabilities count as vulnerabilities.',
  ],
  ['Branches', 'The main branch of each project, or all long-lived branches. Pull requests are never counted.'],
  [
    'Hatched periods',
    'Before Plumbline first read a project it knows creation and closing dates only, not whether a finding was reopened in between.',
  ],
  ['Dashed mark on a bar', 'What the server’s own measure history said for that time.'],
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
