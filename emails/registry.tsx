import type { ReactElement } from "react";
import { PolicyNotice, policyNoticeSubject } from "./policy-notice";

type Template<P> = {
  /** One line; line breaks in it become spaces. */
  subject: (props: P) => string;
  component: (props: P) => ReactElement;
};

const template = <P,>(subject: (props: P) => string, component: (props: P) => ReactElement): Template<P> => ({
  subject,
  component,
});

/**
 * Every mail this app can send, one line each. Props are plain JSON: they are sealed and stored until
 * the mail goes out. A template exports `PreviewProps` on its component for the visual check.
 */
export const templates = {
  "policy-notice": template(policyNoticeSubject, PolicyNotice),
};

export type TemplateName = keyof typeof templates;
export type TemplateProps<T extends TemplateName> = Parameters<(typeof templates)[T]["component"]>[0];
