import { z } from 'zod';
import { isDigest } from '../../domain/image-reference.ts';

/** The vendors' shapes, lenient: members nobody looks at are not looked at. */

/** Media type without its parameters, lower case; '' for what is none. */
const mediaType = z.string().transform((text) => {
  const type = (text.split(';')[0] ?? '').trim().toLowerCase();
  return /^[\x21-\x7e]{1,255}$/.test(type) ? type : '';
});
const annotations = z.record(z.string(), z.unknown()).nullish().transform(textValues);

function textValues(values: Record<string, unknown> | null | undefined): Record<string, string> {
  const texts = Object.entries(values ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}

export const Descriptor = z.object({
  mediaType: mediaType.default(''),
  digest: z.string().refine(isDigest, 'is no digest'),
  size: z.int().nonnegative(),
  annotations,
  artifactType: mediaType.nullish(),
  platform: z
    .object({
      os: z.string().nullish(),
      architecture: z.string().nullish(),
      variant: z.string().nullish(),
      'os.version': z.string().nullish(),
    })
    .nullish(),
});
export type Descriptor = z.infer<typeof Descriptor>;

export const Index = z.object({
  schemaVersion: z.literal(2),
  mediaType: mediaType.nullish(),
  artifactType: mediaType.nullish(),
  manifests: z.array(Descriptor),
  annotations,
});
export type Index = z.infer<typeof Index>;

export const Manifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: mediaType.nullish(),
  artifactType: mediaType.nullish(),
  config: Descriptor,
  layers: z
    .array(Descriptor)
    .nullish()
    .transform((layers) => layers ?? []),
  subject: Descriptor.nullish(),
  annotations,
});
export type Manifest = z.infer<typeof Manifest>;

export const ImageConfig = z.object({
  created: z.string().nullish(),
  os: z.string().nullish(),
  architecture: z.string().nullish(),
  variant: z.string().nullish(),
  'os.version': z.string().nullish(),
  config: z.object({ Labels: annotations }).nullish(),
});

export const TagList = z.object({ tags: z.array(z.string()).nullish() });
export const Catalog = z.object({ repositories: z.array(z.string()).nullish() });

export const Token = z.object({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  /** Seconds; the specification's default is 60. */
  expires_in: z.number().positive().nullish(),
});

export const Errors = z.object({
  errors: z
    .array(
      z.object({
        code: z.string().nullish().catch(null),
        message: z.string().nullish().catch(null),
        status: z.number().nullish().catch(null),
      }),
    )
    .min(1),
});

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.oci.image.config.v1+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  inToto: 'application/vnd.in-toto+json',
  dsse: 'application/vnd.dsse.envelope.v1+json',
} as const;

export const isIndexType = (type: string): boolean => type === mediaTypes.index || type === mediaTypes.dockerList;
export const isManifestType = (type: string): boolean =>
  type === mediaTypes.manifest || type === mediaTypes.dockerManifest;
export const isConfigType = (type: string): boolean => type === mediaTypes.config || type === mediaTypes.dockerConfig;

/** `…bundle.v0.3+json` and the older `…bundle+json;version=0.1` (its parameter is gone by here). */
export const isBundleType = (type: string): boolean =>
  /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.\d+)?\+json$/.test(type);

/** Types that a configuration has when nobody gave it one. */
export const saysNothing = (type: string): boolean =>
  ['', 'application/octet-stream', 'application/json', 'text/plain'].includes(type);

export const isLayerType = (type: string): boolean =>
  type.startsWith('application/vnd.oci.image.layer.') || type.startsWith('application/vnd.docker.image.rootfs.');
