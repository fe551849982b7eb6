// The connections that are measured: one as an app's user, as PostgREST would open it, and one as the tables' owner.
import pg from 'pg';

/** Rows come as text, unparsed: what is measured is the database, not the driver's reading of dates and JSON. */
const types = { getTypeParser: () => (value) => value };

/** A connection as the owner of the tables. */
export async function connectOwner(dbUrl) {
  const client = new pg.Client({ connectionString: dbUrl, types });
  await client.connect();
  return { client, query: (statement, values) => client.query({ ...statement, values, rowMode: 'array' }) };
}

/**
 * A connection as role `authenticated`; `signIn(id)` sets the claims of a token such as Supabase gives out.
 * `query` runs a prepared statement.
 */
export async function connectUser(dbUrl) {
  const { client, query } = await connectOwner(dbUrl);
  // The functions of the baseline name its tables without their schema.
  await client.query('set role authenticated; set search_path = baseline');
  let signedIn;
  return {
    client,
    query,
    async signIn(userId) {
      if (userId === signedIn) return;
      await client.query(`select set_config('request.jwt.claims', $1, false)`, [
        JSON.stringify(claimsOf(userId)),
      ]);
      signedIn = userId;
    },
  };
}

function claimsOf(userId) {
  return {
    iss: 'https://bench.example/auth/v1',
    sub: userId,
    aud: 'authenticated',
    exp: 1_800_000_000,
    iat: 1_799_996_400,
    email: 'somebody@bench.example',
    phone: '',
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { display_name: 'Somebody', email_verified: true },
    role: 'authenticated',
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: 1_799_996_400 }],
    session_id: '00000000-0000-4000-8000-000000000001',
    is_anonymous: false,
  };
}
