/** What the room tells the others of: a report was published, or stands otherwise now. The id is its row’s. */
export const reportChanged = 'report_changed';

export const reportChanges: readonly string[] = [reportChanged];
