import { expectAccessible } from '@confab/example-support/axe';
import { forPeople } from '@confab/example-support/people';
import type { Person, World } from '@confab/example-support/world';
import { describe, expect, it } from 'vitest';
import { callAs, daysAgo, entry, openGoal, PATIENCE, row, write } from './support/goal';

const GUITAR = 'Play a twelve-bar blues set';

let world: World;
let maya: Person;
let leo: Person;
forPeople('classroom', ['maya', 'leo'], ([instructor, student], here) => {
  if (!instructor || !student) throw new Error('unreachable');
  [maya, leo, world] = [instructor, student, here];
});

describe('H8 classroom', () => {
  it('H8 a note, its response and its review go both ways, live', async () => {
    await openGoal(leo.page, GUITAR);
    await openGoal(maya.page, GUITAR);
    await leo.page.getByRole('button', { name: '😣 Hard' }).click();
    await write(leo.page, 'The B7 buzzes again');
    const note = entry(maya.page, 'The B7 buzzes again');
    await note.getByText('😣 Hard').waitFor();
    await note.getByRole('button', { name: 'Respond' }).click();
    await maya.page.getByRole('button', { name: 'Question' }).click();
    await write(maya.page, 'Which string?');
    const answered = leo.page.locator('.entry').filter({ has: leo.page.getByText('The B7 buzzes again') });
    await answered.locator('.answers').getByText('Which string?').waitFor();
    await note.getByRole('button', { name: 'Mark reviewed' }).click();
    await entry(leo.page, 'The B7 buzzes again').getByText('Reviewed').waitFor();
    await entry(leo.page, 'Which string?').getByRole('button', { name: 'Reply' }).click();
    await write(leo.page, 'The fourth');
    await maya.page.locator('.answers').getByText('The fourth').waitFor();
  });

  it('H8 what is written offline waits, survives a reload, counts at once, and is sent', async () => {
    const { page, api } = leo;
    await openGoal(page, GUITAR);
    const time = page.getByRole('progressbar', { name: /^Time/ });
    await expect.poll(() => time.getAttribute('value'), PATIENCE).toBe('285');
    await api.cut();
    await page.getByRole('button', { name: 'Activity', exact: true }).click();
    await page.getByRole('textbox', { name: 'Activity' }).fill('Scales on the train');
    await page.getByRole('textbox', { name: 'Minutes' }).fill('25');
    await write(page, '');
    await entry(page, 'Scales on the train').getByText('Waiting').waitFor();
    await expect.poll(() => time.getAttribute('value'), PATIENCE).toBe('310');
    await page.reload();
    await entry(page, 'Scales on the train').getByText('Waiting').waitFor();
    await expect.poll(() => time.getAttribute('value'), PATIENCE).not.toBeNull();
    api.mend();
    await entry(page, 'Scales on the train').getByText('Waiting').waitFor({ state: 'detached' });
    await openGoal(maya.page, GUITAR);
    await entry(maya.page, 'Scales on the train').waitFor();
  });

  it('H8 quick responses go into the field, are edited, and stay on this device', async () => {
    const { page } = maya;
    await openGoal(page, 'Run a half marathon');
    const field = page.getByRole('textbox', { name: 'Write a response' });
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('button', { name: /^Tell me more/ }).click();
    expect(await field.inputValue()).toBe('Tom, what was the hardest part of this?');
    expect(await page.getByRole('button', { name: 'Question' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).last().fill('Rest');
    await page.getByRole('textbox', { name: 'Text' }).last().fill('Rest first, {name}.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.reload();
    // What had been written before is kept as a draft.
    await expect.poll(() => field.inputValue(), PATIENCE).toBe('Tom, what was the hardest part of this?');
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('button', { name: /^Rest/ }).click();
    expect(await field.inputValue()).toBe('Tom, what was the hardest part of this?\nRest first, Tom.');
  });

  it('H8 several entries are answered and reviewed at once, own ones deleted, and marked unread', async () => {
    const { page } = maya;
    await openGoal(leo.page, 'Read sheet music without help');
    for (const text of ['Quavers', 'Triplets']) {
      await write(leo.page, text);
      await entry(leo.page, text).waitFor();
    }
    await openGoal(page, 'Read sheet music without help');
    const select = async (texts: readonly string[]) => {
      for (const text of texts) await entry(page, text).getByRole('checkbox').check();
    };
    const bar = page.getByRole('toolbar', { name: 'Selection' });
    await select(['Quavers', 'Triplets']);
    await bar.getByText('2 selected').waitFor();
    await bar.getByRole('button', { name: 'Respond' }).click();
    await page.getByText('each gets the response').waitFor();
    await write(page, 'Clap it first');
    await expect.poll(() => entry(leo.page, 'Clap it first').count(), PATIENCE).toBe(2);
    await select(['Quavers', 'Triplets']);
    await bar.getByRole('button', { name: 'Mark reviewed' }).click();
    await expect.poll(() => leo.page.getByText('Reviewed').count(), PATIENCE).toBeGreaterThanOrEqual(4);
    await entry(page, 'Clap it first').first().getByRole('checkbox').check();
    await bar.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => entry(leo.page, 'Clap it first').count(), PATIENCE).toBe(1);
    await select(['Triplets']);
    expect(await bar.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await bar.getByRole('button', { name: 'Mark unread' }).click();
    await row(page, 'Read sheet music without help').locator('.badge').getByText('1').waitFor();
  });

  it('H8 the day view jumps to any day and back to today, and keeps its days apart', async () => {
    const { page } = leo;
    await openGoal(page, GUITAR);
    const day = await daysAgo(page, 21);
    await page.getByLabel('Jump to a day').fill(day);
    const section = page.locator(`section[data-day="${day}"]`);
    await section.getByText('Clean chord changes at 80 bpm').waitFor();
    await expect
      .poll(() => section.evaluate((it) => Math.round(it.getBoundingClientRect().top)), PATIENCE)
      .toBeLessThan(200);
    await page.getByLabel('Jump to a day').fill(await daysAgo(page, 200));
    await page.getByText('Nothing was written about this day.').waitFor();
    // An entry is about the day that is shown: here one for which there was nothing.
    const empty = await daysAgo(page, 4);
    await page.getByLabel('Jump to a day').fill(empty);
    await write(page, 'Forgot to note this');
    await page.locator(`section[data-day="${empty}"]`).getByText('Forgot to note this').waitFor();
    await page.getByRole('link', { name: 'Today', exact: true }).click();
    await page.getByText('Woke up with the turnaround').waitFor();
  });

  it('E12 data that does not fit its kind is refused in words and nothing is lost; foreign data does no harm', async () => {
    const { page } = leo;
    await openGoal(page, GUITAR);
    await page.getByRole('button', { name: 'Activity', exact: true }).click();
    const minutes = page.getByRole('textbox', { name: 'Minutes' });
    await page.getByRole('textbox', { name: 'Activity' }).fill('Marathon session');
    await minutes.fill('2000');
    await write(page, 'All day');
    await page.getByText('At most 720 minutes: twelve hours').waitFor();
    expect(await minutes.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('textbox', { name: 'Activity' }).inputValue()).toBe('Marathon session');
    await minutes.fill('200');
    await write(page, 'All day');
    await entry(page, 'Marathon session').getByText('3 h 20').waitFor();

    // Another app of the same project, which knows nothing of these schemas.
    await callAs(world, 'leo', 'send_message', {
      id: crypto.randomUUID(),
      conversation_id: new URL(page.url()).hash.split('/')[2],
      kind: 'activity',
      content: 'From a newer app',
      data: { laps: 12 },
      occurs_on: await daysAgo(page, 0),
    });
    await entry(page, 'From a newer app')
      .getByText(/cannot be shown/)
      .waitFor();
  });

  it('H8 the list counts what is unread, and finds who writes and who is quiet', async () => {
    const { page } = maya;
    const ines = await world.open('ines');
    await row(page, 'Ines Duarte').locator('.badge').getByText('1').waitFor();
    await openGoal(ines.page, 'French B2 exam in February');
    await write(ines.page, 'Radio again');
    await row(page, 'Ines Duarte').locator('.badge').getByText('2').waitFor();
    const names = async () => (await page.locator('.goal-row-name').allInnerTexts()).sort();
    await page.getByRole('button', { name: 'Quiet' }).click();
    expect(await names()).toEqual(['Tom Ashby']);
    await page.getByLabel('Wrote nothing for').selectOption('3');
    expect(await names()).toContain('Yuki Tanaka');
    await page.getByRole('button', { name: 'Active' }).click();
    expect(await names()).toContain('Ines Duarte');
    expect(await names()).not.toContain('Tom Ashby');
    await page.getByRole('button', { name: 'Unread' }).click();
    await expect.poll(names, PATIENCE).toContain('Ines Duarte');
    await row(page, 'Ines Duarte').click();
    await entry(page, 'Radio again').getByText('New').waitFor();
    await expect.poll(names, PATIENCE).not.toContain('Ines Duarte');
    await ines.close();
  });

  it('H6 axe finds nothing: list, goal, forms, selection, dialogs, dark and on a phone', async () => {
    const { page } = maya;
    await row(page, GUITAR).waitFor();
    await expectAccessible(page);
    await openGoal(page, GUITAR);
    await page.locator('.goal-progress summary').click();
    await expectAccessible(page);
    await page.locator('.goal-progress summary').click();
    await page.getByRole('button', { name: 'Templates' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Edit' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByTestId('entry').last().getByRole('checkbox').check();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await leo.page.setViewportSize({ width: 390, height: 844 });
    await openGoal(leo.page, GUITAR);
    await expectAccessible(leo.page);
    await leo.page.getByRole('button', { name: 'Milestone', exact: true }).click();
    await write(leo.page, '');
    await leo.page.getByText('Choose a milestone').waitFor();
    await expectAccessible(leo.page);
  });
});
