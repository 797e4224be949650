/**
 * Values that break careless writers of CSV, JSON, HTML and ZIP (S22, S23). They stand in rows of
 * the demo's people, so that their packages hold them.
 */
export const hostile = {
  quotes: `He said "stop", she said 'no'; the sign read \`5" pipe\` and \\backslash\\.`,
  commas: "one, two,, three;\tfour",
  lines: "first line\nsecond line\r\nthird line\rfourth line\u2028fifth line\u2029sixth",
  emoji: "🔧👷🏽‍♀️ family 👨‍👩‍👧‍👦 flag 🇩🇪 and a lone ZWJ \u200d",
  rightToLeft: "invoice \u202Egnp.exe\u202C, עבודה דחופה, مصعد, \u2066isolated\u2069 \u200F",
  formula: `=cmd|' /C calc'!A0`,
  formulas: `+1+cmd|'/c calc'!A1`,
  at: "@SUM(1+1)*cmd|'/c calc'!A0",
  minus: "-2+3+cmd|' /C calc'!A0",
  script: `</script><script>alert(1)</script><img src=x onerror="alert(2)">`,
  entity: "&lt;b&gt; &amp;amp; <!-- --> ]]> <![CDATA[ x",
  // The neighbours of NUL, which Postgres refuses; U+0001 and U+0002 are favourites as COPY delimiters.
  controls: "\u0001\u0002\u0003\u0007\b\u000b\f\u000e\u001a\u001b[31mred\u001b[0m\u001f\u007f\u0085",
  copyMarks: "\\N \\. \\\\ \\t \\x41",
  path: "../../etc/passwd",
  devicePath: "..\\..\\CON.txt",
  sql: `Robert'); DROP TABLE users;-- $1 %s {{7*7}} \${7*7}`,
  combining: "Z̷̢̛̪͑a̸̰̓l̵̠͝g̴̡͘o̶̧͐ and e\u0301 beside é, full-width ＝１＋１",
  edge: "\uFEFFstarts with a byte order mark and ends with a private one \uE000\uFFFD\uFFFF",
  spaces: "  leading and trailing  ",
  empty: "",
  zero: "0",
  nullWord: "NULL",
} as const;

/** One million characters with something of everything every so often. */
export function megabyte(): string {
  const line = `Measured again at the drive, "quiet", 42.1 dB; ${hostile.emoji} ${hostile.rightToLeft}\n`;
  return line.repeat(Math.ceil(1_000_000 / line.length)).slice(0, 1_000_000);
}
