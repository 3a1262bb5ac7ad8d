// What a person does with the keyboard in the editor: commands from the palette, and waiting for what is on the screen.
export const limit = 60_000;

/**
 * From the command palette, by its whole title. It is opened anew where the command does not show: a key press is lost when the machine is
 * busy, and a palette that was open before the extension was there does not learn of its commands.
 */
export async function runCommand(page, title) {
  const row = `.quick-input-list .monaco-list-row[aria-label^="${title}"]`;
  for (let tries = 1; ; tries++) {
    await page.keyboard.press('F1');
    try {
      await page.waitForSelector('.quick-input-box input', { state: 'visible', timeout: 3000 });
      await page.keyboard.type(title);
      await page.waitForSelector(row, { timeout: limit / 6 });
      break;
    } catch (error) {
      if (tries === 6) throw error;
      await page.keyboard.press('Escape');
    }
  }
  await page.keyboard.press('Enter');
}

/** Waits until the status bar shows the place of the cursor. */
export async function waitForLine(page, line) {
  await page.waitForFunction((it) => document.querySelector('.statusbar')?.textContent.includes(it), `Ln ${line},`, { timeout: limit });
}
