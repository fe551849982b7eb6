import { pick, type Actions, type Scene } from './scene';

/** The conversation that people join and leave, where there is one. */
const clubOf = ({ run }: Scene) => run.rooms[2];

const inClub = ({ run }: Scene, club: string, isMember: boolean) =>
  run.users.filter((user) => run.server.conversationIds(user).includes(club) === isMember);

/** From now on the user may see less of it, or nothing. */
const moves = ({ run }: Scene, user: string, club: string) => run.ledger.moved.add(`${user} ${club}`);

/** Does something to one of those inside, or outside. */
const toOther = (scene: Scene, isMember: boolean, act: (club: string, other: string) => unknown) => {
  const { client, step } = scene;
  const club = clubOf(scene);
  if (club === undefined) return;
  const other = pick(
    inClub(scene, club, isMember).filter((user) => user !== client.user),
    step.a,
  );
  if (other === undefined) return;
  moves(scene, other, club);
  return act(club, other);
};

/** The user itself comes or goes. */
const oneself = (scene: Scene, act: (club: string) => unknown) => {
  const club = clubOf(scene);
  if (club === undefined) return;
  moves(scene, scene.client.user, club);
  return act(club);
};

/** Who belongs to a conversation. */
export const membership: Actions = {
  leave: { weight: 2, act: (scene) => oneself(scene, (club) => scene.tab.confab.members.leave(club)) },
  accept: {
    weight: 3,
    act: (scene) => oneself(scene, (club) => scene.tab.confab.members.acceptInvite(club)),
  },
  decline: {
    weight: 1,
    act: (scene) => oneself(scene, (club) => scene.tab.confab.members.declineInvite(club)),
  },
  removeMember: {
    weight: 2,
    act: (scene) => toOther(scene, true, (club, other) => scene.tab.confab.members.remove(club, other)),
  },
  addMember: {
    weight: 3,
    act: (scene) =>
      toOther(scene, false, (club, other) =>
        scene.tab.confab.members.add(club, [other], { showsHistory: scene.step.b % 2 === 0 }),
      ),
  },
  invite: {
    weight: 2,
    act: (scene) =>
      toOther(scene, false, (club, other) =>
        scene.tab.confab.members.invite(club, [other], { showsHistory: scene.step.b % 2 === 0 }),
      ),
  },
  /** Somebody goes, or is let in again, from a device that is not part of the play. */
  moveElsewhere: {
    weight: 3,
    act: (scene) => {
      const { run, step } = scene;
      const club = clubOf(scene);
      const [owner, ...others] = run.users;
      const user = pick(others, step.a);
      if (club === undefined || owner === undefined || user === undefined) return;
      moves(scene, user, club);
      const isMember = run.server.conversationIds(user).includes(club);
      try {
        if (isMember) run.server.apply(user, 'leave_conversation', club);
        else
          run.server.apply(owner, 'add_members', club, { user_ids: [user], shows_history: step.b % 2 === 0 });
      } catch {
        // The owner may have gone too.
      }
    },
  },
};
