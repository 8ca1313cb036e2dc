import type {
  Condition,
  PeopleProblem,
  ProjectRule,
  Section,
  ThingKind,
  ThingProperty,
  TreeDifference,
  Unmapped,
} from '../../../src/features/teams/contract.ts';
import { countOf } from '../../words/numbers.ts';

const known: Readonly<Record<string, string>> = {
  name: 'Full name',
  email: 'E-mail',
  manager_email: 'Manager e-mail',
  manager: 'Manager',
  role: 'Role',
  site: 'Site',
  team: 'Team',
  sub_role: 'Sub role',
  department: 'Department',
};

export const attributeLabel = (name: string): string => (Object.hasOwn(known, name) ? (known[name] ?? name) : name);

/** What is wrong, and what would be right. */
export const problemWords: Record<PeopleProblem['code'], readonly [what: string, remedy: string]> = {
  missing_name_or_email_or_manager_email_field_mapping: ['No column is chosen', 'Choose a column of the file for it.'],
  required_field_missing: ['The column is not in the file', 'Choose another column.'],
  required_value_missing: ['Rows without a value', 'Everybody has a name and an e-mail.'],
  email_invalid: ['No e-mail address', 'Write it as name@example.com.'],
  duplicate_email: ['The same e-mail twice', 'An e-mail is one person: leave one of the rows.'],
  manager_email_missing_in_developer_emails: [
    'Managers without a row',
    'Add a row for each of them, or correct the address.',
  ],
  circular_reference: ['Managers who report to each other', 'Correct one manager of the circle.'],
  csv_formula: ['Cells that hold a formula', 'Write the value in place of the formula.'],
  csv_cell_too_long: ['Cells of more than 1,000 characters', 'Shorten them.'],
  blank_csv_column_name: ['Columns without a name', 'Name them in the first line of the file.'],
  duplicate_csv_column: ['Columns of the same name', 'Give each a name of its own.'],
};

export const reasonWords = ({ reason, detail }: Pick<Unmapped, 'reason' | 'detail'>): string =>
  ({
    no_value: `no ${attributeLabel(detail).toLowerCase()}`,
    alone: 'no manager, and nobody reports to them',
    circle: `managers report to each other: ${detail}`,
  })[reason];

export const changeWords: Record<keyof TreeDifference['nodes'], string> = {
  added: 'new',
  removed: 'gone',
  renamed: 'renamed',
  moved: 'moved',
  led_otherwise: 'led by somebody else',
};

/** `3 people join, 1 leaves, 2 change teams` */
export function peopleWords({ joined, left, moved }: TreeDifference['people']): string {
  const parts = [
    ...(joined === 0 ? [] : [`${countOf(joined, 'person joins', 'people join')} a team`]),
    ...(left === 0 ? [] : [`${countOf(left, 'person leaves', 'people leave')} the tree`]),
    ...(moved === 0 ? [] : [`${countOf(moved, 'person changes', 'people change')} teams`]),
  ];
  return parts.length === 0 ? 'nobody changes teams' : parts.join(', ');
}

export const levelsWords = (levels: readonly string[]): string => levels.map(attributeLabel).join(' → ');

export const sectionLabel: Record<Section, string> = {
  code_quality: 'Code Quality Tools',
  security: 'Security',
  source_code: 'Source Code',
  deployment: 'Continuous Deployment',
};

/** What belongs to a team, by the section it is said in. */
export const sectionThings: Record<Section, readonly ThingKind[]> = {
  code_quality: [],
  security: ['image'],
  source_code: ['repository'],
  deployment: ['service', 'pipeline', 'environment'],
};

export const thingWords: Record<ThingKind | 'project', readonly [one: string, many: string]> = {
  project: ['SonarQube project', 'SonarQube projects'],
  repository: ['Bitbucket repository', 'Bitbucket repositories'],
  service: ['service', 'services'],
  pipeline: ['pipeline', 'pipelines'],
  environment: ['environment', 'environments'],
  image: ['image repository', 'image repositories'],
};

export const propertyLabel: Record<ThingProperty, string> = {
  path: 'Path',
  name: 'Name',
  identifier: 'Identifier',
  project: 'Project',
  organization: 'Organization',
  tag: 'Tag',
  type: 'Type',
};

export const conditionLabel: Record<Condition['condition'], string> = {
  equals: 'equals',
  not_equals: 'does not equal',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  matches: 'matches the pattern',
};

export const ruleKinds: Record<ProjectRule['kind'], readonly [label: string, example: string]> = {
  key: ['Key', 'payments:ledger'],
  glob: ['Key matches the pattern', 'payments:*'],
  tag: ['Tag', 'payments'],
  repository: ['Bound repository matches', 'PAY/*'],
  owner: ['Owner in CODEOWNERS', '@@payments'],
};
