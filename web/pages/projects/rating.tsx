import type { ReactElement } from 'react';
import type { Rating } from './standing.ts';

/** A letter, its colour and a word: none of them alone has to be understood. */
export function RatingBadge({ rating: { letter, word } }: { rating: Rating }): ReactElement {
  return (
    <span className={`rating rating-${letter.toLowerCase()}`}>
      <b>{letter}</b> {word}
    </span>
  );
}
