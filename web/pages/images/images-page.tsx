import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { claimOutcomes } from '../../../src/domain/claim.ts';
import type { ImageRow } from '../../../src/features/images/contract.ts';
import { imagesQuery } from '../../api/images.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Tag } from '../../components/chips.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { Checkbox, SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import { useVerdicts, VerdictCell } from '../policy/verdict-cell.tsx';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeBelow, ScopeTrail } from '../scope/scope-trail.tsx';
import { ImageLink } from './image-link.tsx';
import { ImagesTabs, NoImages } from './images-tabs.tsx';
import { CommitCell } from './provenance.tsx';
import type { ImagesSearch } from './search.ts';
import { outcomeLabel } from './words.ts';

const route = getRouteApi('/shell/images');

/** Tags of one image that fit into a cell. */
const tagsShown = 4;

const columns: readonly Column<ImageRow>[] = [
  {
    id: 'repository',
    header: 'Image',
    fixed: true,
    sortable: true,
    className: 'name-cell',
    cell: (row) => <ImageLink image={row} name={row.repository.name} />,
  },
  { id: 'tags', header: 'Tags', cell: (row) => <Tags image={row} /> },
  { id: 'commit', header: 'Built from', cell: (row) => <CommitCell image={row} /> },
  {
    id: 'platforms',
    header: 'Platforms',
    cell: (row) => row.platforms.join(', ') || <span className="note">not read</span>,
  },
  {
    id: 'created',
    header: 'Made',
    sortable: true,
    cell: (row) => (row.createdAt === null ? <span className="note">not stated</span> : <Ago at={row.createdAt} />),
  },
  { id: 'newest', header: 'First seen', sortable: true, cell: (row) => <Ago at={row.firstSeenAt} /> },
];

const verdictColumn = (verdicts: ReturnType<typeof useVerdicts>): Column<ImageRow> => ({
  id: 'verdict',
  header: 'Verdict',
  phone: 'first',
  cell: (row) => <VerdictCell verdicts={verdicts} imageId={row.id} />,
});

function Tags({ image }: { image: ImageRow }): ReactElement {
  if (image.leftScopeAt !== null) return <span className="note">left out by the settings</span>;
  if (image.goneAt !== null) return <span className="note">gone from the registry</span>;
  if (image.tags.length === 0) return <span className="note">no tag</span>;
  return (
    <span className="tags">
      {image.tags.slice(0, tagsShown).map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
      {image.tags.length > tagsShown ? <span className="note">and {image.tags.length - tagsShown} more</span> : null}
    </span>
  );
}

export function ImagesPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<ImagesSearch>('/images');
  const { q, untagged, ...rest } = search;
  const images = useQuery(
    imagesQuery(useApi(), { ...rest, search: q, untagged: untagged === true ? 'with' : undefined }),
  );
  const verdicts = useVerdicts(images.data?.images.map(({ id }) => id) ?? []);
  const judged = useCan('policy:read');
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <Page
      title="Images"
      wide
      tabs={<ImagesTabs />}
      actions={<span className="note">{images.data === undefined ? '' : countOf(images.data.total, 'image')}</span>}
    >
      {images.data?.total === 0 && !filtered ? (
        <NoImages />
      ) : (
        <>
          <ScopeTrail />
          <Filters search={search} change={change} />
          <ScopeBelow />
          <Card title="Images" note="what tags point to, newest first">
            <QueryTable
              query={images}
              label="Images"
              columns={judged ? [verdictColumn(verdicts), ...columns] : columns}
              rows={(data) => data.images}
              rowKey={(row) => row.id}
              sorting={{
                by: search.sort ?? 'newest',
                direction: search.direction ?? 'desc',
                onSort: (by, direction) =>
                  change({
                    sort: by === 'created' || by === 'repository' ? by : undefined,
                    direction: direction === 'asc' ? 'asc' : undefined,
                  }),
              }}
              paging={pagingOf(images.data, change)}
              empty="No image matches these filters."
            />
          </Card>
        </>
      )}
    </Page>
  );
}

function Filters({
  search,
  change,
}: {
  search: ImagesSearch;
  change: (next: Partial<ImagesSearch>) => void;
}): ReactElement {
  const integrations = useQuery(integrationsQuery(useApi(), {})).data?.integrations ?? [];
  const registries = integrations.filter(({ kind }) => kind === 'oci-registry');
  return (
    <Toolbar label="Filters">
      <ScopePicker />
      <SearchBox
        label="Find an image"
        placeholder="Repository, tag, digest or commit"
        value={search.q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <ChooseMany
        label="Provenance"
        all="Any provenance"
        options={claimOutcomes.map((value) => ({ value, label: outcomeLabel[value] }))}
        chosen={search.outcome}
        onChoose={(outcome) => change({ outcome })}
      />
      {registries.length > 1 ? (
        <ChooseMany
          label="Registries"
          all="All registries"
          options={registries.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={search.integration}
          onChoose={(integration) => change({ integration })}
        />
      ) : null}
      <Checkbox
        label="Also without a tag"
        checked={search.untagged === true}
        onChange={(checked) => change({ untagged: checked ? true : undefined })}
      />
      {search.repository === undefined ? null : (
        <button type="button" className="button bare" onClick={() => change({ repository: undefined })}>
          All repositories
        </button>
      )}
    </Toolbar>
  );
}
