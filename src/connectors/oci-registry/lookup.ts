import { isDigest, parseImageReference } from '../../domain/image-reference.ts';
import type { LookupResult } from '../contract.ts';
import { askedTags, attachmentsOf } from './attachments.ts';
import { readImage } from './image.ts';
import type { Reader } from './reader.ts';

/** What the registry says now about an image: `team/checkout:1.2`, with or without the registry's host, or a digest. */
export async function lookUp(reader: Reader, text: string): Promise<LookupResult[]> {
  const host = new URL(reader.settings.url).host;
  const given = text.trim();
  const reference = parseImageReference(given.startsWith(`${host}/`) ? given : `${host}/${given}`);
  if (reference === null || isDigest(given)) return [];
  const { repository } = reference;
  const digest = reference.digest ?? (await reader.client.resolve(repository, reference.tag ?? 'latest'));
  if (digest === null) return [];
  const image = await readImage(reader, {
    repository,
    digest,
    attachments: attachmentsOf(reader, repository, askedTags(reader, repository)),
  });
  if (image.problem?.code === 'manifest_missing') return [];
  return [
    {
      kind: 'image',
      found: true,
      summary: {
        repository,
        digest,
        kind: image.kind,
        platforms: image.platforms.map(({ os, architecture, variant }) =>
          [os, architecture, variant].filter(Boolean).join('/'),
        ),
        claims: image.claims.map(({ trust, source, revision, problem }) => ({ trust, source, revision, problem })),
        problem: image.problem?.code ?? null,
      },
    },
  ];
}
