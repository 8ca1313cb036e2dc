import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  type Call,
  type Endpoint,
  endpointsOf,
  type Fields,
  jsonBody,
  listIn,
  objectIn,
  param,
  repositoryPath,
  textIn,
} from '../call.ts';
import { badField, conflict, missingField, noSuch, notPermitted, tooLong } from '../errors.ts';
import { commitOf, repositoryOf } from '../locate.ts';
import type { Repository, Subject } from '../model.ts';
import { paged } from '../paging.ts';
import { demandLicensed, repositoryLevel } from '../permissions.ts';
import type { DataItem, InsightReport } from '../state/check-model.ts';
import { alike } from '../texts.ts';
import { millis } from '../world.ts';

const insights = endpointsOf('insights');
export const commitPath = `${repositoryPath}/commits/{commit}`;
export const reportPath = `${commitPath}/reports/{key}`;

export interface ReportPlace {
  repository: Repository;
  commit: string;
}

export async function reportPlace(call: Call): Promise<ReportPlace> {
  const repository = repositoryOf(call);
  return { repository, commit: await commitOf(call, repository) };
}

export const reportAt = (call: Call, { repository, commit }: ReportPlace): InsightReport | undefined =>
  repository.reports.get(commit)?.get(param(call, 'key'));

export function demandReport(call: Call, place: ReportPlace): InsightReport {
  const report = reportAt(call, place);
  const key = param(call, 'key');
  if (report === undefined)
    throw noSuch(
      'codeinsights.NoSuchReportException',
      `Report '${key}' does not exist.`,
      `Der Bericht '${key}' existiert nicht.`,
    );
  return report;
}

/** Reading is enough to write; whose a report is nobody else changes. */
export function writer(call: Call, { repository }: ReportPlace): string {
  demandLicensed(call.subject);
  if (repository.archived)
    throw conflict('repository.RepositoryArchivedException', {
      en: `Repository ${repository.slug} is archived and read-only.`,
      de: `Das Repository ${repository.slug} ist archiviert und schreibgeschützt.`,
    });
  return nameOf(call.subject);
}

const nameOf = (subject: Subject): string =>
  subject.kind === 'user' ? `user ${subject.user.id}` : subject.kind === 'service' ? `token ${subject.token.id}` : '';

/** Who administers the repository may delete what others wrote, and no more. */
export function demandOwner(
  call: Call,
  place: ReportPlace,
  report: InsightReport,
  { deletes }: { deletes: boolean },
): void {
  if (report.owner === writer(call, place)) return;
  if (deletes && repositoryLevel(call.world, call.subject, place.repository) === 3) return;
  throw notPermitted();
}

export function reportView({ owner: _owner, annotations: _annotations, ...report }: InsightReport): object {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== null));
}

async function put(call: Call): Promise<Reply> {
  const place = await reportPlace(call);
  const owner = writer(call, place);
  const key = param(call, 'key');
  if (key.length > 50) throw tooLong('key', 50);
  const existing = reportAt(call, place);
  if (existing !== undefined) demandOwner(call, place, existing, { deletes: false });
  const fields = jsonBody(call);
  const report: InsightReport = {
    key,
    title: titleIn(fields),
    data: dataIn(fields, call.world.strictReports),
    details: limited(fields, 'details', 2000),
    reporter: limited(fields, 'reporter', 450),
    result: resultIn(fields),
    link: addressIn(fields, 'link'),
    logoUrl: addressIn(fields, 'logoUrl'),
    coverageProviderKey: limited(fields, 'coverageProviderKey', 450),
    createdDate: dateIn(fields) ?? millis(call.world),
    owner,
    annotations: existing?.annotations ?? [],
  };
  const reports = place.repository.reports.get(place.commit) ?? new Map<string, InsightReport>();
  place.repository.reports.set(place.commit, reports.set(key, report));
  return json(reportView(report));
}

function titleIn(fields: Fields): string {
  const title = textIn(fields, 'title');
  if (title === undefined || title === '') throw missingField('title');
  if (title.length > 450) throw tooLong('title', 450);
  return title;
}

