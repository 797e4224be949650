/** What a person reads when it serves: the address, and in the demo how to sign in. */
export function welcome(origin: string, demo: boolean): string {
  const lines = [`\n  Operno Trust Center   ${origin}`];
  if (demo) {
    lines.push(
      `  Sign in as            ada.winter@lumen-lifts.example (owner) or max.brandt@lumen-lifts.example (technician)`,
      `  Codes and all mail    ${origin}/dev/mailbox`,
      `  Staff                 npm run staff:invite -- --email you@example.org --role officer`,
    );
  }
  lines.push(`  Stop                  Ctrl-C (data stays; the next start goes on from here)`);
  return `${lines.join("\n")}\n`;
}
