import type { Field } from "../data-map/types";
import { type Column, isDefused } from "./select";

/** A field of Table Schema (Data Package v2): https://datapackage.org/standard/table-schema/ */
export type SchemaField = {
  name: string;
  type: string;
  format?: string;
  trueValues?: string[];
  falseValues?: string[];
  title: string;
  description: string;
  /** Our own: what kind of data it is, by Fideslang's taxonomy, and the type in the database it came from. */
  dataCategories: string[];
  databaseType: string;
  /** Our own: the value is the path of a file of the package that holds the bytes. */
  file?: true;
};

const types: Record<string, string> = {
  int2: "integer",
  int4: "integer",
  int8: "integer",
  oid: "integer",
  float4: "number",
  float8: "number",
  numeric: "number",
  bool: "boolean",
  date: "date",
  time: "time",
  timestamp: "datetime",
  timestamptz: "datetime",
  interval: "duration",
  json: "any",
  jsonb: "any",
};

/**
 * The Table Schema of a collection's file.
 * @param form CSV has cells as Postgres prints them; JSON has values as `row_to_json` makes them
 */
export function tableSchema(columns: Column[], fields: Field[], primaryKey: string[], form: "csv" | "json") {
  const described = columns.map((column): SchemaField => {
    const field = fields.find(({ name }) => name === column.name);
    const array = column.category === "A";
    const type = array ? (form === "csv" ? "string" : "array") : (types[column.type] ?? "string");
    const loose = form === "csv" && (type === "datetime" || type === "time");
    return {
      name: column.name,
      type: form === "csv" && type === "any" ? "string" : type,
      // Postgres prints truth values as t and f.
      ...(form === "csv" && type === "boolean" ? { trueValues: ["t"], falseValues: ["f"] } : {}),
      ...(loose ? { format: "any" } : column.type === "uuid" ? { format: "uuid" } : {}),
      title: field?.label ?? column.name,
      description: [field?.description, field?.file && "Where the file lies in this package."]
        .filter(Boolean)
        .join(". "),
      dataCategories: field?.dataCategories ?? [],
      databaseType: field?.file ? "bytea" : column.type,
      ...(field?.file ? { file: true } : {}),
    };
  });
  const key = primaryKey.filter((name) => columns.some((column) => column.name === name));
  return {
    $schema: "https://datapackage.org/profiles/2.0/tableschema.json",
    fields: described,
    ...(key.length > 0 && key.length === primaryKey.length ? { primaryKey: key } : {}),
    ...(form === "csv" ? { missingValues: [""] } : {}),
    /** Cells of these begin with an apostrophe when a spreadsheet could run them; drop one to get the value. */
    ...(form === "csv" ? { defused: columns.filter(isDefused).map(({ name }) => name) } : {}),
  };
}
