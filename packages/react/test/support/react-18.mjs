// React DOM 18 asks for the React it is installed next to, which is the newest one: here it gets its own.
import Module, { createRequire } from 'node:module';

const own = createRequire(import.meta.url);
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const [, name, path = ''] = /^(react|react-dom)(\/.*)?$/.exec(request) ?? [];
  return name === undefined ? resolve.call(this, request, ...rest) : own.resolve(`${name}-18${path}`);
};
