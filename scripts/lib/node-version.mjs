import { CommandError } from './command-error.mjs';
import { readJson } from './root.mjs';

/** Throws a CommandError when this Node is older than `engines` of the workspace asks for. */
export function checkNodeVersion(version = process.versions.node) {
  const wanted = String(readJson('package.json')['engines'].node).replace(/^>=/, '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new CommandError(
      `unable to run on Node ${version}; install Node ${wanted} or newer (https://nodejs.org)`,
    );
  }
}
