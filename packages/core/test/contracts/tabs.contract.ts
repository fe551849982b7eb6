import { describe, expect, it, onTestFinished } from 'vitest';
import type { Tabs } from '../../src/ports';

/** What makes tabs of one browser for the suite. */
export interface TabsHarness {
  /** Another tab. */
  open(): Tabs;
  /** Resolves when all that was posted and all locks that are free have arrived. */
  settle(): Promise<void>;
}

/** The contract of the port: every implementation whose tabs hear of each other keeps it. */
export function describeTabs(title: string, create: () => TabsHarness): void {
  describe(`the contract of tabs: ${title}`, () => {
    let count = 0;
    const setup = () => {
      const { open, settle } = create();
      const name = `${title} ${++count}`;
      const log: string[] = [];
      return {
        name,
        log,
        settle,
        open,
        /** A candidate that notes what it hears. */
        stand(who: string, of = name) {
          const candidacy = open().lead(of, (isLeading) =>
            log.push(`${who} ${isLeading ? 'leads' : 'lost'}`),
          );
          onTestFinished(() => candidacy.withdraw());
          return candidacy;
        },
        join(who: string, of = name) {
          const channel = open().join(of, (message) => log.push(`${who} hears ${JSON.stringify(message)}`));
          onTestFinished(() => channel.close());
          return channel;
        },
      };
    };

    it('E10.1 tells that there may be other tabs', () => {
      expect(setup().open().kind).toBe('shared');
    });

    it('E10.1 one tab has the lead, and those who wait get it in their order', async () => {
      const { stand, settle, log } = setup();
      const first = stand('first');
      const second = stand('second');
      stand('third');
      await settle();
      expect(log).toEqual(['first leads']);
      first.withdraw();
      await settle();
      expect(log).toEqual(['first leads', 'second leads']);
      second.withdraw();
      await settle();
      expect(log).toEqual(['first leads', 'second leads', 'third leads']);
    });

    it('E10.1 who withdraws while waiting, or before it has heard, never leads', async () => {
      const { stand, settle, log } = setup();
      stand('hasty').withdraw();
      const first = stand('first');
      stand('second').withdraw();
      stand('third');
      await settle();
      first.withdraw();
      await settle();
      expect(log).toEqual(['first leads', 'third leads']);
    });

    it('E10.1 each name has a leader of its own', async () => {
      const { stand, settle, log, name } = setup();
      stand('one');
      stand('other', `${name} other`);
      await settle();
      expect([...log].sort()).toEqual(['one leads', 'other leads']);
    });

    it('E10.1 who insists gets the lead at once; the one before is told and waits for it again', async () => {
      const { stand, settle, log } = setup();
      stand('first');
      stand('second');
      const third = stand('third');
      await settle();
      third.insist();
      await settle();
      expect([...log].sort()).toEqual(['first leads', 'first lost', 'third leads']);
      log.length = 0;
      third.withdraw();
      await settle();
      expect(log).toEqual(['second leads']);
    });

    it('E10.1 insisting without a leader to take it from changes nothing', async () => {
      const { stand, settle, log } = setup();
      const only = stand('only');
      await settle();
      only.insist();
      await settle();
      expect(log.at(-1)).toBe('only leads');
      const next = stand('next');
      await settle();
      only.withdraw();
      await settle();
      expect(log.at(-1)).toBe('next leads');
      next.withdraw();
    });

    it('E10.2 what is posted reaches all others of the name, and nobody else', async () => {
      const { join, settle, log, name } = setup();
      const a = join('a');
      join('b');
      join('c');
      join('stranger', `${name} other`);
      a.post({ text: 'ä🙂', none: null });
      await settle();
      expect([...log].sort()).toEqual([
        'b hears {"text":"ä🙂","none":null}',
        'c hears {"text":"ä🙂","none":null}',
      ]);
    });

    it('E10.2 the messages of a tab arrive in the order in which it posted them', async () => {
      const { join, settle, log } = setup();
      const a = join('a');
      join('b');
      const sent = Array.from({ length: 50 }, (_, n) => n);
      for (const n of sent) a.post(n);
      await settle();
      expect(log).toEqual(sent.map((n) => `b hears ${n}`));
    });

    it('E10.2 a copy is sent: what changes afterwards does not change it', async () => {
      const { join, settle, log } = setup();
      const a = join('a');
      join('b');
      const message = { list: [1] };
      a.post(message);
      message.list.push(2);
      await settle();
      expect(log).toEqual(['b hears {"list":[1]}']);
    });

    it('E10.2 who has closed hears and says nothing', async () => {
      const { join, settle, log } = setup();
      const a = join('a');
      const b = join('b');
      const c = join('c');
      c.close();
      c.post('late');
      a.post('hello');
      b.close();
      await settle();
      a.post('again');
      await settle();
      expect(log).toEqual([]);
    });

    it('E10.2 two clients in one tab hear each other too', async () => {
      const { open, settle, log, name } = setup();
      const tab = open();
      const a = tab.join(name, (message) => log.push(`a ${String(message)}`));
      const b = tab.join(name, (message) => log.push(`b ${String(message)}`));
      a.post('hello');
      await settle();
      a.close();
      b.close();
      expect(log).toEqual(['b hello']);
    });
  });
}
