import type { CatalogueEntry } from './entry.ts';

/** Codes of `plumbline lab`: outside systems started on this machine. */
export const labErrors = {
  lab_java_missing: {
    status: 500,
    retryable: false,
    title: 'No Java on this machine can run this server.',
    remedy: 'Install the package named here, or point JAVA_HOME at such a Java.',
  },
  lab_download_failed: {
    status: 502,
    retryable: true,
    title: 'The server’s archive could not be downloaded.',
    remedy: 'Check the network, or name a reachable Maven repository in MAVEN_REPOSITORY_URL.',
  },
  lab_archive_invalid: {
    status: 502,
    retryable: false,
    title: 'The downloaded archive is not what it should be.',
    remedy: 'Delete the file named here from the cache and start again.',
  },
  lab_directory_closed: {
    status: 500,
    retryable: false,
    title: 'The user that runs the lab server cannot reach its directory.',
    remedy: 'Set PLUMBLINE_HOME to a directory that every user may pass through, such as /var/lib/plumbline.',
  },
  lab_port_taken: {
    status: 409,
    retryable: false,
    title: 'Another program listens on the port of the lab server.',
    remedy: 'Stop that program, or name another port with --port.',
  },
  lab_package_missing: {
    status: 500,
    retryable: false,
    title: 'A program that the lab needs is not installed.',
    remedy: 'Install the package named here.',
  },
  lab_start_failed: {
    status: 500,
    retryable: true,
    title: 'The lab server did not start.',
    remedy: 'Read the log named here; a second start often helps on a machine with little memory.',
  },
  lab_busy: {
    status: 409,
    retryable: true,
    title: 'Another command is working on this lab server.',
    remedy: 'Wait until it has ended and try again.',
  },
  lab_access_lost: {
    status: 500,
    retryable: false,
    title: 'The kept administrator password does not open the lab server.',
    remedy: 'Put the right password into the file named here, or delete that lab directory and start again.',
  },
  lab_call_failed: {
    status: 502,
    retryable: true,
    title: 'The lab server refused a call.',
    remedy: 'Read the server’s own words beside this.',
  },
  lab_scan_failed: {
    status: 500,
    retryable: true,
    title: 'The scanner could not analyse a lab project.',
    remedy: 'Read the scanner’s own words beside this and start again; projects already fed stay.',
  },
  lab_first_answer_failed: {
    status: 500,
    retryable: true,
    title: 'The first answer of a new hub was not reached, or is wrong.',
    remedy: 'Read the words beside this and start again; nothing of it is left running.',
  },
} as const satisfies Record<string, CatalogueEntry>;
