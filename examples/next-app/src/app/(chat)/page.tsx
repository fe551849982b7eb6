export default function NothingOpen() {
  return (
    <main className="empty">
      <p>Open a conversation on the left.</p>
    </main>
  );
}
