// What a person does with the keyboard in the editor: commands from the palette, and waiting for what is on the screen.
export const limit = 60_000;

/** From the command palette, by its whole title. */
export async function runCommand(page, title) {
  for (let tries = 1; ; tries++) {
    await page.keyboard.press('F1');
    try {
      await page.waitForSelector('.quick-input-box input', { state: 'visible', timeout: 3000 });
      break;
    } catch (error) {
      // A key press is lost when the machine is busy.
      if (tries === 6) throw error;
    }
  }
  await page.keyboard.type(title);
  await page.waitForSelector(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`, { timeout: limit });
  await page.keyboard.press('Enter');
}

/** Waits until the status bar shows the place of the cursor. */
export async function waitForLine(page, line) {
  await page.waitForFunction((it) => document.querySelector('.statusbar')?.textContent.includes(it), `Ln ${line},`, { timeout: limit });
}
