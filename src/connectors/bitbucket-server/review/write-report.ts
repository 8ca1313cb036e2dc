import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { ReportPlace, ReportWriter } from '../../contract.ts';
import { called, reportPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { StoredReport } from '../schema.ts';

/** Writes one report of a commit. Whoever made a report is the only one who may replace it. */
export function reportWriter(client: BitbucketClient, place: ReportPlace): ReportWriter {
  const path = reportPath(place);
  const subject = `the report ${place.key} on ${called(place)} ${place.commit.slice(0, 12)}`;
  return {
    async put(report) {
      try {
        await client.send('PUT', path, { subject, body: report });
      } catch (error) {
        throw isPlumblineError(error, 'invalid_permissions') ? await whoseReport(client, place, error) : error;
      }
    },
    async clear() {
      try {
        await client.send('DELETE', `${path}/annotations`, { subject: `annotations of ${subject}` });
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
    async add(annotations) {
      try {
        await client.send('POST', `${path}/annotations`, {
          subject: `annotations of ${subject}`,
          body: { annotations },
        });
        return 'added';
      } catch (error) {
        if (isTooMany(error)) return 'too_many';
        throw error;
      }
    },
  };
}

/** The report is not there: commit, repository and project have errors of their own. */
const isAbsent = (error: unknown): boolean =>
  isPlumblineError(error, 'endpoint_unavailable') && error.data['status'] === 404;

const isTooMany = (error: unknown): boolean => isPlumblineError(error) && error.data['mayBeLimit'] === true;

/** A refusal where a report lies already is about that report, made by somebody else. */
async function whoseReport(client: BitbucketClient, place: ReportPlace, refusal: PlumblineError): Promise<unknown> {
  const found = await storedReport(client, place);
  if (found === null) return refusal;
  const { upstream } = refusal;
  return new PlumblineError('bitbucket_report_not_ours', {
    message: `The report ${place.key} was written by another user${found.reporter ? `, as “${found.reporter}”` : ''}.`,
    ...(upstream === undefined ? {} : { upstream }),
  });
}

/** The report that lies there; null when there is none. */
export async function storedReport(
  client: Pick<BitbucketClient, 'get'>,
  place: ReportPlace,
): Promise<{ reporter: string | null; link: string | null } | null> {
  try {
    const { reporter, link } = await client.get(StoredReport, reportPath(place), {
      subject: `the report ${place.key}`,
    });
    return { reporter: reporter ?? null, link: link ?? null };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
