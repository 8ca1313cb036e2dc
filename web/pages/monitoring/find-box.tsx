import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { FindResult } from '../../../src/features/ingestion/contract.ts';
import { findQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { Button, External, IconButton } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { factName, factValue } from '../../components/fact.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { KeptError, Loaded } from '../../components/states.tsx';
import { sentenceCase } from '../../words/labels.ts';

/** Whether one thing is stored, from which run, and what the server says about it now. */
export function FindBox({
  id,
  text,
  onFind,
}: {
  id: string;
  text: string | undefined;
  onFind: (text: string | undefined) => void;
}): ReactElement {
  const [typed, setTyped] = useState(text ?? '');
  return (
    <div className="find">
      <search>
        <form
          className="toolbar"
          onSubmit={(event) => {
            event.preventDefault();
            onFind(typed.trim() === '' ? undefined : typed.trim());
          }}
        >
          <input
            type="search"
            className="input find-input"
            aria-label="Find an issue key, project key or commit"
            placeholder="Find an issue key, project key or commit"
            spellCheck={false}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit">Find</Button>
        </form>
      </search>
      {text === undefined ? null : (
        <Found
          id={id}
          text={text}
          onClose={() => {
            setTyped('');
            onFind(undefined);
          }}
        />
      )}
    </div>
  );
}

function Found({ id, text, onClose }: { id: string; text: string; onClose: () => void }): ReactElement {
  const query = useQuery(findQuery(useApi(), id, text));
  return (
    <Card
      title={<>Find “{text}”</>}
      label="What was found"
      padded
      actions={<IconButton icon="close" label="Close" onClick={onClose} />}
    >
      <Loaded query={query}>
        {(result) => (
          <div className="columns-2">
            <Stored id={id} result={result} />
            <OnServer result={result} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Stored({ id, result }: { id: string; result: FindResult }): ReactElement {
  return (
    <div>
      <h3>Stored here</h3>
      {result.stored.length === 0 ? (
        <p className="note">Nothing with this key is stored.</p>
      ) : (
        result.stored.map((found) => (
          <div key={`${found.kind} ${found.id}`} className="found">
            <p>
              <Chip tone="passed" glyph="✓">
                {sentenceCase(found.kind)}
              </Chip>{' '}
              {found.kind === 'image' ? (
                <Link to="/images/$id" params={{ id: String(found.id) }}>
                  {found.label}
                </Link>
              ) : (
                <Link to="/projects/$id" params={{ id: String(found.projectId) }}>
                  {found.label}
                </Link>
              )}
            </p>
            <Facts
              entries={[
                ...Object.entries(found.facts).map(([name, value]) => [factName(name), factValue(value)] as const),
                [
                  'From run',
                  found.runId === null ? null : (
                    <Link
                      key="r"
                      from="/integrations/$id/monitoring"
                      to="/integrations/$id/monitoring"
                      params={{ id }}
                      search={(previous) => ({ ...previous, run: found.runId ?? undefined })}
                    >
                      {found.runId}
                    </Link>
                  ),
                ],
              ]}
            />
          </div>
        ))
      )}
    </div>
  );
}

function OnServer({ result }: { result: FindResult }): ReactElement {
  return (
    <div>
      <h3>{result.serverError === null ? 'The server says now' : 'The server was asked now'}</h3>
      <KeptError error={result.serverError} />
      {result.server.map((found, index) => (
        <div key={`${found.kind} ${index}`} className="found">
          <p>
            <Chip tone={found.found ? 'passed' : 'none'} glyph={found.found ? '✓' : '–'}>
              {found.found ? sentenceCase(found.kind) : `No ${found.kind}`}
            </Chip>{' '}
            {found.link === null ? null : <External href={found.link}>Open in the server</External>}
          </p>
          <Facts
            entries={Object.entries(found.summary).map(([name, value]) => [factName(name), factValue(value)] as const)}
          />
        </div>
      ))}
      {result.server.length === 0 && result.serverError === null ? (
        <p className="note">The server knows nothing with this key.</p>
      ) : null}
    </div>
  );
}
