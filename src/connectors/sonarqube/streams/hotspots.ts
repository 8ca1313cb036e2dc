import type { SliceEvent } from '../../contract.ts';
import { toInstant } from '../instant.ts';
import { integer, mapTextRange, pathOf, textOf } from '../issues/map-issue.ts';
import { complete, isClosed, type Reader, type ScopeRef } from '../reader.ts';
import type { HotspotRecord } from '../records.ts';
import { HotspotsList, HotspotsSearch } from '../schema.ts';

const pageSize = 500;
const searchWindow = 10_000;
const probabilities = new Set(['HIGH', 'MEDIUM', 'LOW']);

interface Listing {
  raw: unknown[];
  total: number;
  method: string;
  /** False when a part of more than the window could not be split. */
  whole: boolean;
}

/**
 * Stream `hotspots`. From 2026.4 on new analyses raise none (they are vulnerabilities then) and a later version will
 * drop the endpoint: then the stream is unavailable and what is stored stays.
 */
export async function readHotspots(reader: Reader, project: string, scope: ScopeRef): Promise<SliceEvent[]> {
  const listing = await list(reader, project, scope);
  const records = new Map<string, HotspotRecord>();
  const setAside: SliceEvent[] = [];
  for (const raw of listing.raw) {
    const record = toHotspot(raw, project);
    if (typeof record !== 'string') records.set(record.key, record);
    else
      setAside.push({
        type: 'set_aside',
        stream: 'hotspots',
        scope: scope.key,
        text: JSON.stringify(raw) ?? '',
        reason: record,
      });
  }
  const proven = listing.whole && records.size + setAside.length === listing.total;
  return [
    { type: 'records', stream: 'hotspots', scope: scope.key, records: [...records.values()] },
    ...setAside,
    complete({
      stream: 'hotspots',
      scope: scope.key,
      sourceCount: listing.total,
      method: listing.method,
      proof: proven ? 'counts_equal' : 'unproven',
      // Unlike the search of issues, this call fails without Browse: its 200 is the permission probe.
      absenceTrusted: proven && setAside.length === 0,
    }),
  ];
}

async function list(reader: Reader, project: string, scope: ScopeRef): Promise<Listing> {
  const params = { projectKey: project, ...scope.params };
  if (reader.request.purpose === 'audit') {
    const counted = await searchPages(reader, { ...params }, 1);
    const listed = await listAll(reader, project, scope);
    if (listed !== null) return { raw: listed, total: counted.total, method: 'api/hotspots/list', whole: true };
  }
  const all = await searchPages(reader, params, searchWindow);
  if (all.total <= searchWindow) return all;
  const listed = await listAll(reader, project, scope);
  if (listed !== null) return { raw: listed, total: all.total, method: 'api/hotspots/list', whole: true };
  const parts: Listing[] = [await searchPages(reader, { ...params, status: 'TO_REVIEW' }, searchWindow)];
  for (const resolution of ['FIXED', 'SAFE', 'ACKNOWLEDGED']) {
    parts.push(await searchPages(reader, { ...params, status: 'REVIEWED', resolution }, searchWindow));
  }
  const whole = parts.every((part) => part.total <= searchWindow);
  return { raw: parts.flatMap((part) => part.raw), total: all.total, method: all.method, whole };
}

async function searchPages(
  { client }: Reader,
  params: Record<string, string | undefined>,
  limit: number,
): Promise<Listing> {
  const raw: unknown[] = [];
  for (let page = 1; ; page += 1) {
    const ps = Math.min(pageSize, limit);
    const answer = await client.get(HotspotsSearch, 'api/hotspots/search', { ...params, p: page, ps });
    raw.push(...answer.hotspots);
    const read = page * ps;
    if (answer.hotspots.length === 0 || read >= answer.paging.total || read >= limit) {
      return { raw, total: answer.paging.total, method: 'api/hotspots/search', whole: true };
    }
  }
}

/** 10.2 and later, without a window; null where it is closed. */
async function listAll({ client }: Reader, project: string, scope: ScopeRef): Promise<unknown[] | null> {
  const raw: unknown[] = [];
  try {
    for (let page = 1; ; page += 1) {
      const params = { project, ...scope.params, p: page, ps: pageSize };
      const answer = await client.get(HotspotsList, 'api/hotspots/list', params);
      raw.push(...answer.hotspots);
      if (answer.hotspots.length < pageSize) return raw;
    }
  } catch (error) {
    if (isClosed(error)) return null;
    throw error;
  }
}

function toHotspot(raw: unknown, project: string): HotspotRecord | string {
  if (typeof raw !== 'object' || raw === null) return 'a hotspot is no object';
  const hotspot = raw as Record<string, unknown>;
  const key = textOf(hotspot['key']);
  const component = textOf(hotspot['component']);
  const createdAt = toInstant(hotspot['creationDate']);
  if (key === null || key.length > 400) return 'the hotspot has no usable key';
  if (component === null || component.length > 400) return 'the hotspot names no component';
  if (createdAt === null) return 'the hotspot has no creation date';
  const probability = textOf(hotspot['vulnerabilityProbability']) ?? '';
  return {
    key,
    rule: textOf(hotspot['ruleKey']),
    securityCategory: textOf(hotspot['securityCategory']) ?? 'others',
    vulnerabilityProbability: (probabilities.has(probability)
      ? probability
      : 'unknown') as HotspotRecord['vulnerabilityProbability'],
    status: textOf(hotspot['status']) ?? 'unknown',
    resolution: textOf(hotspot['resolution']),
    component,
    path: pathOf(component, textOf(hotspot['project']) ?? project),
    line: integer(hotspot['line']),
    textRange: mapTextRange(hotspot['textRange']),
    message: textOf(hotspot['message']) ?? '',
    assignee: textOf(hotspot['assignee']),
    author: textOf(hotspot['author']),
    createdAt,
    updatedAt: toInstant(hotspot['updateDate']) ?? createdAt,
  };
}
