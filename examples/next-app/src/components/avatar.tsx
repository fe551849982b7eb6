/** The first letter of a name. The name itself stands beside it. */
export function Avatar({ name }: { readonly name: string }) {
  const letter = [...name.trim()].find((character) => /\p{L}|\p{N}/u.test(character)) ?? '·';
  return (
    <span className="avatar" aria-hidden="true">
      {letter.toUpperCase()}
    </span>
  );
}
