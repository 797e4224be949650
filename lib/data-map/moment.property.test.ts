import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { secondsSql, wordsSql } from "./moment";

const database = testDatabase();

/** What the database makes of words, in their order. @throws what it raises */
async function momentsOf(words: readonly string[]): Promise<(Temporal.Instant | null)[]> {
  const rows = await database.sql.begin(async (sql) => {
    await sql`set local timezone = 'UTC'`;
    return sql.unsafe<{ at: string | null }[]>(
      `select to_char(${wordsSql("w.word")}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
       from unnest($1::text[]) with ordinality w(word, n) order by w.n`,
      [[...words]],
    );
  });
  return rows.map(({ at }) => (at === null ? null : Temporal.Instant.from(at)));
}

const padded = (number: number, digits: number) => String(number).padStart(digits, "0");
const numeral = (most: number, digits: number) => fc.nat(most).map((number) => padded(number, digits));
/** Dates, right and wrong, with all sorts of times, zones and words behind them. */
const nearly = fc
  .tuple(
    fc.constantFrom("", "", " ", "\u00a0", "\t", "x"),
    fc.oneof(numeral(9999, 4), fc.constantFrom("0000", "1900", "2000", "2024", "2023", "٢٠٢٤", "12024")),
    fc.constantFrom("-", "-", "-", "/"),
    numeral(13, 2),
    numeral(32, 2),
    fc.constantFrom("", " ", "T", "t", " n/a", " AD", " BC"),
    fc.oneof(
      fc.constant(""),
      fc.tuple(numeral(25, 2), numeral(61, 2)).map(([hours, minutes]) => `${hours}:${minutes}`),
      fc
        .tuple(
          numeral(25, 2),
          numeral(61, 2),
          numeral(61, 2),
          fc.constantFrom("", ".", ".5", ",5", ".123456789", `.${"9".repeat(200)}`),
        )
        .map(([hours, minutes, seconds, rest]) => `${hours}:${minutes}:${seconds}${rest}`),
      fc.constantFrom("120000", "12", "allballs", "noon"),
    ),
    fc.constantFrom(
      "",
      "",
      "Z",
      "z",
      " Z",
      " UTC",
      "GMT",
      " CET",
      " Nowhere/Here",
      "+01",
      "-0330",
      "+15:59:59",
      "+16:00",
      "+05:75",
      "[UTC]",
    ),
    fc.constantFrom("", "", " ", "\n", " PM", "~"),
  )
  .map(
    ([before, year, dash, month, day, between, time, zone, after]) =>
      `${before}${year}${dash}${month}${dash}${day}${between}${time}${zone}${after}`,
  );
const anything = fc.string({ unit: "binary" }).filter((words) => !/[\0\ud800-\udfff]/.test(words));

it("any words are null or a moment, never an error", async () => {
  const words = ["0000-00-00 00:00:00", "2024-02-30", "2024-01-01 n/a", "2024-01-01 25:00", "infinity", ""];
  expect(await momentsOf(words)).toEqual(words.map(() => null));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 9, arbitrary: nearly }, anything), { maxLength: 400 }),
      async (some) => {
        expect(await momentsOf(some)).toHaveLength(some.length);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

it("words that are a day are that day, for every day that there is and for no other", async () => {
  const isDay = (words: string) => {
    try {
      return Temporal.PlainDate.from(words).toString() === words;
    } catch {
      return false;
    }
  };
  const years = [1, 4, 99, 100, 400, 1600, 1700, 1999, 2000, 2023, 2024, 2100, 2400, 9999, 0];
  const words = years.flatMap((year) =>
    Array.from(
      { length: 14 * 33 },
      (_, n) => `${padded(year, 4)}-${padded(Math.floor(n / 33), 2)}-${padded(n % 33, 2)}`,
    ),
  );
  const found = await momentsOf(words);
  const expected = words.map((one) => (isDay(one) && !one.startsWith("0000") ? `${one}T00:00:00Z` : null));
  expect(found.map((one) => one?.toString() ?? null)).toEqual(expected);
});

it("words in ISO 8601 are the moment that they name", async () => {
  const instants = fc
    .integer({ min: -60_000_000_000, max: 250_000_000_000 })
    .chain((seconds) => fc.nat(999_999).map((micros) => BigInt(seconds) * 1_000_000_000n + BigInt(micros) * 1000n))
    .map((nanos) => Temporal.Instant.fromEpochNanoseconds(nanos));
  const zones = fc.constantFrom("UTC", "+01:00", "-03:30", "+14:00", "-12:00");
  const forms: ((at: Temporal.ZonedDateTime) => string)[] = [
    (at) => at.toInstant().toString(),
    (at) => at.toInstant().toString({ fractionalSecondDigits: 9 }),
    (at) => at.toInstant().toString().replace("T", " ").replace("Z", ""),
    (at) => at.toInstant().toString().replace("T", " ").replace("Z", " UTC"),
    (at) => at.toString({ timeZoneName: "never" }),
    (at) =>
      at
        .toString({ timeZoneName: "never" })
        .replace("T", " ")
        .replace(/(:\d\d)?$/, (end) => end.replace(":", "")),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(instants, zones, fc.constantFrom(...forms)), { minLength: 1, maxLength: 300 }),
      async (some) => {
        const found = await momentsOf(some.map(([at, zone, form]) => form(at.toZonedDateTimeISO(zone))));
        expect(found.map(String)).toEqual(some.map(([at]) => String(at)));
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);

it("any numbers are null or a moment, never an error", async () => {
  const numbers = fc.oneof(
    fc.double(),
    fc.double({ min: -7e10, max: 3e11 }),
    fc.constantFrom(-62135596800, -62135596801, 253402300799, 253402300800, Number.NaN, Number.POSITIVE_INFINITY),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(numbers, { minLength: 1, maxLength: 300 }), async (some) => {
      const rows = await database.sql`
        select extract(epoch from ${database.sql.unsafe(secondsSql("x.v"))})::float8 as at
        from unnest(${some.map(String)}::float8[]) with ordinality x(v, n) order by n`;
      for (const [n, { at }] of rows.entries()) {
        const given = some[n] ?? 0;
        if (given >= -62135596800 && given <= 253402300799) expect(Math.abs(Number(at) - given)).toBeLessThan(0.001);
        else expect(at).toBeNull();
      }
    }),
    { numRuns: 30 },
  );
});
