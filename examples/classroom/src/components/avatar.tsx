/** Dark enough for white letters (4.5:1). */
const COLOURS = ['#37606b', '#7a4b8c', '#a34a28', '#a03660', '#6b5142', '#41589e', '#1d6b56', '#4a6a24'];

function colourOf(id: string): string {
  let hash = 40;
  for (const char of id) hash = (hash * 33 + char.charCodeAt(0)) >>> 0;
  return COLOURS[(hash >>> 7) % COLOURS.length] ?? '#37606b';
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).slice(0, 2);
  return words.map((word) => (Array.from(word)[0] ?? '').toUpperCase()).join('') || '?';
}

/** Initials on the person's colour. Decoration: the name stands next to it. */
export function Avatar({ id, name, isSmall = false }: { id: string; name: string; isSmall?: boolean }) {
  return (
    <span
      className={`avatar${isSmall ? ' avatar-small' : ''}`}
      style={{ backgroundColor: colourOf(id) }}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}
