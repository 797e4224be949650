import { Section, Text } from "@react-email/components";
import { linkTo, saidAsText, unchangedInWords } from "../lib/policy/changes-as-text";
import type { Said } from "../lib/policy/say-changes";
import type { ToldClause } from "../lib/policy/tell-changes";

const line = { fontSize: "16px", lineHeight: "1.6", margin: "0 0 8px", color: "#16181d" } as const;
const muted = { fontSize: "14px", lineHeight: "1.55", margin: "0 0 8px", color: "#5c6270" } as const;

/** The changes of a text in a mail: the marks of the page, with colours that stand inline. */
export function MailChanges({ told }: { told: ToldClause[] }) {
  return told.map(({ id, heading, what, blocks }) => (
    <Section key={id} className="rule" style={{ borderTop: "1px solid #dedfd9", padding: "14px 0 6px" }}>
      <Text className="ink" style={{ ...line, fontWeight: 600 }}>
        {heading}
      </Text>
      {what ? (
        <Text className="ink" style={line}>
          {what}
        </Text>
      ) : null}
      {blocks.map((block, index) =>
        "said" in block ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one mail never move
          <Text key={index} className="ink" style={{ ...line, paddingLeft: block.kind === "item" ? "18px" : 0 }}>
            {block.kind === "item" ? "\u2022 " : null}
            {block.said.map((said, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the stretches of one mail never move
              <Stretch key={at} said={said} />
            ))}
          </Text>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one mail never move
          <Text key={index} className="muted" style={muted}>
            {unchangedInWords(block.unchanged)}
          </Text>
        ),
      )}
    </Section>
  ));
}

function Stretch({ said }: { said: Said }) {
  switch (said.kind) {
    case "ins":
      return (
        <ins className="ins" style={{ backgroundColor: "#e3f1e4", color: "#17602f", textDecoration: "underline" }}>
          {said.text}
          {linkTo(said.targets)}
        </ins>
      );
    case "del":
      return (
        <del className="del" style={{ backgroundColor: "#fbe6e4", color: "#9b1c1c", textDecoration: "line-through" }}>
          {said.text}
          {linkTo(said.targets)}
        </del>
      );
    case "note":
      return <strong>{said.text}</strong>;
    case "away":
      return (
        <span className="muted" style={{ color: "#5c6270" }}>
          {said.text}
        </span>
      );
    default:
      return saidAsText(said);
  }
}
