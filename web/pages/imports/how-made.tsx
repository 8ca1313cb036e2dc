import type { ReactElement } from 'react';
import type { ImportInput, ImportState } from '../../../src/features/repositories/contract.ts';
import { SelectField } from '../../components/form.tsx';

type KeyRule = NonNullable<ImportInput['keyRule']>;

/** What is the same for each repository of one import. */
export interface HowMade {
  sonarqube: number;
  keyRule: KeyRule;
  visibility: 'usual' | 'public' | 'private';
}

const rules: readonly { value: KeyRule; label: string }[] = [
  { value: 'project_slug', label: 'PROJECT_repository' },
  { value: 'project:slug', label: 'PROJECT:repository' },
  { value: 'slug', label: 'repository' },
];

export const toRequest = ({ sonarqube, keyRule, visibility }: HowMade) => ({
  sonarqube,
  keyRule,
  ...(visibility === 'usual' ? {} : { visibility }),
});

export function HowMadeFields({
  value,
  sonarqube,
  onChange,
}: {
  value: HowMade;
  sonarqube: ImportState['sonarqube'];
  onChange: (next: HowMade) => void;
}): ReactElement {
  return (
    <div className="how-made">
      <SelectField
        label="SonarQube"
        value={String(value.sonarqube)}
        choices={sonarqube.map(({ id, name }) => ({ value: String(id), label: name }))}
        onChoose={(id) => onChange({ ...value, sonarqube: Number(id) })}
      />
      <SelectField
        label="Project key"
        value={value.keyRule}
        choices={rules}
        onChoose={(keyRule) => onChange({ ...value, keyRule })}
      />
      <SelectField
        label="Visibility"
        value={value.visibility}
        choices={[
          { value: 'usual', label: 'As SonarQube makes projects' },
          { value: 'private', label: 'Private' },
          { value: 'public', label: 'Public' },
        ]}
        onChoose={(visibility) => onChange({ ...value, visibility })}
      />
    </div>
  );
}
