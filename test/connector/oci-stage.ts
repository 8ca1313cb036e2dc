import { onTestFinished } from 'vitest';
import type { SliceEvent, SliceRequest, StoredSlice } from '../../src/connectors/contract.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import type { ImageRecord, TagRecord } from '../../src/connectors/oci-registry/records.ts';
import { Secrets, Settings } from '../../src/connectors/oci-registry/settings.ts';
import { resolvePlatform } from '../../src/features/images/store-image.ts';
import { createOutbound, type OutboundOptions } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

export interface RegistryConnection {
  url: string;
  settings?: Record<string, unknown>;
  secrets?: Record<string, unknown>;
  outbound?: Partial<OutboundOptions>;
}

/** A context with the real outbound client, closed after the test. */
export function registryContext({ url, settings = {}, secrets = {}, outbound = {} }: RegistryConnection) {
  const http = createOutbound(
    { configuredHost: new URL(url).hostname, loopbackAllowed: true, ...outbound },
    { random: () => 0 },
  );
  onTestFinished(() => http.close());
  return {
    settings: Settings.parse({ url, ...settings }),
    secrets: Secrets.parse(secrets),
    http,
    log: silentLog,
    signal: new AbortController().signal,
    now: (): Date => new Date(),
  };
}

/** What a hub would hold after one reading. */
export interface RegistryStage {
  events: SliceEvent[];
  images: Map<string, ImageRecord>;
  /** Tag to digest. */
  tags: Map<string, string>;
}

export function sliceRequest(slice: string, more: Partial<SliceRequest> = {}): SliceRequest {
  const phase = slice === 'discovery' ? 'discovery' : 'current';
  return { phase, slice, since: new Date(0), purpose: 'ingest', cursors: {}, resume: {}, ...more };
}

/** Reads a slice as the hub does: every record parsed strictly, the last of a key counts. */
export async function readRegistry(
  connection: RegistryConnection,
  request: SliceRequest,
  stop: (event: SliceEvent) => boolean = () => false,
): Promise<RegistryStage> {
  const stage: RegistryStage = { events: [], images: new Map(), tags: new Map() };
  for await (const event of ociRegistry.read(registryContext(connection), request)) {
    stage.events.push(event);
    if (event.type === 'records') take(stage, event);
    if (stop(event)) break;
  }
  return stage;
}

function take(stage: RegistryStage, { stream, records }: Extract<SliceEvent, { type: 'records' }>): void {
  const declared = ociRegistry.streams.find(({ name }) => name === stream);
  if (declared === undefined) throw new Error(`The stream ${stream} is not declared.`);
  for (const raw of records) {
    const record = declared.record.parse(raw);
    if (stream === 'images') stage.images.set((record as ImageRecord).digest, record as ImageRecord);
    if (stream === 'image_tags') stage.tags.set((record as TagRecord).name, (record as TagRecord).digest);
  }
}

/** What is stored, as far as the connector asks. */
export function storedOf(stage: RegistryStage): StoredSlice {
  return {
    bookmark: async () => null,
    counts: async () => ({}),
    async *rows(stream, _scope, { keys = [] } = {}) {
      const images = [...stage.images.values()];
      const evidence = images.filter(({ digest }) => keys.includes(digest));
      if (stream === 'images') yield evidence.map((one) => ({ key: one.digest, status: one.evidence }));
      const holders = (key: string): string =>
        images
          .filter(({ platforms }) => platforms.some(({ digest }) => digest === key))
          .map(({ digest }) => digest)
          .join(' ');
      if (stream === 'platforms')
        yield keys.map((key) => ({ key, status: holders(key) })).filter(({ status }) => status !== '');
    },
  };
}

/** What follows from the claims about each platform a tag points to, in short. */
export function answersOf(stage: RegistryStage, tag: string): string[] {
  const image = stage.images.get(stage.tags.get(tag) ?? '');
  if (image === undefined) return ['not read'];
  if (image.problem !== null) return [image.problem.code];
  if (image.kind === 'artifact') return ['artifact'];
  return image.platforms.map((platform) => {
    const found = resolvePlatform(image, platform.digest);
    if (found.outcome !== 'resolved') return found.outcome;
    const flags = [found.dirty ? 'dirty' : '', found.ref ?? '', found.subdir ?? '', ...found.warnings];
    return [found.trust, found.repositoryKey, found.commit.slice(0, 8), ...flags]
      .filter((word) => word !== '' && word !== null)
      .join(' ');
  });
}
