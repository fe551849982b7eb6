import { describe, expect, test } from 'vitest';

import { one } from './support/database.js';
import { newClient, newUser } from './support/users.js';
import { target } from './support/target.js';

const profileOf = (
  id: string,
): Promise<{ display_name: string; avatar_url: string | null; changed: string }> =>
  one('select display_name, avatar_url, changed_xid::text as changed from confab.profiles where id = $1', [
    id,
  ]);

describe('profiles', () => {
  test('D9 follow the name and the picture that the user has in Auth', async () => {
    const alice = await newUser('Alice');
    const admin = newClient(target().serviceRoleKey).auth.admin;
    const { error } = await admin.updateUserById(alice.id, {
      user_metadata: { display_name: '  Alice Adams ', avatar_url: 'https://example.com/alice.png' },
    });
    expect(error).toBeNull();
    expect(await profileOf(alice.id)).toMatchObject({
      display_name: 'Alice Adams',
      avatar_url: 'https://example.com/alice.png',
    });
  });

  test('D4 stay as they are when something else about the user changes', async () => {
    const bob = await newUser('Bob');
    const before = await profileOf(bob.id);
    const admin = newClient(target().serviceRoleKey).auth.admin;
    const { error } = await admin.updateUserById(bob.id, { user_metadata: { favourite: 'green' } });
    expect(error).toBeNull();
    expect(await profileOf(bob.id)).toEqual(before);
  });
});