export function limited(fields: Fields, name: string, most: number): string | null {
  const value = textIn(fields, name);
  if (value !== undefined && value.length > most) throw tooLong(name, most);
  return value ?? null;
}

export function addressIn(fields: Fields, name: string): string | null {
  const value = textIn(fields, name);
  if (value === undefined) return null;
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw badField(name, {
      en: `The ${name} must be an absolute http or https URL.`,
      de: `${name} muss eine absolute http- oder https-URL sein.`,
    });
  return value;
}

/** In whatever case; nothing but these two. */
function resultIn(fields: Fields): InsightReport['result'] {
  const value = textIn(fields, 'result');
  const result = value?.toUpperCase();
  if (result === undefined) return null;
  if (result !== 'PASS' && result !== 'FAIL') throw badField('result', alike(`'${value}' is not one of: PASS, FAIL`));
  return result;
}

function dateIn(fields: Fields): number | undefined {
  const value = fields['createdDate'];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw badField('createdDate', alike('The createdDate must be a time in milliseconds.'));
  return value;
}

function dataIn(fields: Fields, strict: boolean): DataItem[] {
  const items = listIn(fields, 'data');
  // The document requires it; programs made for real servers leave it out.
  if (items === undefined && strict) throw missingField('data');
  if (items !== undefined && items.length > 6)
    throw badField('data', {
      en: 'A report cannot have more than 6 data items.',
      de: 'Ein Bericht kann höchstens 6 Daten haben.',
    });
  return (items ?? []).map(dataItem);
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isPlain = (value: unknown): boolean => isNumber(value) || typeof value === 'string' || typeof value === 'boolean';

const values: Record<string, (value: unknown) => boolean> = {
  BOOLEAN: (value) => typeof value === 'boolean',
  DATE: isNumber,
  DURATION: isNumber,
  LINK: (value) => {
    const { linktext, href } = (typeof value === 'object' && value !== null ? value : {}) as Fields;
    const url = typeof href === 'string' ? URL.parse(href) : null;
    return typeof linktext === 'string' && url !== null && /^https?:$/.test(url.protocol);
  },
  NUMBER: isNumber,
  PERCENTAGE: (value) => isNumber(value) && (value as number) >= 0 && (value as number) <= 100,
  TEXT: (value) => typeof value === 'string',
};

function dataItem(item: unknown): DataItem {
  const fields = objectIn({ data: item }, 'data');
  if (fields === undefined) throw badField('data', alike('A data item must be an object.'));
  const title = textIn(fields, 'title');
  if (title === undefined || title === '') throw missingField('data.title');
  if (title.length > 450) throw tooLong('data.title', 450);
  const type = textIn(fields, 'type')?.toUpperCase();
  const fits = type === undefined ? isPlain : values[type];
  if (fits === undefined)
    throw badField('data.type', alike(`'${type}' is not one of: ${Object.keys(values).join(', ')}`));
  if (!fits(fields['value'])) throw badField('data.value', alike(`The value of '${title}' does not fit its type.`));
  return { title, ...(type === undefined ? {} : { type }), value: fields['value'] };
}

async function remove(call: Call): Promise<Reply> {
  const place = await reportPlace(call);
  const report = reportAt(call, place);
  writer(call, place);
  if (report !== undefined) {
    demandOwner(call, place, report, { deletes: true });
    place.repository.reports.get(place.commit)?.delete(report.key);
  }
  return empty(204);
}

export const reportEndpoints: readonly Endpoint[] = [
  insights('GET', 'capabilities', () => json({ reports: true, annotations: true }), { since: [5, 15] }),
  insights(
    'GET',
    `${commitPath}/reports`,
    async (call) => {
      const { repository, commit } = await reportPlace(call);
      return paged(call, [...(repository.reports.get(commit)?.values() ?? [])], reportView);
    },
    { since: [5, 15] },
  ),
  insights('GET', reportPath, async (call) => json(reportView(demandReport(call, await reportPlace(call)))), {
    since: [5, 15],
  }),
  insights('PUT', reportPath, put, { since: [5, 15] }),
  insights('DELETE', reportPath, remove, { since: [5, 15] }),
];
