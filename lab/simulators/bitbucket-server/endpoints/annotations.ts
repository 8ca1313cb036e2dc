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
  textIn,
} from '../call.ts';
import { ApiError, badField, missingField, tooLong } from '../errors.ts';
import type { Annotation, InsightReport, Severity } from '../state/check-model.ts';
import { alike } from '../texts.ts';
import { addressIn, commitPath, demandOwner, demandReport, limited, reportPath, reportPlace } from './reports.ts';

const insights = endpointsOf('insights');
const severities: readonly Severity[] = ['LOW', 'MEDIUM', 'HIGH'];
const types = ['VULNERABILITY', 'CODE_SMELL', 'BUG'] as const;

export interface ShownAnnotation {
  reportKey: string;
  annotation: Annotation;
}

function annotationView({ reportKey, annotation }: ShownAnnotation): object {
  const { externalId, path, line, message, severity, link, type } = annotation;
  return {
    reportKey,
    line,
    message,
    path: path ?? '',
    severity,
    ...(externalId === null ? {} : { externalId }),
    ...(link === null ? {} : { link }),
    ...(type === null ? {} : { type }),
  };
}

/** No page: all at once. */
const answer = (shown: readonly ShownAnnotation[]): Reply => json({ annotations: shown.map(annotationView) });

const annotationsOf = ({ key, annotations }: InsightReport): ShownAnnotation[] =>
  annotations.map((annotation) => ({ reportKey: key, annotation }));

/** One at fault refuses all: nothing of the request is stored. */
async function add(call: Call): Promise<Reply> {
  const place = await reportPlace(call);
  const report = demandReport(call, place);
  demandOwner(call, place, report, { deletes: false });
  const items = listIn(jsonBody(call), 'annotations');
  if (items === undefined || items.length === 0)
    throw badField('annotations', {
      en: 'At least one annotation must be provided.',
      de: 'Es muss mindestens eine Anmerkung angegeben werden.',
    });
  const annotations = items.map((item) => annotationIn(objectIn({ annotations: item }, 'annotations') ?? {}));
  demandRoom(call, report.annotations.length + annotations.length);
  report.annotations = [...report.annotations, ...annotations];
  return empty(204);
}

function demandRoom({ world }: Call, count: number): void {
  if (count <= world.maxAnnotations) return;
  throw new ApiError(
    world.overflowStatus,
    {
      en: `A report cannot have more than ${world.maxAnnotations} annotations.`,
      de: `Ein Bericht kann nicht mehr als ${world.maxAnnotations} Anmerkungen haben.`,
    },
    {
      context: 'annotations',
      exceptionName: 'com.atlassian.bitbucket.codeinsights.annotation.AnnotationsLimitExceededException',
    },
  );
}

function annotationIn(fields: Fields, externalId?: string): Annotation {
  const message = textIn(fields, 'message');
  if (message === undefined || message === '') throw missingField('message');
  if (message.length > 2000) throw tooLong('message', 2000);
  const severity = member(fields, 'severity', severities);
  if (severity === undefined) throw missingField('severity');
  const id = externalId ?? textIn(fields, 'externalId');
  if (id !== undefined && id.length > 450) throw tooLong('externalId', 450);
  return {
    externalId: id ?? null,
    path: pathIn(fields),
    line: lineIn(fields),
    message,
    severity,
    link: addressIn(fields, 'link'),
    type: member(fields, 'type', types) ?? null,
  };
}

function member<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T | undefined {
  const value = textIn(fields, name);
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value.toUpperCase());
  if (found === undefined) throw badField(name, alike(`'${value}' is not one of: ${allowed.join(', ')}`));
  return found;
}

function pathIn(fields: Fields): string | null {
  const path = limited(fields, 'path', 50_000);
  if (path?.startsWith('/') === true)
    throw badField('path', alike('The path must be relative to the root of the repository.'));
  return path === '' ? null : path;
}

function lineIn(fields: Fields): number {
  const line = fields['line'] ?? 0;
  if (typeof line !== 'number' || !Number.isInteger(line) || line < 0)
    throw badField('line', alike('The line must be a number of at least 0.'));
  return line;
}

/** Makes or replaces one. */
async function putOne(call: Call): Promise<Reply> {
  const place = await reportPlace(call);
  const report = demandReport(call, place);
  demandOwner(call, place, report, { deletes: false });
  const id = param(call, 'externalId');
  const annotation = annotationIn(jsonBody(call), id);
  const others = report.annotations.filter(({ externalId }) => externalId !== id);
  demandRoom(call, others.length + 1);
  report.annotations = [...others, annotation];
  return empty(204);
}

/** Those that are named, or all. */
async function remove(call: Call): Promise<Reply> {
  const place = await reportPlace(call);
  const report = demandReport(call, place);
  demandOwner(call, place, report, { deletes: true });
  const ids = call.query.getAll('externalId').filter((id) => id !== '');
  report.annotations =
    ids.length === 0 ? [] : report.annotations.filter(({ externalId }) => !ids.includes(externalId ?? ''));
  return empty(204);
}

/** Of every report of the commit; filters may be repeated. */
async function search(call: Call): Promise<Reply> {
  const { repository, commit } = await reportPlace(call);
  const asked = (name: string): string[] => call.query.getAll(name).filter((value) => value !== '');
  const fits = (name: string, value: string | null): boolean =>
    asked(name).length === 0 || asked(name).includes(value ?? '');
  const either = (name: string, value: string | null): boolean =>
    asked(name).length === 0 || asked(name).some((one) => one.toUpperCase() === value);
  const found = [...(repository.reports.get(commit)?.values() ?? [])]
    .flatMap(annotationsOf)
    .filter(({ reportKey }) => fits('key', reportKey))
    .filter(({ annotation: { path, externalId } }) => fits('path', path) && fits('externalId', externalId))
    .filter(({ annotation: { severity, type } }) => either('severity', severity) && either('type', type));
  return answer(found);
}

const since = { since: [5, 15] } as const;

export const annotationEndpoints: readonly Endpoint[] = [
  insights('POST', `${reportPath}/annotations`, add, since),
  insights(
    'GET',
    `${reportPath}/annotations`,
    async (call) => answer(annotationsOf(demandReport(call, await reportPlace(call)))),
    since,
  ),
  insights('DELETE', `${reportPath}/annotations`, remove, since),
  insights('PUT', `${reportPath}/annotations/{externalId}`, putOne, since),
  insights('GET', `${commitPath}/annotations`, search, since),
];
