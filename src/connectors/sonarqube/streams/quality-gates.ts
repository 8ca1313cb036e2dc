import type { SliceEvent } from '../../contract.ts';
import { pooled } from '../pool.ts';
import { complete, type Reader } from '../reader.ts';
import type { QualityGateRecord } from '../records.ts';
import { GateShow, GatesList } from '../schema.ts';
import { isKept, keptSince } from './kept-listing.ts';

type Listed = ReturnType<typeof GatesList.parse>['qualitygates'][number];

/** Discovery hands it back: the gates as they were listed, and when their conditions were read. */
const gatesCursor = 'gates';

interface ListedOf {
  gate: Listed;
  organization: string | null;
}

/** Definitions of all quality gates, of every organization on Cloud. Nothing when they were read a short while ago. */
export async function readQualityGates(
  reader: Reader,
  organizations: readonly (string | null)[],
): Promise<SliceEvent[]> {
  const listed: ListedOf[] = [];
  for (const organization of organizations) {
    const params = { organization: organization ?? undefined };
    const { qualitygates } = await reader.client.get(GatesList, 'api/qualitygates/list', params);
    for (const gate of qualitygates) listed.push({ gate, organization });
  }
  const listing = JSON.stringify(listed);
  if (isKept(reader, gatesCursor, listing)) return [];
  const records: QualityGateRecord[] = [];
  const width = (): number => reader.client.concurrency();
  for await (const record of pooled(listed, width, (one) => readGate(reader, one))) records.push(record);
  records.sort((a, b) => (a.key < b.key ? -1 : 1));
  return [
    { type: 'records', stream: 'quality_gates', scope: '', records },
    complete({
      stream: 'quality_gates',
      scope: '',
      sourceCount: listed.length,
      method: 'api/qualitygates/list',
      proof: 'key_set',
      absenceTrusted: listed.length > 0,
    }),
    keptSince(reader, gatesCursor, listing),
  ];
}

async function readGate({ client, server }: Reader, { gate, organization }: ListedOf): Promise<QualityGateRecord> {
  // Cloud finds a gate by id, since names repeat over organizations; Server 10 and later only by name.
  const by = server.isCloud && gate.id !== undefined ? { id: gate.id } : { name: gate.name };
  const { conditions } = await client.get(GateShow, 'api/qualitygates/show', {
    ...by,
    organization: organization ?? undefined,
  });
  return {
    key: gate.id === undefined ? gate.name : String(gate.id),
    name: gate.name,
    isDefault: gate.isDefault ?? false,
    isBuiltIn: gate.isBuiltIn ?? false,
    caycStatus: gate.caycStatus ?? null,
    conditions: (conditions ?? [])
      .map((condition) => ({
        metric: condition.metric,
        operator: operatorOf(condition.op),
        threshold: condition.error,
      }))
      .sort((a, b) => (a.metric < b.metric ? -1 : 1)),
  };
}

/** `GT` when the server leaves it out: the only comparison of the earliest metrics. */
export function operatorOf(text: string | undefined): 'GT' | 'LT' {
  return text === 'LT' ? 'LT' : 'GT';
}
