import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: ['esm'],
  target: 'node20',
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  // Neither chunks nor cleaning: a stack that runs while this is built again keeps finding its files.
  splitting: false,
  clean: false,
});
