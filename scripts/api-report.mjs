// `pnpm api`: fails when etc/<report>.api.md no longer says what the built package exports; `--update` writes it.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { existsSync, mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CommandError, runMain } from './lib/command-error.mjs';
import { fromRoot } from './lib/root.mjs';

/** Folder of packages/, entry of its build, name of the report. @type {[name: string, entry: string, report: string][]} */
const entries = [
  ['core', 'index', 'core'],
  ['core', 'testing', 'core-testing'],
  ['react', 'index', 'react'],
  ['local-stack', 'index', 'local-stack'],
];

/**
 * @param {string} name
 * @param {string} entryName
 * @param {string} report
 * @param {boolean} isUpdate
 * @returns {boolean} the report is as committed
 */
function checkReport(name, entryName, report, isUpdate) {
  const entry = fromRoot(`packages/${name}/dist/${entryName}.d.ts`);
  if (!existsSync(entry))
    throw new CommandError(`unable to read the API of ${name}; run \`pnpm build\` first`);
  mkdirSync(fromRoot('etc'), { recursive: true });
  const config = ExtractorConfig.prepare({
    configObjectFullPath: fromRoot(`packages/${name}/api-extractor.json`),
    packageJsonFullPath: fromRoot(`packages/${name}/package.json`),
    configObject: {
      projectFolder: fromRoot(`packages/${name}`),
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          extends: fromRoot('tsconfig.base.json'),
          compilerOptions: {
            lib: ['ES2023', 'DOM'],
            types: name === 'local-stack' ? ['node'] : [],
            jsx: 'react-jsx',
          },
          files: [entry],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder: fromRoot('etc'),
        reportTempFolder: fromRoot('temp/api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: /** @type {any} */ ('error') } },
        extractorMessageReporting: {
          default: { logLevel: /** @type {any} */ ('warning'), addToApiReportFile: true },
          'ae-missing-release-tag': { logLevel: /** @type {any} */ ('none') },
        },
        tsdocMessageReporting: { default: { logLevel: /** @type {any} */ ('none') } },
      },
    },
  });
  const result = Extractor.invoke(config, {
    localBuild: isUpdate,
    messageCallback: (message) => {
      // The versions of compilers and the copying of files are no news.
      if (message.category === 'console') message.logLevel = /** @type {any} */ ('none');
    },
  });
  if (result.apiReportChanged) {
    console.log(
      isUpdate
        ? `etc/${report}.api.md is updated`
        : `etc/${report}.api.md is stale: run \`pnpm api --update\`, look at the difference and commit it`,
    );
  } else {
    console.log(`etc/${report}.api.md is up to date`);
  }
  return result.errorCount === 0 && (isUpdate || !result.apiReportChanged);
}

await runMain(async () => {
  const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
  return entries.map((entry) => checkReport(...entry, values.update)).every(Boolean) ? 0 : 1;
});
