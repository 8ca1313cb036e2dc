import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { shortDigest } from './words.ts';

/** An image by what it is called here, with enough of its digest to tell it apart. */
export function ImageLink({
  image,
  name,
}: {
  image: { id: number; digest: string | null };
  name: string;
}): ReactElement {
  return (
    <>
      <Link to="/images/$id" params={{ id: String(image.id) }} data-row-link="">
        {name}
      </Link>
      {image.digest === null ? null : (
        <code className="note" title={image.digest}>
          {shortDigest(image.digest)}
        </code>
      )}
    </>
  );
}
