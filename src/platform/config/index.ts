export { describeConfig, renderConfigTable, type VariableDescription } from './describe-config.ts';
export { type Config, type ConfigSource, listensOnLoopback, loadConfig, publicUrlOf } from './load-config.ts';
export { prepareStateDirectory } from './prepare-state-directory.ts';
export { cacheDirectory, currentDirectorySource, type DirectorySource, stateDirectory } from './state-directory.ts';
