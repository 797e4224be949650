/**
 * Names inside a package, made by us alone (S23): lower-case letters, digits, `-` and `_`, unique, and
 * the system's name in front when two systems have a collection of the same name.
 */
export function packageNames(collections: readonly { system: string; name: string }[]): string[] {
  const plain = (text: string) =>
    text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9_]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 80) || "collection";
  const taken = new Set<string>();
  const twice = (name: string) => collections.filter((other) => plain(other.name) === name).length > 1;
  return collections.map(({ system, name }) => {
    const wanted = twice(plain(name)) ? `${plain(system)}-${plain(name)}` : plain(name);
    let unique = wanted;
    for (let n = 2; taken.has(unique); n++) unique = `${wanted}-${n}`;
    taken.add(unique);
    return unique;
  });
}

/** What a browser saves a part as; holds nothing about the person. */
export function downloadName(company: string, at: Temporal.Instant, position: number, parts: number): string {
  const day = at.toZonedDateTimeISO("UTC").toPlainDate().toString();
  const base = `${company.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-data-${day}`;
  return parts === 1 ? `${base}.zip` : `${base}-part-${position}-of-${parts}.zip`;
}
