import { parseMap } from "@/lib/data-map/parse";
import type { DataMap } from "@/lib/data-map/types";

/** A music school's map: no companies, none of their clients, nobody who sends packages in, and other words than the demo's. */
export const otherMap = `
dataset:
  - fides_key: school
    data_categories: [user]
    trust:
      connection: SCHOOL_DATABASE_URL
      person: { collection: pupils, id: id, email: email, closed: left_at }
    collections:
      - name: pupils
        trust: { label: Account, category: collect.account, role: owner, scope: person, retention: account, since: joined_at, erasure: delete }
        fields:
          - { name: id, fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: email, fides_meta: { identity: email }, trust: { type: text } }
          - { name: password_digest, trust: { type: text, export: { when: never, reason: A password., ground: GDPR Art. 15(4) } } }
          - { name: joined_at, trust: { type: timestamptz } }
          - { name: left_at, trust: { type: timestamptz } }
      - name: attendance
        trust: { category: collect.work-orders, role: owner, scope: person, retention: work-orders, erasure: delete }
        fields:
          - { name: lesson, fides_meta: { primary_key: true }, trust: { type: bigint } }
          - name: pupil
            fides_meta: { primary_key: true, references: [{ dataset: school, field: pupils.id, direction: from }] }
            trust: { type: integer }
          - { name: state, trust: { type: text } }
      - name: lessons_given
        trust: { category: collect.work-orders, role: owner, scope: person, retention: work-orders, erasure: delete }
        fields:
          - name: teacher
            fides_meta: { primary_key: true, references: [{ dataset: school, field: pupils.id, direction: from }] }
            trust: { type: integer }
          - name: pupil
            fides_meta: { primary_key: true, references: [{ dataset: school, field: pupils.id, direction: from }] }
            trust: { type: integer }
          - { name: remark, trust: { type: text } }
`;

export const otherBusiness: DataMap = { systems: parseMap("school.yml", otherMap) };
