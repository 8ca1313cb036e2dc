import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { MergeChecks, RequiredReport } from '../../../src/features/reports/contract.ts';
import { Copyable, External } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { blockingLook } from './blocking-words.ts';

/** The settings to enter for one report, and what was seen of it. */
export function RequiredReportCard({
  report,
  enteredAt,
}: {
  report: RequiredReport;
  enteredAt: MergeChecks['enteredAt'];
}): ReactElement {
  const { project, reportKey, requiredStatus, annotationRequirement, state } = report;
  const [tone, glyph, words] = blockingLook[state];
  return (
    <Card
      title={project.name}
      note="required report"
      actions={
        <Chip tone={tone} glyph={glyph}>
          {words}
        </Chip>
      }
      padded
    >
      <Seen report={report} />
      <h3>What to enter in Bitbucket</h3>
      <p>
        <i>{enteredAt.repository}</i>, or, for every repository of the project at once, <i>{enteredAt.project}</i>:
      </p>
      <Copyable text={reportKey} label={`Report key of ${project.name}`} />
      <Facts
        entries={[
          ['Report key', 'exactly as above'],
          ['Required status', requiredStatus],
          [
            'Annotation requirement',
            annotationRequirement ?? 'leave it empty: the binding shows no annotations, so there is nothing to require',
          ],
          [
            'Project',
            <Link key="p" to="/projects/$id" params={{ id: String(project.id) }}>
              {project.key}
            </Link>,
          ],
        ]}
      />
    </Card>
  );
}

function Seen({ report: { state, blocked, open } }: { report: RequiredReport }): ReactElement {
  return (
    <>
      {state === 'not_seen' ? (
        <p className="seen">
          No pull request has told anything yet. One whose report fails or is missing tells most: look again once there
          is one.
        </p>
      ) : null}
      {open === null ? null : (
        <p className="seen">
          <Ago at={open.at} /> Bitbucket did not name this key for <PullRequest of={open.pullRequest} />, whose report
          failed or was missing: it blocks nothing there.
        </p>
      )}
      {blocked === null ? null : (
        <>
          <p className="seen">
            <Ago at={blocked.at} /> Bitbucket named this key as a reason not to merge{' '}
            <PullRequest of={blocked.pullRequest} />:
          </p>
          <blockquote className="veto">{blocked.veto}</blockquote>
        </>
      )}
    </>
  );
}

function PullRequest({
  of: { number, title, link },
}: {
  of: NonNullable<RequiredReport['open']>['pullRequest'];
}): ReactElement {
  return link === null ? (
    <>
      #{number} {title}
    </>
  ) : (
    <External href={link}>
      #{number} {title}
    </External>
  );
}
