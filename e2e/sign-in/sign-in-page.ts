import { expect, type Page } from "@playwright/test";

export class SignInPage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto("/sign-in");
  }

  /** Types the address and waits for the page that takes the code. */
  async ask(address: string): Promise<void> {
    await this.#page.getByLabel("Your mail address").fill(address);
    await this.#page.getByRole("button", { name: "Mail me a code" }).click();
    await expect(this.#page).toHaveURL(/\/sign-in\/code$/, { timeout: 30_000 });
  }

  async type(code: string): Promise<void> {
    await this.#page.getByLabel("Code of six digits").fill(code);
    await this.#page.getByRole("button", { name: /^(Sign in|Confirm)$/ }).click();
  }
}
