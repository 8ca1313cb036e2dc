import type { LinkProps } from '@tanstack/react-router';
import type { Figure, FigureName } from '../../../src/features/overview/contract.ts';
import type { Severity } from '../../../src/features/insights/contract.ts';
import { severityLabel } from '../../words/labels.ts';
import { countOf, formatCount } from '../../words/numbers.ts';

interface Said {
  name: string;
  /** The shape beside a level of severity. */
  severity?: Severity;
  /** What its number is a part of; left out: of nothing that is told. */
  of?: readonly [one: string, many: string];
  /** What those are of which nothing is known. */
  unsaid?: string;
  /** What there would have to be to have a number. */
  needs: string;
}

const vulnerabilities = ['open vulnerability', 'open vulnerabilities'] as const;
const sonarqube = 'SonarQube is not connected';
const level = (severity: Severity): Said => ({ name: severityLabel[severity], severity, needs: sonarqube });
const images = {
  of: ['image', 'images'],
  unsaid: 'without a verdict',
  needs: 'needs SonarQube and a registry',
} as const;

export const figureWords: Record<FigureName, Said> = {
  open_vulnerabilities: { name: 'Open vulnerabilities', needs: sonarqube },
  open_critical: level('critical'),
  open_high: level('high'),
  open_medium: level('medium'),
  open_low: level('low'),
  open_unrated: level('unrated'),
  gates_failed: { name: 'Gates failing', of: ['project', 'projects'], unsaid: 'without a gate', needs: sonarqube },
  images_failed: { name: 'Images failing', ...images },
  running_failed: {
    name: 'Running with a failed image',
    of: ['image that runs', 'images that run'],
    unsaid: 'without a verdict to rely on',
    needs: 'needs SonarQube, a registry and deployments',
  },
  targets_due: { name: 'About to break a target', of: vulnerabilities, needs: sonarqube },
  targets_broken: { name: 'Past their target', of: vulnerabilities, needs: sonarqube },
  opened_this_week: { name: 'Opened and still open', needs: sonarqube },
  images_failed_this_week: { name: 'Images that began to fail', ...images },
  deployments_this_week: { name: 'Deployments', needs: 'nothing tells of deployments' },
  deployments_failed_this_week: {
    name: 'Deployments that failed',
    of: ['deployment', 'deployments'],
    needs: 'nothing tells of deployments',
  },
};

/** `of 48 projects, 3 without a gate` */
export function partWords({ name, of, unsaid }: Figure): string {
  const words = figureWords[name];
  if (of === null || words.of === undefined) return '';
  const [one, many] = words.of;
  const rest = unsaid > 0 && words.unsaid !== undefined ? `, ${formatCount(unsaid)} ${words.unsaid}` : '';
  return `of ${countOf(of, one, many)}${rest}`;
}

/** What stands in the place of the number. */
export function valueWords({ state, value }: Figure): string {
  if (value !== null) return `${state === 'incomplete' ? '≥ ' : ''}${formatCount(value)}`;
  return { known: '', incomplete: 'Not yet known', unknown: 'Not read', not_connected: 'No data' }[state];
}

type Look = 'bad' | 'good' | 'plain' | 'grey';

/** Grey is what nobody can be sure of: no good news is told then. */
export function lookOf({ name, state, value, stale, of, unsaid }: Figure): Look {
  if (state !== 'known' || stale !== null || value === null) return 'grey';
  if (name === 'deployments_this_week') return 'plain';
  if (value > 0) return 'bad';
  return of !== null && unsaid >= of ? 'grey' : 'good';
}

/** The page with as many rows. */
export function doorOf(
  name: FigureName,
  { node, weekFrom }: { node: number | undefined; weekFrom: string },
): LinkProps {
  const security = (search: object): LinkProps =>
    ({ to: '/insights/security', search: { node, ...search }, hash: 'findings' }) as LinkProps;
  const verdicts = (search: object): LinkProps =>
    ({ to: '/images/verdicts', search: { node, status: ['failed'], ...search } }) as LinkProps;
  const history = (search: object): LinkProps =>
    ({ to: '/deployments/history', search: { node, from: weekFrom, ...search } }) as LinkProps;
  const ofSeverity = (severity: Severity): LinkProps => security({ listSeverity: [severity] });
  const doors: Record<FigureName, () => LinkProps> = {
    open_vulnerabilities: () => security({}),
    open_critical: () => ofSeverity('critical'),
    open_high: () => ofSeverity('high'),
    open_medium: () => ofSeverity('medium'),
    open_low: () => ofSeverity('low'),
    open_unrated: () => ofSeverity('unrated'),
    gates_failed: () => ({ to: '/projects', search: { node, gate: ['failed'] } }),
    images_failed: () => verdicts({}),
    images_failed_this_week: () => verdicts({ since: weekFrom }),
    running_failed: () => ({ to: '/running', search: { node, state: ['failed'] } }),
    targets_due: () => security({ target: ['due_soon'] }),
    targets_broken: () => security({ target: ['broken'] }),
    opened_this_week: () => security({ age: ['0-7'] }),
    deployments_this_week: () => history({}),
    deployments_failed_this_week: () => history({ outcome: 'failed' }),
  };
  return doors[name]();
}
