import type { Element, Nodes } from "hast";
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import type { RootContent } from "mdast";
import type { ReactElement } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import type { Standing } from "@/lib/policy/standing";
import { PromiseMark } from "./promise-mark";

/** S24: only text, lists, tables and links come through, whatever the parser let pass. */
const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: [..."p ul ol li strong em del code pre blockquote br hr a span table thead tbody tr th td".split(" ")],
  attributes: { a: ["href"], span: ["dataPromise"], ol: ["start"], th: ["align"], td: ["align"] },
  protocols: { href: ["http", "https", "mailto"] },
  clobber: [],
};

const toTree = unified()
  .use(remarkRehype, {
    handlers: {
      textDirective: (state, node): Element => ({
        type: "element",
        tagName: "span",
        properties: { dataPromise: String(node.attributes?.id ?? "") },
        children: state.all(node),
      }),
    },
  })
  .use(rehypeSanitize, schema)
  .freeze();

// Stored texts never change and are parsed once a process, so each clause is turned and sanitised once too.
const trees = new WeakMap<RootContent[], Nodes>();

function treeOf(nodes: RootContent[]): Nodes {
  const known = trees.get(nodes);
  if (known) return known;
  const tree = toTree.runSync({ type: "root", children: nodes });
  trees.set(nodes, tree);
  return tree;
}

type Marks = { standing: (id: string) => Standing | undefined } | null;

/**
 * A clause's Markdown as React elements: sanitised, without any HTML taken over as it is.
 * @param marks how the promises stand, to put their marks into the text; null leaves them out
 */
export function renderNodes(nodes: RootContent[], marks: Marks): ReactElement {
  return toJsxRuntime(treeOf(nodes), {
    Fragment,
    jsx,
    jsxs,
    components: {
      a: ({ href, children }) => (
        <a href={href} className="link" {...(href?.startsWith("#") ? {} : { rel: "noopener noreferrer" })}>
          {children}
        </a>
      ),
      span: ({ children, ...props }) => {
        const id: unknown = (props as Record<string, unknown>)["data-promise"];
        const standing = typeof id === "string" ? marks?.standing(id) : undefined;
        return standing ? <PromiseMark standing={standing}>{children}</PromiseMark> : children;
      },
      table: ({ children }) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard (WCAG 2.1.1)
        <section className="overflow-x-auto" aria-label="Table" tabIndex={0}>
          <table>{children}</table>
        </section>
      ),
    },
  });
}
