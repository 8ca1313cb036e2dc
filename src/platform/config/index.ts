export { describeConfig, renderConfigTable, type VariableDescription } from './describe-config.ts';
export { type Config, type ConfigSource, listensOnLoopback, loadConfig, publicUrlOf } from './load-config.ts';
export { prepareStateDirectory } from './prepare-state-directory.ts';
export { currentDirectorySource, type DirectorySource } from './state-directory.ts';
export { writeHubAddress } from './hub-address.ts';
