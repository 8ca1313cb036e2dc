import type { CatalogueEntry } from './entry.ts';

const correct = 'Correct the file and send it again; nothing was saved.';

/** Codes of people, org trees and teams; what can be wrong in a file of people is named as its report names it. */
export const teamErrors = {
  invalid_csv: {
    status: 422,
    retryable: false,
    title: 'The file is no CSV table.',
    remedy: correct,
  },
  empty_csv: {
    status: 422,
    retryable: false,
    title: 'The file holds no rows.',
    remedy: 'Send a file with a line of column names and one line for each person.',
  },
  csv_not_utf8: {
    status: 422,
    retryable: false,
    title: 'The file is not written in UTF-8.',
    remedy: 'Save it as “CSV UTF-8” and send it again; nothing was saved.',
  },
  csv_too_large: {
    status: 422,
    retryable: false,
    title: 'The table has more columns, rows or text than the limit.',
    remedy: 'Leave out what is not needed, or cut the text; nothing was saved.',
  },
  blank_csv_column_name: {
    status: 422,
    retryable: false,
    title: 'A column has no name.',
    remedy: correct,
  },
  duplicate_csv_column: {
    status: 422,
    retryable: false,
    title: 'Two columns have the same name.',
    remedy: correct,
  },
  people_invalid: {
    status: 422,
    retryable: false,
    title: 'The people cannot be saved as they are.',
    remedy: 'Correct everything the answer lists; nothing was saved.',
  },
  missing_name_or_email_or_manager_email_field_mapping: {
    status: 422,
    retryable: false,
    title: 'No column was chosen for the name, the e-mail or the manager’s e-mail.',
    remedy: 'Choose one for each of the three.',
  },
  required_field_missing: {
    status: 422,
    retryable: false,
    title: 'A column that was chosen is not in the file.',
    remedy: 'Choose another one, or add it to the file.',
  },
  required_value_missing: {
    status: 422,
    retryable: false,
    title: 'A person has no name or no e-mail.',
    remedy: correct,
  },
  email_invalid: {
    status: 422,
    retryable: false,
    title: 'This is no e-mail address.',
    remedy: correct,
  },
  duplicate_email: {
    status: 422,
    retryable: false,
    title: 'Two people have the same e-mail.',
    remedy: correct,
  },
  manager_email_missing_in_developer_emails: {
    status: 422,
    retryable: false,
    title: 'A manager is not among the people.',
    remedy: 'Add a row for the manager, or correct the address.',
  },
  circular_reference: {
    status: 422,
    retryable: false,
    title: 'Managers report to each other in a circle.',
    remedy: 'Correct one manager of the circle.',
  },
  csv_formula: {
    status: 422,
    retryable: false,
    title: 'A cell holds a formula.',
    remedy: 'Write its value instead; nothing was saved.',
  },
  csv_cell_too_long: {
    status: 422,
    retryable: false,
    title: 'A cell is longer than the limit.',
    remedy: 'Shorten it; nothing was saved.',
  },
  people_busy: {
    status: 409,
    retryable: true,
    title: 'Somebody else is saving people right now.',
    remedy: 'Wait a moment, look at what changed, and save again.',
  },
  people_upload_not_found: {
    status: 404,
    retryable: false,
    title: 'This upload is not there any more.',
    remedy: 'Uploads are kept for a day: send the file again.',
  },
  people_missing: {
    status: 412,
    retryable: false,
    title: 'There are no people yet.',
    remedy: 'Upload them first (Organization, People).',
  },
  org_tree_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such org tree.',
    remedy: 'List the org trees.',
  },
  org_tree_not_then: {
    status: 404,
    retryable: false,
    title: 'By what the org tree was built at that time is not known.',
    remedy: 'Choose a later time: the rule of a tree is kept since it was first built, or since the hub was upgraded.',
  },
  org_tree_name_taken: {
    status: 409,
    retryable: false,
    title: 'There is an org tree with this name.',
    remedy: 'Choose another name.',
  },
  org_tree_changed: {
    status: 409,
    retryable: true,
    title: 'People or the tree changed since the difference was shown.',
    remedy: 'Look at the difference again, and apply that.',
  },
  org_node_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such node in an org tree.',
    remedy: 'Choose one of the org trees as they stand now.',
  },
  org_node_not_then: {
    status: 404,
    retryable: false,
    title: 'The node was not in its org tree on that day.',
    remedy: 'Choose a later day, or the tree as it stands now: trees are known from when they were first built.',
  },
  team_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such team.',
    remedy: 'List the teams: a team is a leaf of an org tree as it stands now.',
  },
  team_takes_more: {
    status: 403,
    retryable: false,
    title: 'That would give the team what is not yours.',
    remedy:
      'Leave out what does not belong to your teams, or ask an administrator: who works in some teams hands on and gives up what is theirs, and takes nothing.',
  },
  thing_not_found: {
    status: 404,
    retryable: false,
    title: 'Something that was to become a team’s is not there any more.',
    remedy: 'Look at the list again.',
  },
  identity_taken: {
    status: 409,
    retryable: false,
    title: 'An account is somebody’s already.',
    remedy: 'Look at the list again; take it from that person first.',
  },
  identity_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such account of a person.',
    remedy: 'Look at the person again.',
  },
  person_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such person.',
    remedy: 'Search for them on the page People.',
  },
} as const satisfies Record<string, CatalogueEntry>;
