import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Image, ImagePlatform } from '../../../src/features/images/contract.ts';
import { imageQuery } from '../../api/images.ts';
import { useApi } from '../../app/context.ts';
import { PageLink } from '../../app/page-link.tsx';
import { Copyable } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card, Facts, Page } from '../../components/page.tsx';
import { Loaded, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { countOf, formatBytes } from '../../words/numbers.ts';
import { VerdictCard } from '../policy/verdict-card.tsx';
import { TraceStrip } from '../trace/trace-strip.tsx';
import { Claims } from './claims.tsx';
import { OutcomeChip } from './provenance.tsx';
import { outcomeHelp, platformName, shortDigest, trustLabel, warningLabel } from './words.ts';

const route = getRouteApi('/shell/images/$id');

export function ImagePage(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(imageQuery(useApi(), id));
  const image = query.data;
  const tag = image?.tags[0];
  return (
    <Page
      title={
        image === undefined ? 'Image' : tag === undefined ? image.repository.name : `${image.repository.name}:${tag}`
      }
      parent={<Link to="/images">Images</Link>}
      wide
      pending={image === undefined && query.error === null}
      status={image === undefined || image.problem !== null ? null : <OutcomeChip outcome={image.provenance.outcome} />}
    >
      <Loaded query={query}>{(data) => <Content image={data} />}</Loaded>
    </Page>
  );
}

function Content({ image }: { image: Image }): ReactElement {
  return (
    <>
      <Notices image={image} />
      <Card title="Image" padded>
        <Facts
          entries={[
            [
              'Registry',
              <PageLink key="r" to="/integrations/$id" params={{ id: String(image.integration.id) }}>
                {image.integration.name}
              </PageLink>,
            ],
            [
              'Repository',
              <Link key="p" to="/images" search={{ repository: image.repository.id }}>
                {image.repository.name}
              </Link>,
            ],
            [
              'Tags',
              image.tags.length === 0 ? (
                'none'
              ) : (
                <span key="t" className="tags">
                  {image.tags.map((one) => (
                    <Tag key={one}>{one}</Tag>
                  ))}
                </span>
              ),
            ],
            ['Made', image.createdAt === null ? 'not stated by the image' : <Moment key="c" at={image.createdAt} />],
            ['First seen', <Moment key="f" at={image.firstSeenAt} />],
            ['Media type', <code key="m">{image.mediaType}</code>],
          ]}
        />
        <Copyable text={image.pullReference} label="Reference to exactly this image" />
      </Card>
      <VerdictCard imageId={String(image.id)} />
      <TraceStrip of={`image:${image.id}`} />
      <Card title="Platforms" note={countOf(image.platforms.length, 'platform')}>
        <DataTable
          label="Platforms"
          columns={platformColumns}
          rows={image.platforms}
          rowKey={(row) => row.digest}
          empty="This image could not be read."
        />
      </Card>
      <Claims image={image} />
      <Card title="Tags over time" note="where each tag of this image pointed, as far as it was seen">
        <DataTable
          label="Tags over time"
          columns={tagColumns(image.id)}
          rows={image.tagHistory}
          rowKey={(row) => `${row.name} ${row.from}`}
          empty="No tag ever pointed to this image while it was watched."
        />
      </Card>
    </>
  );
}

function Notices({ image }: { image: Image }): ReactElement {
  const { provenance, problem, goneAt, leftScopeAt, untaggedAt } = image;
  const warnings = [...new Set(image.platforms.flatMap((platform) => platform.warnings))];
  return (
    <>
      {problem === null ? null : (
        <Notice kind="failed" title="This image could not be read.">
          {problem.message} <code>{problem.code}</code>
        </Notice>
      )}
      {image.absentPlatforms.length === 0 ? null : (
        <Notice title="The index names more platforms than the registry has.">
          Not there, so not looked at: {image.absentPlatforms.join(', ')}.
        </Notice>
      )}
      {leftScopeAt !== null ? (
        <Notice kind="warning" title="The settings leave this repository out.">
          What was read of it before <Moment at={leftScopeAt} /> is kept and counts nowhere.
        </Notice>
      ) : goneAt !== null ? (
        <Notice kind="warning" title="The registry does not have this image any more.">
          What was read of it before <Moment at={goneAt} /> is kept.
        </Notice>
      ) : untaggedAt !== null ? (
        <Notice title="No tag points to this image any more.">
          The last one moved or was deleted <Ago at={untaggedAt} />.
        </Notice>
      ) : null}
      {problem !== null || provenance.outcome === null || provenance.outcome === 'resolved' ? null : (
        <Notice kind="warning" title="Its commit is not known.">
          {outcomeHelp[provenance.outcome]}
        </Notice>
      )}
      {provenance.dirty ? (
        <Notice kind="warning" title="Built with uncommitted changes.">
          The image holds more than its commit says.
        </Notice>
      ) : null}
      {provenance.trust === 'label' ? (
        <Notice kind="warning" title="Only a label names the commit.">
          Base images hand their labels down, so it may be the commit of the base image.
        </Notice>
      ) : null}
      {warnings.map((warning) => (
        <Notice key={warning}>{warningLabel[warning] ?? warning}</Notice>
      ))}
    </>
  );
}

const platformColumns: readonly Column<ImagePlatform>[] = [
  { id: 'name', header: 'Platform', fixed: true, cell: (row) => platformName(row) },
  {
    id: 'commit',
    header: 'Built from',
    cell: (row) =>
      row.commit === null ? (
        <OutcomeChip outcome={row.outcome} />
      ) : (
        <>
          <code>{row.commit}</code>
          {row.commitExact === false ? <span className="note">only the beginning of the commit is known</span> : null}
          {row.repositoryUrl === null ? null : <span className="note">{row.repositoryUrl}</span>}
        </>
      ),
  },
  {
    id: 'where',
    header: 'Branch or tag, directory',
    cell: (row) =>
      [row.ref, row.subdir].filter((part) => part !== null).join(', ') || <span className="note">not named</span>,
  },
  {
    id: 'trust',
    header: 'Trust',
    phone: 'first',
    cell: (row) =>
      row.trust === null ? (
        <span className="note">none</span>
      ) : (
        <>
          {trustLabel[row.trust]}
          {row.inherited === true ? <span className="note">said of the whole image</span> : null}
        </>
      ),
  },
  {
    id: 'size',
    header: 'Size',
    numeric: true,
    cell: (row) => (row.size === null ? <span className="note">not stated</span> : formatBytes(row.size)),
  },
  { id: 'digest', header: 'Manifest', cell: (row) => <code title={row.digest}>{shortDigest(row.digest)}</code> },
];

type Period = Image['tagHistory'][number];

const tagColumns = (imageId: number): readonly Column<Period>[] => [
  { id: 'name', header: 'Tag', fixed: true, cell: (row) => <Tag>{row.name}</Tag> },
  {
    id: 'image',
    header: 'Pointed to',
    cell: (row) =>
      row.imageId === imageId ? (
        'this image'
      ) : (
        <Link to="/images/$id" params={{ id: String(row.imageId) }}>
          <code>{shortDigest(row.digest)}</code>
        </Link>
      ),
  },
  { id: 'from', header: 'From', cell: (row) => <Moment at={row.from} /> },
  { id: 'to', header: 'Until', cell: (row) => (row.to === null ? 'now' : <Moment at={row.to} />) },
];
