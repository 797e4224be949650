/** For how long a case is put aside; a clock that comes near brings it back sooner. */
export function SnoozeHours() {
  return (
    <label className="block w-fit space-y-1 text-sm">
      <span className="block text-muted">Put aside for</span>
      <select
        name="hours"
        defaultValue="24"
        className="min-h-10 rounded-md border border-strong-line bg-raised px-2 text-ink"
      >
        <option value="4">4 hours</option>
        <option value="24">1 day</option>
        <option value="72">3 days</option>
        <option value="168">1 week</option>
        <option value="336">2 weeks</option>
      </select>
    </label>
  );
}
