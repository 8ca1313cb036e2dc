import type { Located } from '../../src/features/code-quality/contract.ts';
import type { ImageRow } from '../../src/features/images/contract.ts';
import type { Station } from '../../src/features/trace/contract.ts';
import type { Target } from './jump-targets.ts';

const commit = /^[0-9a-f]{7,64}$/i;
const key = /^[A-Za-z0-9_-]{10,64}$/;
const digest = /^(?:.*@)?(sha256:[0-9a-f]{7,64})$/i;

export interface PastedText {
  /** To be asked of analyses and findings; null for what can be neither a commit nor a key. */
  located: string | null;
  /** To be asked of images. */
  image: string | null;
  /** Of a reference with a tag: only images with it. */
  tag: string | null;
}

/** What kind of thing a text may name, so that only what can answer is asked. */
export function readPasted(text: string): PastedText {
  const found = digest.exec(text)?.[1];
  if (found !== undefined) return { located: null, image: found.toLowerCase(), tag: null };
  if (commit.test(text)) return { located: text, image: text.toLowerCase(), tag: null };
  if (key.test(text)) return { located: text, image: null, tag: null };
  return { located: null, ...reference(text) };
}

/** `registry.example.com/team/app:1.4`: without the registry, which an image has by its integration. */
function reference(text: string): Pick<PastedText, 'image' | 'tag'> {
  if (!/^[\w.-]+(?::\d+)?(?:\/[\w.-]+)+(?::[\w.-]+)?$/.test(text)) return { image: null, tag: null };
  const parts = text.split('/');
  const [host = ''] = parts;
  const path = /[.:]/.test(host) || host === 'localhost' ? parts.slice(1).join('/') : text;
  const [repository = '', tag] = path.split(':');
  return { image: repository, tag: tag ?? null };
}

export function locatedTargets({ findings, analyses }: Located): Target[] {
  return [
    ...findings.map(
      ({ id, message, project, branch, gone }): Target => ({
        key: `finding ${id}`,
        label: message,
        place: `Finding in ${project.name}${branch === null ? '' : `, ${branch}`}${gone ? ', gone' : ''}`,
        link: { to: '/projects/$id/findings', params: { id: String(project.id) }, search: { finding: id } as never },
      }),
    ),
    ...analyses.map(
      ({ id, commit: revision, project, branch, analyzedAt }): Target => ({
        key: `analysis ${id}`,
        label: `${project.name}, ${revision.slice(0, 12)}`,
        place: `Analysis${branch === null ? '' : ` of ${branch}`}, ${analyzedAt.slice(0, 10)}`,
        link: { to: '/projects/$id/history', params: { id: String(project.id) } },
      }),
    ),
  ];
}

type FoundImage = Pick<ImageRow, 'id' | 'repository' | 'digest' | 'tags'>;

export function imageTargets(images: readonly FoundImage[], { image, tag }: PastedText): Target[] {
  const whole = image?.includes('/') === true;
  return images
    .filter(
      ({ repository, tags }) =>
        !whole || (repository.name === image && (tag === null || tags.some((one) => one === tag))),
    )
    .slice(0, 10)
    .map(({ id, repository, digest: own, tags }) => ({
      key: `image ${id}`,
      label: tags[0] === undefined ? repository.name : `${repository.name}:${tag ?? tags[0]}`,
      place: `Image ${own.slice(0, 19)}`,
      link: { to: '/images/$id', params: { id: String(id) } },
    }));
}

const stationNames: Readonly<Record<Station['station'], string>> = {
  commit: 'Commit',
  pull_request: 'Pull request',
  analysis: 'Analysis',
  image: 'Image',
  execution: 'Execution',
  deployment: 'Deployment',
  environment: 'Environment',
};

/** Stations of the trace that a text may mean, each with its line; of an environment what runs there now. */
export function stationTargets(found: readonly Station[]): Target[] {
  return found.slice(0, 10).map(({ ref, station, title, integration }) => ({
    key: `trace ${ref}`,
    label: title,
    place: [
      `${stationNames[station]}${station === 'environment' ? ', what runs there' : ', its line'}`,
      integration?.name,
    ]
      .filter((part) => part !== undefined)
      .join(' · '),
    link:
      station === 'environment'
        ? { to: '/running', search: { environment: title.split('/').at(-1) } as never }
        : { to: '/trace', search: { q: ref } as never },
  }));
}
