/** All pages of a list, each asked for with the `next` of the one before. */
export async function pagesOf<Page extends { next: string | null }>(
  ask: (place: string | null) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = [];
  let place: string | null = null;
  do {
    const page: Page = await ask(place);
    pages.push(page);
    place = page.next;
  } while (place !== null);
  return pages;
}
