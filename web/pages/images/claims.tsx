import type { ReactElement } from 'react';
import type { Image, ImageClaim } from '../../../src/features/images/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Moment } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { placeLabel, platformName, problemLabel, shortDigest, signatureLabel, trustHelp, trustLabel } from './words.ts';

/** Every claim that was considered, also those that were not believed, and why. */
export function Claims({ image }: { image: Image }): ReactElement {
  const decided = new Set(image.platforms.map((platform) => platform.claim));
  const names = new Map(image.platforms.map((platform) => [platform.digest, platformName(platform)]));
  const columns: readonly Column<ImageClaim>[] = [
    {
      id: 'trust',
      header: 'Trust',
      phone: 'first',
      fixed: true,
      cell: (row) => (
        <>
          <Chip
            tone={decided.has(row.ordinal) ? 'passed' : 'none'}
            glyph={decided.has(row.ordinal) ? '✓' : '·'}
            title={trustHelp[row.trust]}
          >
            {trustLabel[row.trust]}
          </Chip>
          {decided.has(row.ordinal) ? <span className="note">decided</span> : null}
        </>
      ),
    },
    { id: 'revision', header: 'Says', phone: 'stay', cell: (row) => <Says claim={row} /> },
    {
      id: 'platform',
      header: 'About',
      cell: (row) =>
        row.platformDigest === null
          ? 'the whole image'
          : (names.get(row.platformDigest) ?? shortDigest(row.platformDigest)),
    },
    { id: 'place', header: 'Found in', cell: (row) => <Place claim={row} /> },
    {
      id: 'signature',
      header: 'Signature',
      cell: (row) => (
        <>
          {signatureLabel[row.signature]}
          {row.signer === null ? null : <span className="note">{row.signer}</span>}
        </>
      ),
    },
    { id: 'built', header: 'Built', cell: (row) => (row.builtAt === null ? '' : <Moment at={row.builtAt} />) },
  ];
  return (
    <Card
      title="Provenance claims"
      note={`${countOf(image.claims.length, 'claim')}${image.signatureRequired ? '; only verified signatures count' : ''}`}
    >
      <DataTable
        label="Provenance claims"
        columns={columns}
        rows={image.claims}
        rowKey={(row) => row.ordinal}
        empty="Nothing in or beside this image says what it was built from."
      />
    </Card>
  );
}

function Says({ claim }: { claim: ImageClaim }): ReactElement {
  if (claim.problem !== null) {
    return (
      <>
        {problemLabel[claim.problem]}
        {claim.detail === null ? null : <span className="note">{claim.detail}</span>}
      </>
    );
  }
  const more = [claim.source, claim.ref, claim.subdir].filter((part) => part !== null).join(', ');
  return (
    <>
      <code>{claim.revision}</code>
      {more === '' ? null : <span className="note">{more}</span>}
    </>
  );
}

function Place({ claim }: { claim: ImageClaim }): ReactElement {
  const digest = claim.statementDigest ?? claim.manifestDigest;
  return (
    <>
      {placeLabel[claim.place]}
      {digest === null ? null : (
        <code className="note" title={`${digest}${claim.buildType === null ? '' : `, ${claim.buildType}`}`}>
          {shortDigest(digest)}
        </code>
      )}
    </>
  );
}
