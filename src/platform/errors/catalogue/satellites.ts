import type { CatalogueEntry } from './entry.ts';

/** Codes of what a satellite reads, and of the way between it and the hub. */
export const satelliteErrors = {
  read_by_satellite: {
    status: 409,
    retryable: false,
    title: 'The integration is read by a satellite, and the hub does not reach it.',
    remedy: 'What needs the hub to call the server itself is not available for it.',
  },
  secrets_stay_in_satellite: {
    status: 422,
    retryable: false,
    title: 'The hub takes no secret of what a satellite reads.',
    remedy: 'Put the key into the satellite’s file, satellite.yml, and start the satellite again.',
  },
  satellite_key_invalid: {
    status: 401,
    retryable: false,
    title: 'The hub does not know this satellite key.',
    remedy: 'Download the YAML file of the integration again and put its satellite.api_key into satellite.yml.',
  },
  satellite_key_revoked: {
    status: 401,
    retryable: false,
    title: 'The satellite key was revoked.',
    remedy: 'Download the YAML file again: that makes a new key.',
  },
  satellite_key_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such satellite key.',
    remedy: 'See the keys on the page Satellites.',
  },
  satellite_wrong_tenant: {
    status: 403,
    retryable: false,
    title: 'The file of the satellite belongs to another hub.',
    remedy: 'Take satellite.tenant, api_key and url from the same download.',
  },
  satellite_outdated: {
    status: 426,
    retryable: false,
    title: 'The satellite is too old for this hub.',
    remedy: 'Install the version of the hub on the satellite’s machine and start it again.',
  },
  satellite_offline: {
    status: 503,
    retryable: true,
    title: 'No satellite that could carry this out is at work.',
    remedy: 'Start it: plumbline satellite run --config satellite.yml; then see the page Satellites.',
  },
  satellite_upload_damaged: {
    status: 400,
    retryable: true,
    title: 'What the satellite sent did not arrive as it was sent.',
    remedy:
      'It is sent again by itself. If it stays, look at what lies between satellite and hub: something changes bodies.',
  },
  satellite_buffer_full: {
    status: 507,
    retryable: true,
    title: 'What the satellite read waits for the hub, and its buffer takes no more.',
    remedy:
      'Nothing is lost, reading waits. Bring the hub back; or make room on the disk of the satellite, or raise buffer_mb.',
  },
  satellite_file_invalid: {
    status: 422,
    retryable: false,
    title: 'The file of the satellite cannot be used.',
    remedy: 'Mend the line named above; docs/satellite.md shows every key.',
  },
  satellite_not_configured: {
    status: 422,
    retryable: false,
    title: 'The file of the satellite does not hold this integration.',
    remedy: 'Download the YAML file again, or add the integration to satellite.yml, and start the satellite again.',
  },
  satellite_call_refused: {
    status: 403,
    retryable: false,
    title: 'The satellite makes no calls but those that its connectors declare for reading.',
    remedy: 'See the endpoints of the integration. If the hub asked for this, find out who has access to it.',
  },
} as const satisfies Record<string, CatalogueEntry>;
