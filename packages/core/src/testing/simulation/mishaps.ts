import { endTab, openTab, stopWatching } from './client';
import { short } from './run';
import { pick, type Actions, type Scene } from './scene';
import { forfeit, forgetSeen, watchAll } from './watch';
import type { Client, Run } from './world';

export const signOut = (run: Run, client: Client) => {
  run.fault('signedOut');
  client.isSignedOut = true;
  for (const tab of client.tabs) {
    forfeit(run, tab);
    tab.life.auth.signOut();
    forgetSeen(tab);
  }
};

export const signIn = (run: Run, client: Client, user: string) => {
  run.note(`${client.name} signs in as ${short(user)}`);
  client.isSignedOut = false;
  client.user = user;
  client.users.add(user);
  for (const tab of client.tabs) {
    forgetSeen(tab);
    tab.life.session = `${tab.name}/${++client.lives}`;
    tab.life.auth.signIn(user);
  }
};

const reopen = (scene: Scene, isKilled: boolean) => {
  const { run, client, tab, step } = scene;
  run.fault(isKilled ? 'tabKilled' : 'reloaded');
  const rooms = [...tab.lists.keys()];
  forfeit(run, tab);
  endTab(tab, isKilled);
  const open = () => watchAll(run, openTab(run, client), rooms);
  if (step.b % 3 === 0) open();
  else run.later(step.b % 5_000, open);
};

/** What happens to devices, networks and the server. */
export const mishaps: Actions = {
  unwatch: {
    weight: 1,
    act: ({ run, tab, step }) => {
      const rooms = [...tab.lists.keys()];
      stopWatching(tab);
      run.later(step.b % 90_000, () => {
        if (!tab.life.isDead) watchAll(run, tab, rooms);
      });
    },
  },
  offline: {
    weight: 2,
    act: ({ run, client, step }) => {
      run.fault('offline');
      client.isOnline = false;
      for (const tab of client.tabs) {
        tab.network.loseChannels();
        if (step.a % 2 === 0) tab.environment.setOnline(false);
      }
      run.later(step.b % 20_000, () => {
        client.isOnline = true;
        for (const tab of client.tabs) tab.environment.setOnline(true);
      });
    },
  },
  freeze: {
    weight: 1,
    act: ({ run, tab, step }) => {
      run.fault('tabFrozen');
      const { life } = tab;
      life.isFrozen = true;
      life.page.freeze(step.a % 2 === 0);
      run.later(step.b % 40_000, () => {
        life.isFrozen = false;
        life.page.thaw();
        // Some platforms say that it goes on, others let it find out.
        if (step.a % 3 === 0) tab.environment.touch();
      });
    },
  },
  loseChannels: {
    weight: 2,
    act: ({ run, tab }) => {
      run.fault('channelLost');
      tab.network.loseChannels();
    },
  },
  endChannel: {
    weight: 2,
    act: ({ run, tab, step }) => {
      run.fault('channelClosed');
      tab.network.endChannel(step.a);
    },
  },
  deaf: {
    weight: 1,
    act: ({ run, client, step }) => {
      run.fault('socketSilent');
      client.isDeaf = true;
      run.later(step.b % 40_000, () => {
        client.isDeaf = false;
      });
    },
  },
  expire: {
    weight: 2,
    act: ({ run, client, step }) => {
      run.fault('tokenExpired');
      for (const { life } of client.tabs) {
        life.auth.onRefresh(pick(['offline', 'refused', 'renewed'] as const, step.a) ?? 'renewed');
        life.auth.expire();
      }
      // The auth library renews tokens by itself too.
      run.later(step.b % 15_000, () => {
        for (const { life } of client.tabs) {
          life.auth.onRefresh('renewed');
          if (!client.isSignedOut) life.auth.renew();
        }
      });
    },
  },
  signOut: {
    weight: 1,
    act: (scene) => {
      const { run, client, step } = scene;
      signOut(run, client);
      run.later(step.b % 4_000, () => signIn(run, client, client.user));
    },
  },
  /** Somebody else borrows the device for a while. */
  borrow: {
    weight: 1,
    act: (scene) => {
      const { run, client, step } = scene;
      const { user } = client;
      const guest = pick(
        run.users.filter((other) => other !== user),
        step.a,
      );
      if (guest === undefined || client.isSignedOut) return;
      run.fault('userSwitched');
      signOut(run, client);
      signIn(run, client, guest);
      run.later(1 + (step.b % 10_000), () => {
        signOut(run, client);
        signIn(run, client, user);
      });
    },
  },
  glance: {
    weight: 2,
    act: ({ tab }) => {
      tab.environment.setVisible(false);
      tab.environment.setVisible(true);
    },
  },
  breakStorage: {
    weight: 2,
    act: ({ run, client, step }) => {
      run.fault('storageFailed');
      client.storage.fail(step.a % 2 === 0 ? 'set' : 'delete', 1 + (step.b % 3));
    },
  },
  hangStorage: {
    weight: 1,
    act: ({ run, client, step }) => {
      run.fault('storageHung');
      const operation = step.a % 2 === 0 ? 'set' : 'delete';
      client.storage.hang(operation);
      run.later(step.b % 9_000, () => client.storage.release(operation));
    },
  },
  reload: { weight: 3, act: (scene) => reopen(scene, false) },
  kill: { weight: 4, act: (scene) => reopen(scene, true) },
  jumpClock: {
    weight: 1,
    act: ({ run, client, step }) => {
      run.fault('clockJumped');
      client.clock.jump((step.a % 7_200_000) - 3_600_000);
    },
  },
  sleep: {
    weight: 1,
    act: ({ run, client, step }) => {
      run.fault('slept');
      client.clock.sleep(step.b % 60_000);
    },
  },
  renewFeed: {
    weight: 1,
    act: ({ run, step }) => {
      const [, room = ''] = run.rooms;
      run.fault('feedRenewed');
      run.server.setFeed(room, step.a % 4 === 0 ? null : `feed:${room}:${step.a}`);
    },
  },
  renewEpoch: {
    weight: 1,
    act: ({ run }) => {
      run.fault('epochRenewed');
      for (const { tabs } of run.clients) for (const tab of tabs) forgetSeen(tab);
      run.server.renewEpoch();
    },
  },
};
