import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="window empty">
      <h2>This conversation is not here</h2>
      <p>Perhaps you have left it, or the address is not complete.</p>
      <Link className="button" href="/">
        To your chats
      </Link>
    </main>
  );
}
