/** What a value or a sentence was and will be, side by side; nothing when neither is given. */
export function OldAndNew({ oldText, newText }: { oldText: string | null; newText: string | null }) {
  if (!oldText && !newText) return null;
  return (
    <dl className="mt-4 grid max-w-3xl gap-4 sm:grid-cols-2">
      <div className="rounded-md border border-line px-4 py-3">
        <dt className="text-sm text-muted">Until then</dt>
        <dd className="mt-0.5 break-words">{oldText ?? "nothing"}</dd>
      </div>
      <div className="rounded-md border border-strong-line bg-raised px-4 py-3">
        <dt className="text-sm text-muted">From then on</dt>
        <dd className="mt-0.5 break-words">{newText ?? "nothing"}</dd>
      </div>
    </dl>
  );
}
