import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { FindingList, SecurityFinding } from '../../../src/features/insights/contract.ts';
import { External } from '../../components/button.tsx';
import { SeverityBadge } from '../../components/chips.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Moment } from '../../components/time.tsx';
import { assetTypeLabel, levelWords } from '../../words/labels.ts';

export function FindingPanel({
  finding,
  list,
  onClose,
}: {
  finding: SecurityFinding | undefined;
  list: FindingList;
  onClose: () => void;
}): ReactElement {
  if (finding === undefined) {
    return (
      <SidePanel title="Not on this page" onClose={onClose}>
        <p>
          This finding is not among the rows shown: it was resolved, or the filters, the sorting or the page are others
          than when the link was made.
        </p>
      </SidePanel>
    );
  }
  return (
    <SidePanel
      title={finding.title}
      eyebrow={list === 'hotspots' ? 'Hotspot' : <SeverityBadge severity={finding.severity} />}
      onClose={onClose}
    >
      {finding.link === null ? null : (
        <p>
          <External href={finding.link}>Open in SonarQube</External>
        </p>
      )}
      <Facts
        entries={[
          ['Issue ID', <code key="k">{finding.issueId}</code>],
          ['Vulnerability ID', <code key="v">{finding.vulnerabilityId}</code>],
          ['Level in SonarQube', levelWords(finding)],
          ['Rule', finding.rule === null ? null : <code key="r">{finding.rule}</code>],
          [
            'Project',
            <Link key="p" to="/projects/$id" params={{ id: String(finding.project.id) }}>
              {finding.project.name}
            </Link>,
          ],
          ['Project key', <code key="pk">{finding.project.key}</code>],
          ['Branch', finding.branch],
          [
            'File',
            finding.path === null ? null : (
              <code key="f">{finding.line === null ? finding.path : `${finding.path}:${finding.line}`}</code>
            ),
          ],
          ['Asset type', assetTypeLabel[finding.assetType]],
          ['Created', <Moment key="c" at={finding.createdAt} />],
        ]}
      />
    </SidePanel>
  );
}
