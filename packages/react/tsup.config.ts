import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  target: 'es2022',
  sourcemap: true,
  clean: true,
  treeshake: false,
  // Hooks run in client components; frameworks with server components read this first line.
  banner: { js: "'use client';" },
});
