import type { RowBlock } from "../data-map/copy-rows";

/** One file of a column. Its content has to be read to its end before the next one. */
export type PackedFile = { path: string; name: string | null; content: AsyncGenerator<RowBlock, void> };

type Piece = { path: string; name: string | null; length: number; piece: number } & RowBlock;

/** What names us: a path that is not like this is none of ours. */
const ours = /^files\/[a-z0-9_-]+\/-?[a-z0-9][a-z0-9-]*\.[a-z0-9]+$/;

/**
 * Files out of the rows of `piecesSql`, as COPY's binary format has them: int16 count, then int32 length and bytes of
 * each field (https://www.postgresql.org/docs/18/sql-copy.html).
 * @throws when a piece is missing or out of turn: a damaged file must not pass for a whole one
 */
export async function* readFiles(blocks: AsyncIterable<RowBlock>): AsyncGenerator<PackedFile, void> {
  const pieces = piecesOf(blocks);
  try {
    for (let next = await pieces.next(); !next.done; ) {
      const { path, name, length } = next.value;
      if (!ours.test(path)) throw new Error("a file's path is not one of ours");
      let read = 0;
      async function* content(): AsyncGenerator<RowBlock, void> {
        for (let at = 0; read < length || at === 0; at++) {
          if (next.done || next.value.path !== path || next.value.piece !== at)
            throw new Error("a piece of a file is missing");
          const { bytes, release } = next.value;
          read += bytes.length;
          yield { bytes, rows: 0, release };
          next = await pieces.next();
        }
      }
      yield { path, name, content: content() };
      if (read !== length) throw new Error("a file was not read to its end");
    }
  } finally {
    await pieces.return();
  }
}

async function* piecesOf(blocks: AsyncIterable<RowBlock>): AsyncGenerator<Piece, void> {
  for await (const block of blocks) {
    let waiting = block.rows;
    const release = () => {
      waiting--;
      if (waiting === 0) block.release();
    };
    const { bytes } = block;
    for (let at = 0; at < bytes.length; ) {
      at += 2;
      const field = (): Buffer | null => {
        const length = bytes.readInt32BE(at);
        at += 4 + Math.max(length, 0);
        return length < 0 ? null : bytes.subarray(at - length, at);
      };
      const [path, name, length, piece, content] = [field(), field(), field(), field(), field()];
      if (!path || !length || !piece || !content) throw new Error("a file has no path or no bytes");
      yield {
        path: path.toString("utf8"),
        name: name?.toString("utf8") ?? null,
        length: length.readInt32BE(),
        piece: piece.readInt32BE(),
        bytes: content,
        rows: 1,
        release,
      };
    }
  }
}
