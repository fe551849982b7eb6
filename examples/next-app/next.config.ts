import { join } from 'node:path';
import type { NextConfig } from 'next';

const nextConfig: NextConfig = {
  // The workspace; an app of its own needs no such line.
  turbopack: { root: join(import.meta.dirname, '..', '..') },
  // `pnpm typecheck` does that.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
};

// The one place where Next.js wants it so.
export default nextConfig;
