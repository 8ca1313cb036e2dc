import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { type MouseEvent, type ReactElement, useDeferredValue, useEffect, useRef } from 'react';
import type { HelpHits, HelpPage } from '../../../src/features/help/contract.ts';
import { helpIndexQuery, helpPageQuery, helpSearchQuery } from '../../api/help.ts';
import { useApi } from '../../app/context.ts';
import { SearchBox } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import '../../styles/help.css';

const route = getRouteApi('/shell/help/$');

/** The documentation of this very version, served by the hub: it needs no internet. */
export function DocumentationPage(): ReactElement {
  const { _splat: name = 'readme' } = route.useParams();
  const { q } = route.useSearch();
  const navigate = useNavigate({ from: '/help/$' });
  const query = useQuery(helpPageQuery(useApi(), name === '' ? 'readme' : name));
  return (
    <Page
      title={query.data?.title ?? 'Documentation'}
      parent={
        <Link to="/help/$" params={{ _splat: 'readme' }}>
          Documentation
        </Link>
      }
      wide
    >
      <div className="help">
        <nav className="help-contents" aria-label="Documentation">
          <SearchBox
            label="Search the documentation"
            placeholder="Search the documentation"
            value={q ?? ''}
            onChange={(text) => void navigate({ search: { q: text === '' ? undefined : text }, replace: true })}
          />
          <details open={window.matchMedia('(min-width: 1000px)').matches}>
            <summary>Contents</summary>
            <Contents current={query.data} />
          </details>
        </nav>
        <div className="help-page">
          {q === undefined ? <Loaded query={query}>{(page) => <Article page={page} />}</Loaded> : <Hits text={q} />}
        </div>
      </div>
    </Page>
  );
}

function Contents({ current }: { current: HelpPage | undefined }): ReactElement {
  const pages = useQuery(helpIndexQuery(useApi())).data?.pages ?? [];
  return (
    <ol>
      {pages.map(({ name, title }) => (
        <li key={name}>
          <Link
            to="/help/$"
            params={{ _splat: name }}
            aria-current={current?.name === name ? 'page' : undefined}
            activeProps={{}}
          >
            {title}
          </Link>
          {current?.name === name ? <Headings page={current} /> : null}
        </li>
      ))}
    </ol>
  );
}

function Headings({ page }: { page: HelpPage }): ReactElement {
  return (
    <ol>
      {page.headings
        .filter(({ level }) => level === 2)
        .map(({ id, text }) => (
          <li key={id}>
            <Link to="/help/$" params={{ _splat: page.name }} hash={id} activeProps={{}} aria-current={undefined}>
              {text}
            </Link>
          </li>
        ))}
    </ol>
  );
}

function Article({ page }: { page: HelpPage }): ReactElement {
  const router = useRouter();
  const { hash } = useLocation();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (hash === '') return;
    const heading = place.current?.querySelector<HTMLElement>(`[id="${CSS.escape(`doc-${hash}`)}"]`);
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }, [hash, page]);
  // Links between pages stay within the application.
  const follow = (event: MouseEvent): void => {
    const link = (event.target as HTMLElement).closest('a');
    const plainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !plainClick || link.target !== '' || !link.href.startsWith(document.baseURI)) return;
    event.preventDefault();
    router.history.push(link.href.slice(location.origin.length));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Enter on a link is a click
    <article
      ref={place}
      className="prose"
      onClick={follow}
      // oxlint-disable-next-line react/no-danger -- made by the hub of its own pages: no HTML in them is let through
      dangerouslySetInnerHTML={{ __html: page.html }}
    />
  );
}

function Hits({ text }: { text: string }): ReactElement {
  const query = useQuery(helpSearchQuery(useApi(), useDeferredValue(text.trim())));
  return <Loaded query={query}>{({ hits }) => <HitList hits={hits} text={text} />}</Loaded>;
}

function HitList({ hits, text }: { hits: HelpHits['hits']; text: string }): ReactElement {
  if (hits.length === 0) return <p className="table-empty">No section of the documentation has “{text}”.</p>;
  return (
    <ol className="help-hits" aria-label="Found">
      {hits.map(({ page, pageTitle, heading, excerpt }) => (
        <li key={`${page} ${heading?.id}`}>
          <Link to="/help/$" params={{ _splat: page }} search={{}} {...(heading === null ? {} : { hash: heading.id })}>
            {heading === null ? pageTitle : `${pageTitle} › ${heading.text}`}
          </Link>
          <p className="note">{excerpt}</p>
        </li>
      ))}
    </ol>
  );
}
