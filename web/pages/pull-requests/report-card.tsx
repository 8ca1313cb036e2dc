import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PullRequestRow, ReportDetail, ReportSummary } from '../../../src/features/reports/contract.ts';
import { Copyable, External } from '../../components/button.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { KeptError, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { ReportChip } from './report-chip.tsx';
import { annotationsWords, lyingWords, partWords, reasonWords, shellWord, shortCommit } from './words.ts';

/** What lies in Bitbucket under the key of one project, and why, or why nothing does. */
export function ReportCard({
  detail: { report, annotations, mono, prefix },
  pullRequest,
}: {
  detail: ReportDetail;
  pullRequest: PullRequestRow;
}): ReactElement {
  const { project, reportKey, commit, publishedAt } = report;
  return (
    <Card title="Report" note={project.name} actions={<ReportChip report={report} />} padded>
      <Why report={report} pullRequest={pullRequest} mono={mono} />
      <Foreign report={report} />
      <Facts
        entries={[
          [
            'Project',
            <Link key="p" to="/projects/$id" params={{ id: String(project.id) }}>
              {project.name}
            </Link>,
          ],
          ['Folder', mono && prefix !== '' ? <code key="f">{prefix}</code> : null],
          ['Commit', <code key="c">{shortCommit(commit)}</code>],
          [
            'Blocking merges',
            <Link key="b" to="/pull-requests/repositories/$id" params={{ id: String(pullRequest.repository.id) }}>
              What to enter in Bitbucket, and what was seen
            </Link>,
          ],
          [
            'Annotations shown',
            annotations ? (annotationsWords([report]) ?? 'none written yet') : 'switched off in the binding',
          ],
          ['In Bitbucket', lyingWords(report)],
          ['Written', publishedAt === null ? 'never' : <Moment key="w" at={publishedAt} />],
          ['Changed', <Ago key="a" at={report.changedAt} />],
        ]}
      />
      <Copyable text={reportKey} label="Report key, as Bitbucket knows it" />
    </Card>
  );
}

function Why({
  report,
  pullRequest,
  mono,
}: {
  report: ReportSummary;
  pullRequest: PullRequestRow;
  mono: boolean;
}): ReactElement {
  const { error, beside, reason, nextTryAt } = report;
  const words = reason === null ? null : reasonWords[reason];
  return (
    <>
      <KeptError error={error} />
      {beside.map((problem) => (
        <div key={problem.part}>
          <p>{partWords(problem)} The report is as it says all the same.</p>
          <KeptError error={problem.error} />
        </div>
      ))}
      {nextTryAt === null ? null : (
        <p className="note">
          It is tried again by itself <Ago at={nextTryAt} />.
        </p>
      )}
      {words === null ? null : (
        <Notice title={words.what}>
          {words.next}
          {reason === 'not_analysed' || reason === 'head_not_analysed' ? (
            <HowToAnalyse of={pullRequest} project={mono ? report.project.key : null} />
          ) : null}
        </Notice>
      )}
    </>
  );
}

/** The command that asks the hub for the parameters of the scanner; on a Community Build it makes the companion, too. */
function HowToAnalyse({ of, project }: { of: PullRequestRow; project: string | null }): ReactElement {
  const { repository, number } = of;
  const which = project === null ? '' : ` --project ${shellWord(project)}`;
  const command = `plumbline pr scan-args ${shellWord(`${repository.project}/${repository.slug}#${number}`)}${which}`;
  return (
    <>
      <Copyable text={`sonar-scanner $(${command})`} label="How a pipeline analyses this pull request" />
      <p className="note">
        On Community Build, which analyses no pull requests, this makes a companion project for it.
      </p>
    </>
  );
}

function Foreign({ report: { foreign, reportKey } }: { report: ReportSummary }): ReactElement | null {
  if (foreign === null) return null;
  const { reporter, link, seenAt } = foreign;
  return (
    <Notice
      kind="warning"
      title={`${reporter ?? 'Another program'} wrote under the same key.`}
      action={link === null ? undefined : <External href={link}>Its link</External>}
    >
      Seen <Ago at={seenAt} />. Two writers of <code>{reportKey}</code> overwrite each other: switch off the other one,
      for example SonarQube’s own decoration under <i>Administration → DevOps Platform Integrations</i>, or give the
      binding a key of its own.
    </Notice>
  );
}
