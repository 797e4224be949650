export type Nameable = { staffId: string; name: string };

/** What separates the words of a name after an `@`: `@Nora Feld`, `@nora.feld`, `@nora-feld`, `@nora_feld`. */
const joint = "[ ._-]";
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const plain = (text: string) => text.normalize("NFKC").trim();

/**
 * The colleagues whom a note names: `@` and the whole name, or the first name while only one colleague has it. Letter case
 * does not matter; an address (`nora@feld.example`) names nobody.
 * @returns ids, each once, in the order of the colleagues
 */
export function mentionedIn(text: string, colleagues: readonly Nameable[]): string[] {
  const first = (name: string) => plain(name).split(/\s+/)[0]?.toLowerCase() ?? "";
  return colleagues
    .filter(({ name }) => {
      const words = plain(name).split(/\s+/).filter(Boolean);
      if (words.length === 0) return false;
      const alone = colleagues.filter((other) => first(other.name) === first(name)).length === 1;
      const whole = words.map(escaped).join(joint);
      const forms = alone ? [whole, escaped(words[0] ?? "")] : [whole];
      // A longer name that begins the same is another's: "@Nora Felder" does not name Nora Feld.
      return new RegExp(`(?<![\\p{L}\\p{N}@._-])@(?:${forms.join("|")})(?![\\p{L}\\p{N}])`, "iu").test(plain(text));
    })
    .map(({ staffId }) => staffId);
}
