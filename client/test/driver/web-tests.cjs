// The test of the web bundles: the extension runs in a worker of the browser, and this driver looks on from the other extension host.
const assert = require('node:assert/strict');

module.exports = [
  {
    name: 'in the web worker extension host, alarms appear and follow an edit in another file',
    async run({ vscode, open, alarm, noAlarm, type }) {
      assert.equal(
        vscode.extensions.getExtension('threadwise.threadwise'),
        undefined,
        'the extension runs in this host and not in the worker',
      );
      await open('report.py');
      await alarm('report.py', 'cpu-bound-thread-pool');
      await open('api.py');
      await alarm('api.py', 'blocking-network');
      await type('client.py', 'requests.get(url, timeout=5).text', 'url');
      await noAlarm('api.py', 'blocking-network');
    },
  },
  {
    name: 'in the web worker extension host, a document that no folder holds is checked on its own',
    async run({ vscode, until }) {
      const content = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
      const document = await vscode.workspace.openTextDocument({ language: 'python', content });
      await vscode.window.showTextDocument(document);
      await until('the finding', () => vscode.languages.getDiagnostics(document.uri).some((it) => it.source === 'threadwise'));
    },
  },
];
