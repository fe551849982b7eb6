/** Where the project is; none of it is secret. */
export interface SupabaseConfig {
  readonly url: string;
  readonly publishableKey: string;
}

/**
 * Read when a request comes, and handed to the browser by the layout: one build goes for every project. With names that
 * begin with `NEXT_PUBLIC_` it would be part of the build.
 */
export function supabaseConfig(): SupabaseConfig {
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey } = process.env;
  if (!url || !publishableKey)
    throw new Error('unable to reach Supabase; set SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY');
  return { url, publishableKey };
}
