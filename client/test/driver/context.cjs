// What every test in the extension host asks the editor for: documents, alarms, fixes, hovers, and waiting without guessing a time.
const { readFileSync } = require('node:fs');
const { setTimeout: pause } = require('node:timers/promises');

exports.makeContext = (vscode, folder) => {
  const uri = (path) => vscode.Uri.joinPath(folder, path);

  /** Asks again until the answer is truthy; says what was waited for, and the last answer, when it never is. */
  async function until(what, ask, ms = 60_000) {
    for (const end = Date.now() + ms; ; await pause(25)) {
      const answer = await ask();
      if (answer) return answer;
      if (end < Date.now()) throw new Error(`waited ${ms} ms for ${what}`);
    }
  }

  async function open(path) {
    const document = await vscode.workspace.openTextDocument(uri(path));
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  const alarms = (path) => vscode.languages.getDiagnostics(uri(path)).filter((it) => it.source === 'threadwise');

  /** The alarm of a rule in a file, once it is there. */
  const alarm = (path, rule) =>
    until(`${rule} in ${path}, where there is ${list(alarms(path))}`, () => alarms(path).find((it) => ruleOf(it) === rule));

  const noAlarm = (path, rule) => until(`${path} to be without ${rule}`, () => !alarms(path).some((it) => ruleOf(it) === rule));

  /** The code actions at an alarm, with their edits filled in. */
  async function actions(path, at) {
    const answer = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri(path), at.range, undefined, 50);
    return answer ?? [];
  }

  /** Applies what the action says and saves every file it changed, as choosing it in the menu and saving does. */
  async function apply(action) {
    if (!action.edit) throw new Error(`\`${action.title}\` has no edit`);
    if (!(await vscode.workspace.applyEdit(action.edit))) throw new Error(`the editor refused the edit of \`${action.title}\``);
    for (const [changed] of action.edit.entries()) {
      const document = await vscode.workspace.openTextDocument(changed);
      if (!(await document.save())) throw new Error(`${changed.path} was not saved`);
    }
  }

  /** The text of all hovers at the first place where `needle` stands. */
  async function hover(path, needle) {
    const document = await vscode.workspace.openTextDocument(uri(path));
    const position = document.positionAt(document.getText().indexOf(needle));
    const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, position);
    return (hovers ?? []).flatMap((it) => it.contents.map((part) => (typeof part === 'string' ? part : part.value))).join('\n');
  }

  /** Replaces the first occurrence of a text in the open document, unsaved, as typing does. */
  async function type(path, from, to) {
    const document = await open(path);
    const start = document.getText().indexOf(from);
    if (start < 0) throw new Error(`\`${from}\` is not in ${path}`);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)), to);
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`the edit in ${path} was refused`);
  }

  const onDisk = (path) => readFileSync(uri(path).fsPath, 'utf8');
  return { vscode, uri, until, open, alarms, alarm, noAlarm, actions, apply, hover, type, onDisk };
};

function ruleOf(diagnostic) {
  return typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
}
exports.ruleOf = ruleOf;

function list(diagnostics) {
  return diagnostics.map((it) => `${ruleOf(it)} at line ${it.range.start.line + 1}`).join(', ') || 'nothing';
}
