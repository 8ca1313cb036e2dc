export { isListingBelieved } from './absence.ts';
export { compareListing, type DifferingRow, shown, toDifferences } from './compare-listing.ts';
export { type ListingSpec, mergeListing, type Sql } from './merge-listing.ts';
export { newestOf, newestStagedOfScope } from './staged.ts';
export { expandedStaged, insertNew, tableListing, type TableSpec } from './table-listing.ts';
