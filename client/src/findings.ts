// The view of an audit: its findings by law or by file, each with the steps of its evidence, which open their lines.
import {
  commands,
  type Event,
  EventEmitter,
  MarkdownString,
  type ProviderResult,
  Range,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { AuditAnswer, Finding, FindingsParams, Law, Range as PlainRange, Shared, Step } from './protocol.js';

export type Grouping = 'law' | 'file';

/** A finding with the file it is in; its own address may be that of a cell. */
export interface Found extends Finding {
  readonly file: string;
}
type Node =
  | { readonly is: 'law'; readonly law: Law; readonly found: readonly Found[] }
  | { readonly is: 'rule'; readonly rule: string; readonly found: readonly Found[] }
  | { readonly is: 'file'; readonly uri: string; readonly found: readonly Found[] }
  | { readonly is: 'freedom'; readonly found: readonly Found[] }
  | { readonly is: 'memory'; readonly shared: Shared; readonly found: readonly Found[] }
  | { readonly is: 'finding'; readonly one: Found }
  | { readonly is: 'step'; readonly step: Step; readonly nth: number };

export interface FindingsView {
  /** Replaces what is known of the files that are named. */
  take(params: FindingsParams): void;
  /** An audit begins: what the last one found goes. */
  clear(): void;
  /** It has ended. */
  audited(answer: AuditAnswer): void;
  group(by: Grouping): void;
  /** Files with findings, sorted. */
  files(): readonly string[];
  show(): void;
  dispose(): void;
}

const laws: Readonly<Record<Law, string>> = {
  loop: '1. Keep the loop free',
  worker: '2. Send work where it can run',
  owner: '3. One owner, or one lock',
  finish: '4. Finish what you start',
  circle: '5. Never wait in a circle',
};
const lawOrder = Object.keys(laws) as readonly Law[];
const ranks = ['error', 'warning', 'info', 'hint'] as const;
const icons = {
  error: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
  warning: new ThemeIcon('warning', new ThemeColor('list.warningForeground')),
  info: new ThemeIcon('info'),
  hint: new ThemeIcon('lightbulb'),
} as const;

export function createFindingsView(): FindingsView {
  const byFile = new Map<string, readonly Found[]>();
  const changed = new EventEmitter<undefined>();
  let by: Grouping = 'law';
  let answer: AuditAnswer | undefined;
  const all = () => [...byFile.values()].flat();
  const provider: TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event as Event<undefined>,
    getTreeItem: itemOf,
    getChildren: (node): ProviderResult<Node[]> => (node === undefined ? tops(all(), by) : below(node)),
  };
  const view = window.createTreeView('threadwise.findings', { treeDataProvider: provider, showCollapseAll: true });
  const refresh = () => {
    changed.fire(undefined);
    describe(view, all(), answer);
  };
  return {
    take({ files }) {
      for (const { uri, findings } of files) {
        if (findings.length === 0) byFile.delete(uri);
        else
          byFile.set(
            uri,
            findings.map((it) => ({ ...it, file: uri })),
          );
      }
      refresh();
    },
    clear() {
      byFile.clear();
      answer = undefined;
      refresh();
    },
    audited(now) {
      answer = now;
      refresh();
    },
    group(next) {
      by = next;
      void commands.executeCommand('setContext', 'threadwise.groupBy', by);
      changed.fire(undefined);
    },
    files: () => [...byFile.keys()].sort(),
    show: () => void commands.executeCommand('threadwise.findings.focus'),
    dispose() {
      view.dispose();
      changed.dispose();
    },
  };
}

/** Counts, and what the audit could not read. */
function describe(view: TreeView<Node>, found: readonly Found[], answer: AuditAnswer | undefined): void {
  void commands.executeCommand('setContext', 'threadwise.hasAudit', answer !== undefined);
  void commands.executeCommand('setContext', 'threadwise.findingCount', found.length);
  view.description = answer === undefined ? '' : `${counted(found.length, 'finding')} in ${counted(answer.files, 'file')}`;
  view.badge = found.length === 0 ? undefined : { value: found.length, tooltip: counted(found.length, 'finding') };
  const unread = answer?.failed ?? [];
  const named = unread.slice(0, 3).map(({ uri, reason }) => `${nameOf(uri)} (${reason})`);
  view.message = unread.length === 0 ? '' : `${counted(unread.length, 'file')} not read in full: ${named.join('; ')}`;
}

const counted = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;

function tops(found: readonly Found[], by: Grouping): Node[] {
  if (by === 'file') return groups(found, (it) => it.file).map(([uri, own]) => ({ is: 'file', uri, found: own }));
  const groupsOfLaws = new Map(groups(found, (it) => it.law));
  const laws = lawOrder.flatMap((law): Node[] => {
    const own = groupsOfLaws.get(law);
    return own === undefined ? [] : [{ is: 'law', law, found: own }];
  });
  // Where the build may lack the GIL: what threads share and is not ready for that.
  const shared = found.filter((it) => it.shared !== undefined);
  return shared.length === 0 ? laws : [...laws, { is: 'freedom', found: shared }];
}

