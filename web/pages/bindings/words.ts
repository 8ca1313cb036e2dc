import type { Binding, BindingSuggestion } from '../../../src/features/repositories/contract.ts';

export const warningWords: Record<Binding['warnings'][number], { short: string; long: string }> = {
  same_name: {
    short: 'Same name',
    long: 'Another project of the repository has the same name: people cannot tell their reports apart. Give each scanner command its own sonar.projectName.',
  },
  overlapping_prefix: {
    short: 'Overlapping folders',
    long: 'Another project of the repository covers the same folder: its findings are reported twice.',
  },
  outside_prefix: {
    short: 'Findings outside',
    long: 'The project holds findings of files outside its folder. Limit its analysis with sonar.inclusions.',
  },
  local_links: {
    short: 'Links lead nowhere',
    long: 'SonarQube is connected by an address that means the reader’s own machine, and links of the reports lead there. Enter the address that people open SonarQube at: its integration → Settings → Public URL.',
  },
  own_reports: {
    short: 'SonarQube reports too',
    long: 'SonarQube itself reports to the repository under the same key, and one report replaces the other. Switch SonarQube’s off: Project settings → General settings → DevOps Platform Integration, remove the binding. Or end the binding here.',
  },
};

export const inclusionWords: Record<NonNullable<Binding['inclusion']>['state'], string> = {
  set: 'set on the SonarQube project',
  other: 'not set: the project is limited otherwise',
  refused: 'not set: the token may not',
  unknown: 'not known',
};

export const reasonWords: Record<NonNullable<BindingSuggestion['reason']>, string> = {
  sonarqube_binding: 'SonarQube itself is bound to it',
  link: 'the project links to it',
  name: 'the names are alike',
};

export const confidenceWords: Record<NonNullable<BindingSuggestion['confidence']>, string> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible',
};
