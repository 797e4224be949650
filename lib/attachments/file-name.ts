/** The longest name that is kept; file systems stop at 255 as well. */
const longest = 255;

/**
 * The sender's name for a file as text that can be stored and shown: whatever else it holds (slashes, dots, direction
 * marks) stays, since it is never a path and never markup (S23).
 */
export function fileName(text: string): string {
  const plain = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return [...plain].slice(0, longest).join("") || "without a name";
}