/** What is whole by accident comes first: nobody has seen it fail yet. */
function memories(found: readonly Found[]): Node[] {
  const places = groups(found, (it) => it.shared?.id ?? '').map(([, own]) => {
    const worst = own.find((it) => it.shared?.how === 'anyway') ?? own[0]!;
    return { is: 'memory', shared: worst.shared!, found: own } as const;
  });
  const rank = ({ shared }: (typeof places)[number]) => `${shared.how} ${shared.name}`;
  return places.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function below(node: Node): Node[] {
  if (node.is === 'law') return groups(node.found, (it) => it.rule).map(([rule, own]) => ({ is: 'rule', rule, found: own }));
  if (node.is === 'freedom') return memories(node.found);
  if (node.is === 'finding') return node.one.steps.map((step, nth) => ({ is: 'step', step, nth }));
  if (node.is === 'step') return [];
  return [...node.found].sort(inOrder).map((one) => ({ is: 'finding', one }));
}

function groups<K extends string>(found: readonly Found[], key: (it: Found) => K): [K, Found[]][] {
  const result = new Map<K, Found[]>();
  for (const it of found) result.set(key(it), [...(result.get(key(it)) ?? []), it]);
  return [...result].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What is worst comes first, and then as the files have it. */
function inOrder(a: Found, b: Found): number {
  const worse = ranks.indexOf(a.severity) - ranks.indexOf(b.severity);
  if (worse !== 0) return worse;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.range.start.line - b.range.start.line;
}

function itemOf(node: Node): TreeItem {
  switch (node.is) {
    case 'law':
      return group(laws[node.law], node.found.length, new ThemeIcon('law'), 'law');
    case 'rule':
      return Object.assign(group(node.found[0]!.title, node.found.length, new ThemeIcon('symbol-ruler'), 'rule'), { tooltip: node.rule });
    case 'file': {
      const item = group(nameOf(node.uri), node.found.length, ThemeIcon.File, 'file');
      return Object.assign(item, { resourceUri: Uri.parse(node.uri), tooltip: pathOf(node.uri) });
    }
    case 'freedom': {
      const places = memories(node.found);
      const accidents = places.filter((it) => it.is === 'memory' && it.shared.how === 'accident').length;
      const item = group('Ready for free threading?', places.length, new ThemeIcon('symbol-variable'), 'freedom');
      const description = `${counted(places.length, 'shared place')}, ${accidents} safe by accident`;
      return Object.assign(item, { description, tooltip: 'Memory that threads share, and that a build without the GIL tears apart' });
    }
    case 'memory':
      return memoryItem(node.shared, node.found.length);
    case 'finding':
      return findingItem(node.one);
    case 'step':
      return stepItem(node.step, node.nth);
  }
}

function group(label: string, many: number, iconPath: ThemeIcon, contextValue: string): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
  return Object.assign(item, { description: String(many), iconPath, contextValue });
}

function memoryItem({ name, how, born }: Shared, many: number): TreeItem {
  const says = how === 'accident' ? 'safe by accident' : 'found with the GIL as well';
  const item = group(name, many, new ThemeIcon(how === 'accident' ? 'warning' : 'error'), 'memory');
  const command = born === undefined ? {} : { command: opening(born.uri, born.range) };
  const tooltip = how === 'accident' ? 'Only the GIL keeps it whole' : 'Found with the GIL as well';
  return Object.assign(item, { description: says, tooltip, ...command });
}

function findingItem(one: Found): TreeItem {
  const item = new TreeItem(one.message, one.steps.length === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed);
  const where = placeOf(one.file, one);
  const tooltip = new MarkdownString(`${one.message}\n\n\`${one.rule}\`, ${one.confidence} confidence, ${pathOf(one.file)}`);
  return Object.assign(item, {
    description: where,
    tooltip,
    iconPath: icons[one.severity],
    contextValue: 'finding',
    command: opening(one.uri, one.range),
    accessibilityInformation: { label: `${one.severity}: ${one.message}, ${where}` },
  });
}

function stepItem(step: Step, nth: number): TreeItem {
  const { uri, range, text } = step;
  const item = new TreeItem(`${nth + 1}. ${text}`, TreeItemCollapsibleState.None);
  const description = placeOf(uri, step);
  return Object.assign(item, { description, tooltip: pathOf(uri), contextValue: 'step', command: opening(uri, range) });
}

function opening(uri: string, range: PlainRange): TreeItem['command'] {
  const selection = new Range(range.start.line, range.start.character, range.end.line, range.end.character);
  return { command: 'vscode.open', title: 'Open', arguments: [Uri.parse(uri), { selection, preserveFocus: true }] };
}

const placeOf = (uri: string, { range, cell }: Pick<Step, 'range' | 'cell'>): string =>
  cell === undefined ? `${nameOf(uri)}:${range.start.line + 1}` : `${nameOf(uri)}, cell ${cell.number}, line ${cell.line}`;
const nameOf = (uri: string): string => decodeURIComponent(uri.replace(/#.*$/, '').replace(/^.*\//, ''));
const pathOf = (uri: string): string => workspace.asRelativePath(Uri.parse(uri));
