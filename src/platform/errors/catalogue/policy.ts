import type { CatalogueEntry } from './entry.ts';

/** Codes of the policy on images. Why a verdict is what it is has reason codes of its own, in `domain/verdict.ts`. */
export const policyErrors = {
  image_reference_invalid: {
    status: 400,
    retryable: false,
    title: 'This is no reference to an image.',
    remedy:
      'Write it as docker pull takes it: registry.example.com/team/checkout:1.2, or with a digest behind an @ sign.',
  },
  image_not_stored: {
    status: 404,
    retryable: false,
    title: 'No image like this has been taken in.',
    remedy:
      'Add its repository to the registry’s integration, or evaluate it first: plumbline policy evaluate <image>.',
  },
  nothing_matches: {
    status: 404,
    retryable: false,
    title: 'No stored image matches the pattern.',
    remedy: 'Name the image itself, or look at the Images page for what is stored.',
  },
  verdict_not_failed: {
    status: 409,
    retryable: false,
    title: 'Only a failed verdict can be waived.',
    remedy: 'For an image without data use --allow-no-data where that is acceptable.',
  },
  waiver_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such waiver, or it has ended.',
    remedy: 'Look at the image’s waivers.',
  },
  waiver_expiry_invalid: {
    status: 400,
    retryable: false,
    title: 'A waiver must end in the future, within a year.',
    remedy: 'Choose a day by which the gate should pass.',
  },
  mapping_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such mapping, or it has been replaced.',
    remedy: 'Look at the mappings on the policy’s page.',
  },
  mapping_exists: {
    status: 409,
    retryable: false,
    title: 'There is a mapping for the same images or repository.',
    remedy: 'Change the one there is.',
  },
  repository_address_invalid: {
    status: 400,
    retryable: false,
    title: 'This is no address of a git repository.',
    remedy: 'Write it as git clone takes it, for example https://git.example.com/team/checkout.',
  },
  environment_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such environment.',
    remedy: 'An environment is made by setting its first image: plumbline environment set <name> <image>.',
  },
  nothing_said_then: {
    status: 404,
    retryable: false,
    title: 'Nothing was said of it at that time.',
    remedy: 'Ask for a later time: what is said of an image begins with its first verdict.',
  },
} as const satisfies Record<string, CatalogueEntry>;
