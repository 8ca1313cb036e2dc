import { type CodeAnnotation, reportLimits } from '../../../connectors/contract.ts';
import type { NewFinding } from '../model.ts';
import { type ChangeLinks, hotspotLink, issueLink } from './links.ts';
import { plainMessage } from './plain-message.ts';

/** A finding as the server shows it. A line without a file is left out: there it would mean nothing. */
export function annotationOf(finding: NewFinding, links: ChangeLinks): CodeAnnotation {
  const { key, kind, path, line, severity, type, message } = finding;
  return {
    externalId: key.slice(0, reportLimits.externalId),
    ...(path === null ? {} : { path, ...(line === null ? {} : { line }) }),
    severity,
    type,
    message: plainMessage(message, reportLimits.message, 'SonarQube gives no message for this.'),
    link: kind === 'hotspot' ? hotspotLink(links, key) : issueLink(links, key),
  };
}

/** Highest impact of an issue on the scale of newer servers, or the severity of the standard experience. */
const annotationSeverities: Readonly<Record<string, CodeAnnotation['severity']>> = {
  BLOCKER: 'HIGH',
  HIGH: 'HIGH',
  CRITICAL: 'HIGH',
  MEDIUM: 'MEDIUM',
  MAJOR: 'MEDIUM',
  LOW: 'LOW',
  MINOR: 'LOW',
  INFO: 'LOW',
};

/** A level that nobody knows is shown as the worst, never as harmless. */
export const annotationSeverity = (level: string): CodeAnnotation['severity'] => annotationSeverities[level] ?? 'HIGH';
