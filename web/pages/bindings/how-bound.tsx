import type { ReactElement } from 'react';
import { Checkbox, TextField } from '../../components/form.tsx';

/** How a project is bound, as a form has it. */
export interface HowBound {
  mono: boolean;
  annotations: boolean;
  buildStatus: boolean;
  summaryComment: boolean;
  prefix: string;
  /** '' for the documented one. */
  reportKey: string;
}

export const usual: HowBound = {
  mono: false,
  annotations: true,
  buildStatus: false,
  summaryComment: false,
  prefix: '',
  reportKey: '',
};

export const toSettings = ({ mono, annotations, buildStatus, summaryComment, prefix, reportKey }: HowBound) => ({
  mono,
  annotations,
  buildStatus,
  summaryComment,
  prefix: mono ? prefix.trim() : '',
  reportKey: reportKey.trim() === '' ? null : reportKey.trim(),
});

/** What is wrong with a chosen key; undefined: nothing. */
export const keyProblem = (key: string): string | undefined =>
  key.trim() === '' || /^[A-Za-z0-9._:-]{1,50}$/.test(key.trim())
    ? undefined
    : '1 to 50 letters, digits, and any of . _ : and -';

export function HowBoundFields({
  value,
  onChange,
}: {
  value: HowBound;
  onChange: (next: HowBound) => void;
}): ReactElement {
  const set = (change: Partial<HowBound>): void => onChange({ ...value, ...change });
  return (
    <>
      <Checkbox
        label="Mono repository: several projects are of it"
        checked={value.mono}
        onChange={(mono) => set({ mono })}
      />
      {value.mono ? (
        <TextField
          label="Folder"
          optional
          placeholder="services/ledger"
          help="Of the repository that the project is of. The SonarQube project is limited to it where the token may."
          value={value.prefix}
          onChange={(event) => set({ prefix: event.target.value })}
        />
      ) : null}
      <ReportSwitches value={value} onChange={set} />
      <TextField
        label="Report key"
        optional
        help="Empty means the documented one."
        error={keyProblem(value.reportKey)}
        value={value.reportKey}
        onChange={(event) => set({ reportKey: event.target.value })}
      />
    </>
  );
}

export type Switches = Pick<HowBound, 'annotations' | 'buildStatus' | 'summaryComment'>;

/** What is written of a result. */
export function ReportSwitches({
  value,
  onChange,
}: {
  value: Switches;
  onChange: (change: Partial<Switches>) => void;
}): ReactElement {
  return (
    <>
      <Checkbox
        label="Annotations: findings are shown on the lines they are on"
        checked={value.annotations}
        onChange={(annotations) => onChange({ annotations })}
      />
      <Checkbox
        label="Build status: the result is shown as a build of the commit, too, which merges can be made to require"
        checked={value.buildStatus}
        onChange={(buildStatus) => onChange({ buildStatus })}
      />
      <Checkbox
        label="Summary comment: one comment of each pull request says what the report says"
        checked={value.summaryComment}
        onChange={(summaryComment) => onChange({ summaryComment })}
      />
    </>
  );
}
