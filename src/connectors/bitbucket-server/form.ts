import { type FormField, networkFields } from '../contract.ts';

/** The wizard’s fields; name and tags are the hub’s. */
export const form: readonly FormField[] = [
  {
    name: 'url',
    label: 'Bitbucket Server URL',
    step: 'connection',
    kind: 'url',
    required: true,
    placeholder: 'https://bitbucket.example.com/bitbucket',
    help: 'Address of Bitbucket Server or Data Center, 5.15 or newer, with its context path. Bitbucket Cloud is not supported.',
  },
  {
    name: 'token',
    label: 'Personal Access Token',
    step: 'connection',
    kind: 'secret',
    required: true,
    help: 'An HTTP access token of a user made for this. Read on projects and repositories is enough to report; Repository admin is needed only to set up webhooks.',
    link: { label: 'Make a token', path: '/account' },
  },
  {
    name: 'projects',
    label: 'Projects',
    step: 'scope',
    kind: 'textarea',
    required: false,
    placeholder: 'PAY, OPS',
    help: 'Keys of the projects whose repositories are read, separated by commas or lines. Empty means all that the token sees.',
  },
  ...networkFields,
];
