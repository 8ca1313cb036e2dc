/** People were added, changed or removed; one change for all of them, its id is 0. */
export const peopleChanged = 'people_changed';

export const teamChanges: readonly string[] = [peopleChanged];
