// biome-ignore-all lint/a11y/noRedundantRoles: not redundant once CSS lays the parts of a table out as blocks
import type { ReactNode } from "react";

export type Column<Row> = {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand to the right. */
  numeric?: boolean;
};

/**
 * A table with a caption for screen readers. Where there is no room for its columns each row becomes a block of
 * labels and values (app/globals.css), so that nothing is cut and nothing scrolls sideways. The roles are spelled
 * out, since a browser forgets what a table is once its parts are laid out otherwise.
 */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
}) {
  return (
    <div className={columns.length > 4 ? "table-frame" : "table-frame few"}>
      <table role="table" className="stacking w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row" className="border-b border-strong-line text-sm text-muted">
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                className={`px-3 py-2 font-medium first:pl-0 last:pr-0 ${column.numeric ? "text-right" : ""}`}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" className="border-b border-line align-top">
              {columns.map((column) => (
                <td
                  key={column.key}
                  role="cell"
                  data-label={column.head}
                  className={`px-3 py-2.5 first:pl-0 last:pr-0 ${column.numeric ? "text-right" : ""}`}
                >
                  <div className="min-w-0">{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
